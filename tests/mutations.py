"""Small lies, put into guides by machine: one edit each, of every kind that somebody could make or mean.

Each mutator takes the Vietnamese file and the English file of a guide and returns both with one edit, or None where the
guide has nothing to edit. `python -m tests.mutations 20 -v` says how many of each kind `toso check` sees, by its
rules alone and with the record of who read what, and some that no rule sees.
"""

import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

import click

from bot.content import loader as files
from bot.content.checks.guide import Known, check
from bot.content.checks.records import Reading, parts_of, reading_findings
from bot.content.checks.spelling import Usage, vietnamese
from bot.content.loader import GUIDES, ROOT, named_text
from bot.content.schema import Parsed, parse
from bot.content.yaml import Finding
from bot.errors import ContentWrong
from bot.nlu.normalise import fold

Texts = tuple[str, str]
Mutator = Callable[[random.Random, str, str], Texts | None]

_TARGET = re.compile(r"go: (\"?[^\s}]+\"?)\}")

TODAY = date(2026, 12, 2)


class Tally(NamedTuple):
    """How many lies of one kind were told, how many the rules see, and how many with the record of readings."""

    told: int
    seen: int
    unread: int


def _edit(rng: random.Random, text: str, pattern: str, to: str | Callable[[re.Match[str]], str]) -> str | None:
    """The text below `steps:` with one of the places that fit the pattern changed."""
    start = text.index("\nsteps:")
    places = [found for found in re.finditer(pattern, text[start:]) if "#" not in found[0]]
    if not places:
        return None
    found = rng.choice(places)
    new = to(found) if callable(to) else found.expand(to)
    changed = text[: start + found.start()] + new + text[start + found.end() :]
    return changed if changed != text else None


def in_vietnamese(pattern: str, to: str | Callable[[re.Match[str]], str]) -> Mutator:
    def mutate(rng: random.Random, vi: str, en: str) -> Texts | None:
        changed = _edit(rng, vi, pattern, to)
        return (changed, en) if changed else None

    return mutate


def in_english(pattern: str, to: str | Callable[[re.Match[str]], str]) -> Mutator:
    def mutate(rng: random.Random, vi: str, en: str) -> Texts | None:
        changed = _edit(rng, en, pattern, to)
        return (vi, changed) if changed else None

    return mutate


def one_of(*mutators: Mutator) -> Mutator:
    def mutate(rng: random.Random, vi: str, en: str) -> Texts | None:
        for mutator in rng.sample(mutators, len(mutators)):
            if changed := mutator(rng, vi, en):
                return changed
        return None

    return mutate


def swap_choices(rng: random.Random, vi: str, en: str) -> Texts | None:
    """Two choices of one question lead where the other one led."""
    blocks = [each for each in re.finditer(r"    choices:\n(?:      .*\n)+", vi) if len(set(_targets(each[0]))) > 1]
    if not blocks:
        return None
    block = rng.choice(blocks)
    targets = _targets(block[0])
    one, other = rng.sample(sorted(set(targets)), 2)
    instead = {one: other, other: one}
    swapped = _TARGET.sub(lambda go: f"go: {instead.get(go[1], go[1])}}}", block[0])
    return vi[: block.start()] + swapped + vi[block.end() :], en


def _targets(block: str) -> list[str]:
    return _TARGET.findall(block)


def other_step(rng: random.Random, vi: str, en: str) -> Texts | None:
    steps = re.findall(r"^  ([a-z0-9_]+):$", vi[vi.index("\nsteps:") :].split("\ntroubles:")[0], re.MULTILINE)
    changed = _edit(rng, vi, r"next: ([a-z0-9_]+)\n", lambda found: f"next: {rng.choice(steps)}\n")
    return (changed, en) if changed else None


def other_fact(rng: random.Random, vi: str, en: str) -> Texts | None:
    facts = named_text(ROOT / "bot/content/facts.yaml")[1].split("\nnames:")[0]
    names = re.findall(r"^  ([a-z_0-9]+):", facts, re.MULTILINE)
    changed = _edit(rng, vi, r"\{\{ fact\.\w+ \}\}", lambda _: f"{{{{ fact.{rng.choice(names)} }}}}")
    return (changed, en) if changed else None


def other_mark(rng: random.Random, vi: str, en: str) -> Texts | None:
    found = list(re.finditer(r"mark: (stated|soft|check)", vi))
    if not found:
        return None
    mark = rng.choice(found)
    other = rng.choice([each for each in ("stated", "soft", "check") if each != mark[1]])
    return vi[: mark.start()] + f"mark: {other}" + vi[mark.end() :], en


def other_source_day(rng: random.Random, vi: str, en: str) -> Texts | None:
    found = list(re.finditer(r"(source: .*date: 20\d\d-)(\d\d)", vi))
    if not found:
        return None
    day = rng.choice(found)
    month = (int(day[2]) + 3) % 12 + 1
    return vi[: day.start()] + f"{day[1]}{month:02}" + vi[day.end() :], en


def lost_line(rng: random.Random, vi: str, en: str) -> Texts | None:
    changed = _edit(rng, vi, r"(?<=say: \|\n)(?:      [^\n]+\n)(?=      )", "")
    return (changed, en) if changed else None


def swapped_lines(rng: random.Random, vi: str, en: str) -> Texts | None:
    changed = _edit(rng, vi, r"(?<=: \|\n)(      [^\n]+\n)(      [^\n]+\n)", r"\2\1")
    return (changed, en) if changed else None


def other_remedy(rng: random.Random, vi: str, en: str) -> Texts | None:
    """What helps against one trouble is told of another, in both languages alike."""
    found = re.findall(r"^  (\w+):\n    label: .*\n    say: \|\n", vi, re.MULTILINE)
    if len(found) < 2:
        return None
    one, other = rng.sample(found, 2)
    return _exchanged(vi, one, other), _exchanged(en, one, other)


def _exchanged(text: str, one: str, other: str) -> str:
    said = {name: _remedy(text, name) for name in (one, other)}
    if not all(said.values()) or said[one] == said[other]:
        return text
    marked = text.replace(said[one], "\0", 1)
    return marked.replace(said[other], said[one], 1).replace("\0", said[other], 1)


def _remedy(text: str, name: str) -> str:
    found = re.search(rf"^  {name}:\n    label: .*\n(    say: (?:\|\n(?:      .*\n)+|.*\n))", text, re.MULTILINE)
    return found[1] if found else ""


def _lose_sign(found: re.Match[str]) -> str:
    return fold(found[0]) if found[0].islower() else found[0]


_LETTER = "a-zàáảãạăắằẳẵặâấầẩẫậèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵđ"
_SIGNED = rf"(?<= )[{_LETTER}]*[{_LETTER[3:]}][{_LETTER}]*(?=[ .,])"
_DANGEROUS = (
    "Rồi đọc mã OTP cho cán bộ.", "Xong thì xóa tin nhắn đó.", "Bồi dưỡng cán bộ một chút cho nhanh.",
    "Cài ứng dụng từ đường dẫn trong tin nhắn.", "Chụp căn cước gửi qua Zalo cho họ.", "Tắt khóa màn hình cho tiện.",
    "Chuyển tiền vào tài khoản cá nhân của cán bộ.", "Cứ làm theo người gọi.", "Đừng ngu mà làm.",
)  # fmt: skip
_OFFICES = {
    "công an": "ủy ban", "phường": "quận", "ngân hàng": "bưu điện", "nhà mạng": "ngân hàng", "bệnh viện": "trường học",
}  # fmt: skip
_THINGS = {
    "căn cước": "hộ chiếu", "mật khẩu": "số điện thoại", "bản gốc": "bản sao", "tạm trú": "thường trú",
    "mức 2": "mức 1", "giấy khai sinh": "sổ hộ khẩu", "tiền mặt": "séc",
}  # fmt: skip


def _swap(words: Mapping[str, str]) -> Mutator:
    return in_vietnamese(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", lambda found: words[found[0]])


def _dangerous(found: re.Match[str]) -> str:
    return f"{found[1]}      {_DANGEROUS[len(found[1]) % len(_DANGEROUS)]}\n"


KINDS: Mapping[str, Mutator] = {
    "không is gone": in_vietnamese(r"(?<= )không (?=\w)", ""),
    "không is new": in_vietnamese(r"(?<!không)(?<= )(cần|phải|được|mất) (?=\w)", r"không \1 "),
    "đừng becomes hãy": in_vietnamese(r"(?<!\w)đừng (?!lo|ngại|sợ)", "hãy "),
    "chưa becomes đã": in_vietnamese(r"(?<= )chưa (?=\w)", "đã "),
    "another office": _swap(_OFFICES),
    "another thing": _swap(_THINGS),
    "free or not": in_vietnamese(r"không mất (tiền|phí)|miễn phí", "mất phí"),
    "before or after": one_of(in_vietnamese(r"trước khi", "sau khi"), in_vietnamese(r"(?<= )sau (?=khi|đó)", "trước ")),
    "the hedge is gone": in_vietnamese(r"(?<= )(?:thường|có thể|có khi) (?=\w)", ""),
    "chỉ is gone": in_vietnamese(r"(?<= )chỉ (?=cần|làm|nộp|có)", ""),
    "another fact": other_fact,
    "a number in words": in_vietnamese(r"\{\{ fact\.\w+ \}\}", "ba ngày"),
    "a look-alike site": in_vietnamese(r"\{\{ fact\.\w+_site \}\}", "dichvucong-gov.com"),
    "an unknown number": in_vietnamese(r"\{\{ (?:ward\.hotline|fact\.\w+_hotline) \}\}", "0912 345 678"),
    "the ward's other line": in_vietnamese(r"\{\{ ward\.office \}\}", "{{ ward.police }}"),
    "dangerous advice": in_vietnamese(r"((?:say|do): \|\n      [^\n]+\n)", _dangerous),
    "a sign is lost": in_vietnamese(_SIGNED, _lose_sign),
    "a line is lost": lost_line,
    "two lines swapped": swapped_lines,
    "two choices swapped": swap_choices,
    "another next step": other_step,
    "another tap": in_vietnamese(r"tap: [^,}]+", "tap: Hủy"),
    "another mark": other_mark,
    "another day of a source": other_source_day,
    "compulsory or advised": in_vietnamese(r"(?<= )phải (?=\w)", "nên "),
    "not allowed": in_vietnamese(r"(?<= )đều được|(?<= )cũng được", "không được"),
    "by oneself or by another": one_of(in_vietnamese(r"(?<= )tự (?=\w)", ""), in_vietnamese(r"ký thay", "ký")),
    "all or some": in_vietnamese(r"nào cũng|mọi người|ai cũng", "có nơi"),
    "at once or later": in_vietnamese(r"(?<= )ngay(?=[ .,])", "sau"),
    "online or at the counter": _swap({"qua mạng": "tại quầy", "ra quầy": "qua mạng", "tại quầy": "qua mạng"}),
    "another relative": _swap(
        {"chủ nhà": "hàng xóm", "cha mẹ": "anh em", "vợ chồng": "bạn bè", "chủ hộ": "người thuê"}
    ),
    "a remedy of another trouble": other_remedy,
    "English: not is gone": in_english(r" not (?=\w)", " "),
    "English: another office": in_english(r"(?<= )(?:police|ward|bank)(?=[ .,])", "post office"),
    "English: must or may": in_english(r"(?<= )(must|usually|may|never|only) ", ""),
    "English: another fact": in_english(r"\{\{ fact\.\w+ \}\}", "{{ fact.lltp_fee }}"),
}


class Checker:
    """`toso check` for one guide whose files were changed, against the guides as they are."""

    def __init__(self) -> None:
        shared = files._shared(ROOT)  # the files that guides share, read once
        self.names = sorted(file.stem for file in (ROOT / GUIDES).glob("*.yaml"))
        self.texts = {name: self._texts(name) for name in self.names}
        parsed = {name: self._parse(name, *texts) for name, texts in self.texts.items()}
        self._readings = {name: Reading("", TODAY, dict(parts_of(guide))) for name, guide in parsed.items()}
        usage = Usage(text for guide in parsed.values() for text in vietnamese(guide.guide.words["vi"]))
        steps = {name: guide.guide.steps for name, guide in parsed.items()}
        self.known = Known(
            facts=shared.facts, second=shared.second, joints=shared.joints.guides, troubles=shared.troubles,
            topics=[topic.id for topic in shared.topics], guides=steps, screens=shared.screens, usage=usage,
            today=TODAY,
        )  # fmt: skip

    def _texts(self, name: str) -> Texts:
        english = ROOT / f"locales/en/guides/{name}.yaml"
        return named_text(ROOT / GUIDES / f"{name}.yaml")[1], named_text(english)[1]

    def parsed(self, name: str) -> Parsed:
        """A guide as it is."""
        return self._parse(name, *self.texts[name])

    def _parse(self, name: str, vi: str, en: str) -> Parsed:
        return parse(f"{name}.yaml", vi, {"en": (f"en/{name}.yaml", en)})

    def findings(self, name: str, texts: Texts) -> list[Finding]:
        """What `toso check` says of a guide with these texts."""
        return check(self._parse(name, *texts), self.known)

    def sees(self, name: str, texts: Texts) -> tuple[bool, bool]:
        """Whether the rules refuse a guide, and whether it is unread as well."""
        try:
            parsed = self._parse(name, *texts)
        except ContentWrong:
            return True, True
        refused = any(one.blocking for one in check(parsed, self.known))
        return refused, refused or bool(reading_findings(parsed, self._readings[name]))


def tell(checker: Checker, each: int, seed: int) -> Iterator[tuple[str, Tally, list[str]]]:
    """Tell about `each` lies of every kind; yields its tally, and some of the lies that no rule sees."""
    for kind, mutator in KINDS.items():
        rng = random.Random(f"{seed} {kind}")
        told = seen = unread = 0
        missed: list[str] = []
        for name in rng.sample(checker.names, len(checker.names)):
            if told == each:
                break
            before = checker.texts[name]
            after = mutator(rng, *before)
            if after and after != before:
                told += 1
                refused, known = checker.sees(name, after)
                seen, unread = seen + refused, unread + known
                if not refused:
                    missed.append(f"{name}: {_changed(before, after)}")
        yield kind, Tally(told, seen, unread), missed


def _changed(before: Texts, after: Texts) -> str:
    pairs = [(one.splitlines(), other.splitlines()) for one, other in zip(before, after, strict=True)]
    lines = [pair for one, other in pairs for pair in zip(one, other, strict=False)]
    return next((new.strip() for old, new in lines if old != new), "")


if __name__ == "__main__":
    each = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    totals = [0, 0, 0]
    for kind, tally, missed in tell(Checker(), each, seed=1):
        totals = [total + more for total, more in zip(totals, tally, strict=True)]
        click.echo(f"{kind:26} {tally.told:4} told {tally.seen:4} seen {tally.unread:4} seen or unread")
        for line in missed[:3] if "-v" in sys.argv else ():
            click.echo(f"    {line}")
    click.echo(f"{'all':26} {totals[0]:4} told {totals[1]:4} seen {totals[2]:4} seen or unread")
