"""Whether two languages claim the same: who, where, what it costs, when, what is needed, and what not. Pure.

`concepts.yaml` says by which words. What one language claims is claimed in the same line of the other, or as often in
the whole text: a translation may move a word, not lose it. A negation stays in its line.

What a text says in figures, told the same in every language: amounts, days, hours, lines to call, sites. Pure.

Whether a guide says the same things in every language. Pure.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.content.checks.spelling import unanswered
from bot.content.guide import LANGUAGES, Step, StepWords, TroubleWords
from bot.content.schema import Parsed, did_you_mean
from bot.content.yaml import Document, Finding, YamlPath, finding

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_WEEKDAYS: Mapping[str, str] = {
    **{f"thứ {word}": number for number, word in zip("234567", ("hai", "ba", "tư", "năm", "sáu", "bảy"), strict=True)},
    **{f"thứ {number}": number for number in "234567"},
    **dict(zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday"), "234567", strict=True)),
    "chủ nhật": "1",
    "sunday": "1",
}
_UNITS: Mapping[str, str] = {
    "ngày làm việc": "working day",
    "working day": "working day",
    "working days": "working day",
    "giờ làm việc": "working hour",
    "working hour": "working hour",
    "working hours": "working hour",
    "ngày": "day",
    "day": "day",
    "days": "day",
    "tuần": "week",
    "week": "week",
    "weeks": "week",
    "tháng": "month",
    "month": "month",
    "months": "month",
    "năm": "year",
    "year": "year",
    "years": "year",
    "giờ": "hour",
    "hour": "hour",
    "hours": "hour",
    "phút": "minute",
    "minute": "minute",
    "minutes": "minute",
    "số": "digit",
    "digits": "digit",
    "đồng": "đồng",
    "đ": "đồng",
    "mb": "MB",
    "%": "%",
    "tuổi": "",
    "years old": "",
}
_MILLIONS: Mapping[str, int] = {
    **{"nghìn": 10**3, "ngàn": 10**3, "thousand": 10**3, "triệu": 10**6, "million": 10**6},
    **{"tỷ": 10**9, "tỉ": 10**9, "billion": 10**9},
}
_AFTER_NOON = ("chiều", "tối", "đêm", "afternoon", "evening")


def _any(words: Mapping[str, object]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


# Each begins where a word does, or with a figure: it is looked for nowhere else.
_READ = re.compile(
    r"(?:\b(?=\w)|(?=[\d½]))(?:"
    r"(?P<site>\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:vn|com|net|org|info|me)\b)"
    r"|(?:ngày )?\b(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?\b"
    r"|\btháng (?P<vi_month>\d{1,2}) năm (?P<vi_year>\d{4})"
    rf"|(?:\b(?P<en_day>\d{{1,2}}) )?\b(?P<en_month>{'|'.join(_MONTHS)})\b(?: (?P<en_year>\d{{4}}))?"
    rf"|\b(?P<weekday>{_any(_WEEKDAYS)})\b"
    r"|\b\d{1,2} giờ \((?P<both>\d{1,2}) giờ (?P<both_part>sáng|trưa|chiều|tối|đêm)\)"
    r"|\b(?P<hour>\d{1,2})(?: giờ| in the| at) (?P<part>sáng|trưa|chiều|tối|đêm|morning|afternoon|evening|night)"
    r"|\b(?P<line>0\d{2,3}[. ]\d{4}|1[89]00 \d{4})\b"
    r"|\b(?P<code>[a-z]{1,5}\d\w*)\b"
    rf"|(?P<number>\d+(?:[.,]\d+)*|½|\bnửa\b|\bhalf a\b|\bhalf\b)(?: (?P<times>{_any(_MILLIONS)})\b)?"
    rf"(?: ?(?P<unit>{_any(_UNITS)})(?!\w))?"
    r")"
)


def quantities(text: str, lang: str) -> tuple[str, ...]:
    """Everything in figures that the text says, in its order and each once; 1.000 in Vietnamese is 1,000 in English."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return tuple(dict.fromkeys(said for found in _READ.finditer(plain) for said in _said(found, lang)))


def plain_value(text: str) -> str:
    """A Vietnamese value in one way of writing: `03 ngày` as `3 ngày`, `½` as `nửa`, one space between words."""
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().replace("½", "nửa").split())
    plain = re.sub(r"\bthứ (hai|ba|tư|năm|sáu|bảy)\b", lambda day: f"thứ {_WEEKDAYS[day[0]]}", plain)
    return re.sub(r"(?<![\d.,])0(?=\d(?!\d))", "", plain)


def _said(found: re.Match[str], lang: str) -> Iterator[str]:
    for group, say in _SAYS.items():
        if found[group]:
            yield say(found, lang)
            return
    if found["both"]:
        yield _clock(found["both"], found["both_part"])
        if found[0].split()[0] != (clock := _clock(found["both"], found["both_part"])).removeprefix("at "):
            yield f"{found[0]} is not {clock}"


def _clock(hour: str, part: str) -> str:
    return f"at {int(hour) + (12 if part in _AFTER_NOON and int(hour) < 12 else 0)}"


def _date(day: str | None, month: int, year: str | None) -> str:
    return "/".join(str(int(part)) for part in (day, month, year) if part)


def _amount(found: re.Match[str], lang: str) -> str:
    number = found["number"]
    if number[0].isdigit():
        thousands, decimal = (".", ",") if lang == "vi" else (",", ".")
        value = float(number.replace(thousands, "").replace(decimal, "."))
    else:
        value = 0.5
    value *= _MILLIONS.get(found["times"] or "", 1)
    return f"{int(value) if value == int(value) else value} {_UNITS.get(found['unit'] or '', '')}".strip()


_SAYS: Mapping[str, Callable[[re.Match[str], str], str]] = {
    "site": lambda found, _: found["site"],
    "day": lambda found, _: _date(found["day"], int(found["month"]), found["year"]),
    "vi_month": lambda found, _: _date(None, int(found["vi_month"]), found["vi_year"]),
    "en_month": lambda found, _: _date(found["en_day"], _MONTHS.index(found["en_month"]) + 1, found["en_year"]),
    "weekday": lambda found, _: f"weekday {_WEEKDAYS[found['weekday']]}",
    "hour": lambda found, _: _clock(found["hour"], found["part"]),
    "line": lambda found, _: re.sub(r"\D", "", found["line"]),
    "code": lambda found, _: found["code"],
    "number": _amount,
}


_VARIABLE = re.compile(r"\{\{[-+]?\s*([\w.]+)\s*[-+]?\}\}")
_BUTTON = re.compile(r"«([^»]*)»(?:\s*\([^)]*\))?")
_WORD = re.compile(r"[^\W_]+(?:['’]\w+)?")
_NAME = re.compile(
    r"(?<!\w)(?:VNeID|VssID|iHanoi|eTax|Zalo|NFC|OTP|QR|PDF|SIM|iPhone|Android|MoMo|EVN|Wi-Fi|BIDV)(?!\w)"
)
_ASKED = re.compile(r"(?:\s+hay)?\s+(?:không|chưa)(?=\s*(?:[?.,:;!]|$|nhé|ạ|rồi))", re.IGNORECASE)
_NO_NEGATION = re.compile(r"không thời hạn|chẳng hạn|số không|khỏi (?:bao|máy|tin)", re.IGNORECASE)
_AT_MOST = re.compile(r"không quá", re.IGNORECASE)
_LIMITS = {
    "vi": re.compile(
        r"(?<!\w)(?:(trong|không quá|tối đa)|(sau|quá|hơn|trên)|(trước)|(dưới)) \{\{ (fact\.\w+) \}\}", re.IGNORECASE
    ),
    "en": re.compile(
        r"(?<!\w)(?:(within|in|takes?|up to|at most|no more than|not more than)|(after|over|above|more than|beyond)"
        r"|(before)|(under|below|less than)) \{\{ (fact\.\w+) \}\}",
        re.IGNORECASE,
    ),
}
"""On which side of a fact something is: within it, beyond it, before it, below it."""
_OWN_BUTTONS = ("Xong rồi", "Xóa hết")
"""Buttons of ours, whose words each language has for itself."""

_NOT = "not"


class _Concept(Struct, frozen=True, forbid_unknown_fields=True):
    vi: str
    in_en: str
    en: str
    in_vi: str


class _Phrases:
    """Which concepts the words of a line name, looked up word by word."""

    def __init__(self, phrases: Mapping[str, str], plural: bool) -> None:
        self._exact: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._beginnings: dict[str, set[str]] = defaultdict(set)
        self._lengths: dict[str, set[int]] = defaultdict(set)  # those of the phrases that begin with a word
        self._plural = plural
        for name, words in phrases.items():
            for phrase in filter(None, map(str.strip, words.split("|"))):
                if phrase.endswith("*"):
                    self._beginnings[phrase[:-1]].add(name)
                else:
                    first, *rest = phrase.split()
                    self._exact[(first, *rest)].add(name)
                    if rest:
                        self._lengths[first].add(1 + len(rest))
        self._of_word = cache(self._named_by)

    def named(self, words: Sequence[str]) -> frozenset[str]:
        """The concepts that these words name."""
        found: set[str] = set()
        for at, word in enumerate(words):
            found |= self._of_word(word)
            for length in self._lengths.get(word, ()):
                found |= self._exact.get(tuple(words[at : at + length]), set())
        return frozenset(found)

    def _named_by(self, word: str) -> frozenset[str]:
        forms = {word}
        if self._plural:
            forms |= {word.removesuffix(ending) for ending in ("s", "es", "'s", "’s")}
        found = {name for form in forms for name in self._exact.get((form,), ())}
        for length in range(1, len(word) + 1):
            found |= self._beginnings.get(word[:length], set())
        return frozenset(found)


class _Line(Struct, frozen=True):
    """One line: the concepts it claims, and those of the other language that its words answer."""

    text: str
    claims: frozenset[str]
    answers: frozenset[str]


def _read(file: Path) -> Mapping[str, _Concept]:
    return msgspec.yaml.decode(file.read_bytes(), type=dict[str, _Concept])


_CONCEPTS = _read(Path(__file__).parents[1] / "concepts.yaml")
_CLAIMS = {
    "vi": _Phrases({name: concept.vi for name, concept in _CONCEPTS.items()}, plural=False),
    "en": _Phrases({name: concept.en for name, concept in _CONCEPTS.items()}, plural=True),
}
_ANSWERS = {
    "vi": _Phrases({name: concept.in_vi for name, concept in _CONCEPTS.items()}, plural=False),
    "en": _Phrases({name: f"{concept.in_en}|{concept.vi}" for name, concept in _CONCEPTS.items()}, plural=True),
}


def differences(vietnamese: str, english: str, around: str = "") -> Iterator[str]:
    """What one of two texts claims and the other does not; `around` is what else a reader of the English sees."""
    theirs, ours = _lines(vietnamese, "vi"), _lines(english, "en")
    if len(theirs) != len(ours):
        yield f"it has {len(ours)} lines, and the Vietnamese text {len(theirs)}; let each line say what the other says."
        return
    beside = frozenset[str]().union(*(line.answers for line in _lines(around, "en")))
    for name, line in _unanswered(theirs, ours, beside):
        words = _some(_CONCEPTS[name].in_en)
        yield f'the Vietnamese says "{line}" (about {_some(_CONCEPTS[name].vi)}); nothing here says so ({words}).'
    for name, line in _unanswered(ours, theirs, frozenset()):
        words = _some(_CONCEPTS[name].in_vi)
        yield f'it says "{line}" (about {_some(_CONCEPTS[name].en)}); nothing in the Vietnamese says so ({words}).'
    for their, our in zip(theirs, ours, strict=True):
        yield from unanswered(their.text, our.text)
        if "{{ fact." in their.text:
            yield from _limit_differences(their.text, our.text)
    yield from _button_differences(vietnamese, english)
    yield from _name_differences(vietnamese, english)


def _unanswered(claims: Sequence[_Line], answers: Sequence[_Line], beside: frozenset[str]) -> Iterator[tuple[str, str]]:
    claimed = Counter(name for line in claims for name in line.claims)
    answered = Counter(name for line in answers for name in line.answers)
    for line, other in zip(claims, answers, strict=True):
        for name in sorted(line.claims - other.answers - beside):
            if name == _NOT or answered[name] < claimed[name]:
                yield name, line.text


def _limit_differences(vietnamese: str, english: str) -> Iterator[str]:
    """Facts that one language says to be a limit, and the other where something begins."""
    theirs, ours = _limits("vi", vietnamese), _limits("en", english)
    for name in sorted(theirs.keys() & ours.keys()):
        if _side(theirs[name]) != _side(ours[name]):
            yield f'it says "{ours[name][0]}", and the Vietnamese text "{theirs[name][0]}".'


def _limits(lang: str, line: str) -> Mapping[str, re.Match[str]]:
    return {found[5]: found for found in _LIMITS[lang].finditer(line)}


def _side(found: re.Match[str]) -> int:
    return next(at for at in range(1, 5) if found[at])


def _button_differences(vietnamese: str, english: str) -> Iterator[str]:
    """Buttons of screens begin with a capital: both languages name the same."""
    said, told = vietnamese.casefold(), english.casefold()
    for button in _BUTTON.findall(english):
        if button[:1].isupper() and button.casefold() not in said:
            yield f"«{button}» is not in the Vietnamese text."
    for button in _BUTTON.findall(vietnamese):
        if button[:1].isupper() and button.casefold() not in told and button not in _OWN_BUTTONS:
            yield f"«{button}» is only in the Vietnamese text."


def _name_differences(vietnamese: str, english: str) -> Iterator[str]:
    theirs, ours = set(_NAME.findall(vietnamese)), set(_NAME.findall(english))
    for their, our in zip_longest(sorted(theirs - ours), sorted(ours - theirs)):
        if their and our:
            yield f'it names "{our}", and the Vietnamese text "{their}".'


def _lines(text: str, lang: str) -> list[_Line]:
    return [
        _Line(
            line.strip(),
            _CLAIMS[lang].named(_words(_plain(line, lang), " , ")),
            _ANSWERS[lang].named(_words(_AT_MOST.sub("tối đa", line), r" \1 ")),
        )
        for line in text.splitlines()
        if line.strip()
    ]


def _plain(line: str, lang: str) -> str:
    """A line without the words that only look like a negation."""
    return _AT_MOST.sub("tối đa", _NO_NEGATION.sub(" ", _ASKED.sub(" ", line))) if lang == "vi" else line


def _words(line: str, buttons: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_VARIABLE.sub(" , ", _BUTTON.sub(buttons, line)))]


def _some(words: str) -> str:
    """The first few of the words that a concept lists."""
    return ", ".join(f'"{word.strip(" *")}"' for word in words.split("|")[:3])


_SAID = re.compile(r"\{\{ ((?:fact|ward)\.\w+) \}\}")


def translation_findings(parsed: Parsed) -> Iterator[Finding]:
    """Findings about words that the Vietnamese text has and a translation lacks, or the other way round."""
    for lang in LANGUAGES:
        if lang not in parsed.guide.words:
            message = f"there are no words in {lang} yet; its readers get Vietnamese."
            yield finding(parsed.documents["vi"], (), message, blocking=False)
        elif lang != "vi":
            yield from _differences(parsed, lang)


def _differences(parsed: Parsed, lang: str) -> Iterator[Finding]:
    document, steps = parsed.documents[lang], parsed.guide.steps
    vietnamese, words = parsed.guide.words["vi"], parsed.guide.words[lang]
    if len(vietnamese.bring) != len(words.bring):
        message = f'"bring" has {len(words.bring)} lines here and {len(vietnamese.bring)} in the Vietnamese text.'
        yield finding(document, ("bring",), message)
    else:
        for message in _other_words("\n".join(vietnamese.bring), "\n".join(words.bring)):
            yield finding(document, ("bring",), message)
    for message in differences(vietnamese.title, words.title):
        yield finding(document, ("title",), f"the title: {message}")
    yield from _keys(document, ("steps",), "step", vietnamese.steps, words.steps)
    yield from _keys(document, ("troubles",), "trouble", vietnamese.troubles, words.troubles)
    for step_id in words.steps.keys() & steps.keys():
        theirs, ours = vietnamese.steps[step_id], words.steps[step_id]
        yield from _keys(
            document, ("steps", step_id, "choices"), f'step "{step_id}": choice', theirs.labels, ours.labels
        )
        for message in _step_differences(document.data["steps"][step_id], steps[step_id], theirs, ours):
            yield finding(document, ("steps", step_id), f'step "{step_id}": {message}')
    for name in words.troubles.keys() & vietnamese.troubles.keys():
        for message in trouble_differences(vietnamese.troubles[name], words.troubles[name]):
            yield finding(document, ("troubles", name), f'trouble "{name}": {message}')


def trouble_differences(vietnamese: TroubleWords, words: TroubleWords) -> Iterator[str]:
    """What one language says about a trouble and the other does not."""
    yield from differences(vietnamese.label, words.label, words.say)
    yield from _other_words(vietnamese.say, words.say)


def _keys(
    document: Document, path: YamlPath, what: str, wanted: Collection[str], written: Collection[str]
) -> Iterator[Finding]:
    for name in wanted:
        if name not in written:
            yield finding(document, path, f'{what} "{name}" is missing.')
    for name in written:
        if name not in wanted:
            message = f'{what} "{name}" is not in the Vietnamese text.{did_you_mean(name, wanted)}'
            yield finding(document, (*path, name), message)


def _step_differences(written: Collection[str], step: Step, vietnamese: StepWords, words: StepWords) -> Iterator[str]:
    other = "do" if step.kind == "say" else "say"
    if other in written:
        yield f'it is "{step.kind}" in the Vietnamese text, not "{other}".'
    if bool(vietnamese.calm) != bool(words.calm):
        yield f'"calm" is only in {"Vietnamese" if vietnamese.calm else "this language"}.'
    if step.picture and not words.alt:
        yield '"alt" is missing: say what the picture shows.'
    yield from _other_facts(_step_text(vietnamese), _step_text(words))
    for theirs, ours in ((vietnamese.text, words.text), (vietnamese.calm, words.calm), (vietnamese.alt, words.alt)):
        if theirs and ours:
            yield from differences(theirs, ours)
    for choice_id in vietnamese.labels.keys() & words.labels.keys():
        for message in differences(vietnamese.labels[choice_id], words.labels[choice_id], _step_text(words)):
            yield f'choice "{choice_id}": {message}'


def _other_words(vietnamese: str, text: str) -> Iterator[str]:
    yield from _other_facts(vietnamese, text)
    if text.strip():
        yield from differences(vietnamese, text)


def _other_facts(vietnamese: str, text: str) -> Iterator[str]:
    """Facts that one language says and the other does not, or elsewhere: its readers would be told something else."""
    theirs, ours = _SAID.findall(vietnamese), _SAID.findall(text)
    for name in sorted({*theirs} ^ {*ours}):
        yield f"{{{{ {name} }}}} is only in {'the Vietnamese text' if name in theirs else 'this language'}."
    if theirs != ours and {*theirs} == {*ours}:
        yield f"the facts stand in another order than in the Vietnamese text: {', '.join(theirs)}."


def _step_text(words: StepWords) -> str:
    return "\n".join((words.whole, *words.labels.values()))
