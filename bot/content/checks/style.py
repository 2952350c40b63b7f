"""Plain language: what may stand in a text that residents read. Pure; every fault is said in the editor's words.

Whether a text speaks kindly: no shouting, no blame, and the form of address that its reader chose. Pure.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from jinja2 import TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment
from msgspec import Struct

from bot.content.checks.advice import advice_faults
from bot.content.checks.certainty import certainty_faults, number_faults
from bot.content.facts import Facts
from bot.content.guide import Mark
from bot.content.schema import did_you_mean
from bot.content.ward import WARD_NAMES

_KIND_VARIABLE = re.compile(r"\{\{[-+]?\s*[\w.]+\s*[-+]?\}\}")
_YOU = re.compile(r"\{\{\s*you\s*\}\}", re.IGNORECASE)
_KIND_BUTTON = re.compile(r"«[^»]*»")
_CAPITAL = f"[{''.join(letter for letter in map(chr, range(0x1EFA)) if letter.isupper())}]"
_CAPITALS = re.compile(rf"(?<!\w){_CAPITAL}{{2,}}(?:[ \t]+{_CAPITAL}{{2,}})*(?!\w)")
_SHOUTED_LETTERS = 6

_DID = r"(?: (?:đã|lại|vừa|cứ))* (?:làm|bấm|gõ|nhập|điền|chọn|ghi|chụp|viết|quên)(?: \w+){0,3}? (?:sai|nhầm|mất)"
_BLAME: Mapping[str, re.Pattern[str]] = {
    "vi": re.compile(
        r"(?<!không phải )(?<!chẳng phải )(?:lỗi (?:của|tại|do|là ở) YOU|(?:tại|do) YOU)(?!\w)"
        rf"|(?<!nếu )(?<!lỡ )(?<!khi )YOU{_DID}(?!\w)"
        r"|(?<!\w)(?:bất cẩn|cẩu thả|không cẩn thận|(?:không|chẳng) chịu (?:đọc|nghe|xem)|không đọc kỹ|dễ thế mà|"
        r"sao (?:lại )?(?:YOU )?không (?:đọc|biết|làm))(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?<!not )(?<!never )(?<!no )(?<!\w)(?:your (?:own )?(?:fault|mistake|error)"
        r"|(?<!if )you (?:have |'ve )?(?:typed|entered|pressed|tapped|chose|filled|did|wrote|made|forgot)"
        r"(?: (?!nothing)\w+){0,4} (?:wrong|wrongly|incorrectly|mistakes?)"
        r"|(?<!if )you(?: have)? (?:mistyped|failed)|you should have|careless|obviously)(?!\w)",
        re.IGNORECASE,
    ),
}
_OTHERS = ("các", "nhiều", "những", "mấy", "người", "kết", "ông", "vợ", "dụng", "công", "ghi", "tiếng", "hai", "một")
_ADDRESSED = re.compile(
    rf"(?<!\w){''.join(f'(?<!{other} )' for other in _OTHERS)}(?P<word>bác|ông|bà|cô|chú|anh|chị|bạn|cụ)(?!\w)"
    r"(?! (?:sĩ|bà|con|giáo|ý|thể|chị|em|bè|nội|ngoại|cháu|ruột)(?!\w))"
    r"|(?<!\w)(?P<self>cháu|em)(?= (?:xin|sẽ|giúp|gửi|nhắc|chào|mong)(?!\w))",
    re.IGNORECASE,
)


def shouting_faults(text: str, allowed: Collection[str]) -> Iterator[str]:
    """Words in capitals that are neither a short name of something nor `allowed`; buttons («…») are as they are."""
    for found in _CAPITALS.finditer(_KIND_BUTTON.sub(" ", _KIND_VARIABLE.sub(" ", text))):
        words = [word for word in found[0].split() if word not in allowed]
        for word in words:
            if len(words) > 1 or len(word) >= _SHOUTED_LETTERS or _accented(word):
                yield f'"{word}" is in capitals; write it in small letters.'


def blame_faults(text: str, lang: str) -> Iterator[str]:
    """Words that say it is the reader's fault."""
    spoken = _YOU.sub("you" if lang == "en" else "YOU", _KIND_BUTTON.sub(" ", text))
    for found in _BLAME[lang].finditer(spoken):
        said = found[0].strip().replace("YOU", "{{ you }}")
        yield f'"{said}" sounds like blame; say what to do now.'


def address_faults(text: str, lang: str) -> Iterator[str]:
    """Forms of address written out, where each reader chose one of their own."""
    for found in _ADDRESSED.finditer(_KIND_BUTTON.sub(" ", text)) if lang == "vi" else ():
        name = "{{ you }}" if found["word"] else "{{ me }}"
        yield f'"{found[0]}" is one form of address; write "{name}".'


def _accented(word: str) -> bool:
    """Whether it has vowels with signs, as short names have not (NĐ has none)."""
    return any(unicodedata.combining(each) for each in unicodedata.normalize("NFD", word))


SENTENCE_WORDS = 15
STEP_CHARACTERS = 300
LABEL_CHARACTERS = 30
TITLE_CHARACTERS = 60
BRING_CHARACTERS = 80
BRING_LINES = 7

_ADDRESS_NAMES = ("you", "You", "me", "Me")
_WARD_LENGTH = 20

_VARIABLE = re.compile(r"\{\{[-+]?\s*([\w.]+)\s*[-+]?\}\}")
_PLAIN = re.compile(r"\{\{ ([a-zA-Z_]+(?:\.[a-z_]+)?) \}\}")
_SENTENCE_END = re.compile(r"[.!?:;…]+(?=[\s\"'”»)\]]|$)|\n")
_BUTTON = re.compile(r"«[^»]*»")
_LETTERS = re.compile(r"[^\W\d_]+")
_ENVIRONMENT = SandboxedEnvironment()


class Wording(Struct, frozen=True, dict=True):
    """The rules of wording in one language, with the facts they lean on."""

    lang: str
    facts: Facts

    def faults(self, text: str, spelled: Collection[str] = ()) -> Iterator[str]:
        """Everything that is wrong with one text, whatever it is: a step, a label, a trouble.

        `spelled` are words with a digit that may stand there besides the names that all texts may say.
        """
        try:
            names = variables(text)
        except ValueError as error:
            yield str(error)
            return
        for name in names:
            yield from self._variable_faults(name)
        yield from self._long_sentences(text)
        yield from shouting_faults(text, self._capitals_allowed)
        yield from blame_faults(text, self.lang)
        yield from number_faults(text, (*self.facts.names, *spelled))
        yield from advice_faults(text, self.lang)

    def length(self, text: str) -> int:
        """How many characters the text has once its variables are said; ward names count as 20."""
        return len(self._said(text))

    def body_faults(self, text: str) -> Iterator[str]:
        """What is wrong besides in a text of whole sentences that speaks to its reader."""
        yield from certainty_faults(text, self.lang, self._marks)
        yield from address_faults(text, self.lang)

    @cached_property
    def certain(self) -> frozenset[str]:
        """The forms that may be stated (CT07): a title spells them out, since people ask for a guide by its title."""
        certain = (fact.value(self.lang) for fact in self.facts.facts.values() if fact.mark == "stated")
        return frozenset(value for value in certain if value.isalnum() and value[0].isalpha())

    def line_faults(self, line: str) -> Iterator[str]:
        """What is wrong besides in a label or a title: it has no room for "usually", but must not promise."""
        uncertain: dict[str, Mark] = {name: mark for name, mark in self._marks.items() if mark == "check"}
        yield from certainty_faults(line, self.lang, uncertain)

    def unexplained(self, text: str, explained: Collection[str]) -> Iterator[str]:
        """Faults for glossary terms that the text uses, button names («…») aside, before they were explained."""
        for term in self.terms(text, explained):
            yield f'"{term}" is not explained where it comes first; write "{self.facts.terms[term][self.lang][0]}".'

    def terms(self, text: str, explained: Collection[str]) -> tuple[str, ...]:
        """Glossary terms that the text uses, button names («…») aside, without those `explained`."""
        found = self._term_pattern.findall(_BUTTON.sub(" ", text)) if self.facts.terms else []
        names = dict.fromkeys(self._term_names[word.casefold()] for word in found)
        return tuple(name for name in names if name not in explained and self.facts.terms[name].get(self.lang))

    def sentences(self, text: str) -> list[str]:
        """The sentences of a text; a variable counts as one word."""
        return [sentence for sentence in _SENTENCE_END.split(_VARIABLE.sub("x", text)) if sentence.strip()]

    def explained(self, text: str) -> set[str]:
        """Glossary terms that the text explains in the words of the glossary."""
        said = text.casefold()
        return {term for term, phrases in self._explanations.items() if any(phrase in said for phrase in phrases)}

    @cached_property
    def _marks(self) -> Mapping[str, Mark]:
        return {name: fact.mark for name, fact in self.facts.facts.items()}

    @cached_property
    def _explanations(self) -> Mapping[str, tuple[str, ...]]:
        """The phrases that explain each term, casefolded."""
        return {
            term: tuple(phrase.casefold() for phrase in phrases.get(self.lang, ()))
            for term, phrases in self.facts.terms.items()
        }

    @cached_property
    def _term_names(self) -> Mapping[str, str]:
        return {term.casefold(): term for term in self.facts.terms}

    @cached_property
    def _term_pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.facts.terms, key=len, reverse=True)
        return re.compile(rf"(?<![\w-])(?:{'|'.join(map(_any_case, longest_first))})(?!\w)")

    @cached_property
    def _capitals_allowed(self) -> frozenset[str]:
        return frozenset(word for term in self.facts.terms for word in _LETTERS.findall(term))

    def _variable_faults(self, name: str) -> Iterator[str]:
        group, _, key = name.partition(".")
        known = {"fact": tuple(self.facts.facts), "ward": WARD_NAMES}.get(group, ()) if key else _ADDRESS_NAMES
        if (key or group) not in known:
            hint = did_you_mean(name, (f"{group}.{one}" if key else one for one in known))
            yield f'"{{{{ {name} }}}}" is not known.{hint}'

    def _said(self, text: str) -> str:
        return _VARIABLE.sub(lambda variable: self._value(variable[1]), text)

    def _value(self, name: str) -> str:
        group, _, key = name.partition(".")
        if group == "fact" and key in self.facts.facts:
            return self.facts.facts[key].value(self.lang)
        return "x" * _WARD_LENGTH if group == "ward" else "cháu"

    def _long_sentences(self, text: str) -> Iterator[str]:
        for sentence in self.sentences(text):
            words = len(sentence.split())
            if words > SENTENCE_WORDS:
                yield f'a sentence has {words} words ("{_beginning(sentence)}"); at most {SENTENCE_WORDS}.'


def _any_case(term: str) -> str:
    """A pattern for the term in any case; one of mixed case is a name ("App Store") and stays as it is written."""
    return f"(?i:{re.escape(term)})" if term.isupper() or term.islower() else re.escape(term)


def variables(text: str) -> list[str]:
    """The names in `{{ }}`, in order. Raises ValueError for anything there but a plain name or `group.name`."""
    if "{" not in _PLAIN.sub("", text):  # as nearly all are; reading a template takes its time
        return _PLAIN.findall(text)
    if "{%" in text or "{#" in text:
        raise ValueError("only {{ name }} may stand in a text, no {% %} and no {# #}.")
    try:
        body = _ENVIRONMENT.parse(text).body
    except (TemplateError, RecursionError) as error:
        raise ValueError(f"this {{{{ }}}} cannot be read: {error}.") from error
    outputs = [part for node in body if isinstance(node, nodes.Output) for part in node.nodes]
    return [_name(part) for part in outputs if not isinstance(part, nodes.TemplateData)]


def _name(node: nodes.Expr) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    raise ValueError("only a plain name may stand in {{ }}, such as {{ you }} or {{ ward.hotline }}.")


def _beginning(sentence: str) -> str:
    words = sentence.split()
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "")
