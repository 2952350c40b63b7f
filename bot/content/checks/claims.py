"""Whether the choices of a question lead where their words point, or where those of another one do. Pure.

A choice and the step it leads to have something in common: a name, a word of the label. Where two choices would have
more in common with each other's steps they were swapped, or look so; `crossings.yaml` lists those that somebody read.

What guides claim without a figure, held against a second statement that was typed from the sources. Pure.

`claims.yaml` has it: in which guides, by which words a line is known, what it must say and must not. A lie that is told
in both languages alike is seen here, and so is one in a line that nobody translated freely.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.content.guide import Guide, other_guide
from bot.content.schema import Parsed
from bot.content.yaml import Finding, finding
from bot.content.yaml import YamlPath as Place
from bot.nlu.normalise import fold

FILE = Path(__file__).parents[1] / "claims.yaml"

_WORD = re.compile(r"\w+")


class Claim(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One claim as its source says it; `of` are the guides that make it."""

    claim: str
    of: tuple[str, ...]
    about: str
    says: str
    never: str = ""
    source: str
    date: dt.date


def read(file: Path) -> Sequence[Claim]:
    """Read the claims. Raises OSError and msgspec.ValidationError."""
    return msgspec.yaml.decode(file.read_bytes(), type=list[Claim])


CLAIMS = read(FILE)


def claim_findings(parsed: Parsed, claims: Sequence[Claim] = CLAIMS) -> Iterator[Finding]:
    """Lines that say otherwise than their claim, and claims that no line of a guide makes any more."""
    mine = [claim for claim in claims if parsed.guide.id in claim.of]
    lines = list(_lines(parsed)) if mine else []
    document = parsed.documents["vi"]
    for claim in mine:
        about = [(place, line) for place, line in lines if _has(line, claim.about)]
        said = f'"{claim.claim}" ({claim.source}, {claim.date}, claims.yaml)'
        if not about:
            told = f"no line says {said} any more. Say it again; if its source changed, mend claims.yaml first."
            yield finding(document, (), told)
        for place, line in about:
            if not _has(line, claim.says) or (claim.never and _has(line, claim.never)):
                told = f'"{line}" contradicts {said}. Look at the source, and mend what is wrong.'
                yield finding(document, place, told)


def _lines(parsed: Parsed) -> Iterator[tuple[Place, str]]:
    words = parsed.guide.words["vi"]
    texts: list[tuple[Place, str]] = [(("bring",), "\n".join(words.bring))]
    texts += [(("steps", name), f"{step.text}\n{step.calm}") for name, step in words.steps.items()]
    texts += [(("troubles", name), trouble.say) for name, trouble in words.troubles.items()]
    for place, text in texts:
        yield from ((place, line) for line in text.splitlines() if line)


def _has(line: str, pattern: str) -> bool:
    """Whether a line has the words of a pattern: all that stand between +, of each one that stands between |."""
    plain = f" {' '.join(_WORD.findall(line.casefold()))} "
    return all(any(f" {word.strip()} " in plain for word in group.split("|")) for group in pattern.split("+"))


CROSSINGS = Path(__file__).parents[1] / "crossings.yaml"

_CROSSING_WORD = re.compile(r"[^\W_]+")
_SAME_NAME, _LIKE_NAME, _SAME_WORD = 12.0, 6.0, 1.0
_BEGINNING = 4
_SAME_GUIDE, _SAME_END, _BOTH_AMISS = 4.0, 4.0, 5.0
_AMISS = re.compile(r"(?<!\w)(?:chưa|không|sai|lỗi|hỏng|thiếu|mất)(?!\w)")
_MENDING = frozenset(
    {"fix", "wrong", "bad", "refused", "lost", "missing", "locked", "retry", "failed", "mend", "correct"}
)
_SAID_OF_ENDS = {
    "person": re.compile(r"nhờ|gặp người|có người giúp|nói chuyện với"),
    "done": re.compile(r"hiểu rồi|xong|cảm ơn|thôi|để sau|khi khác|biết rồi|được rồi"),
    "menu": re.compile(r"việc khác|không phải"),
}
_MARGIN = 3.0
"""So much more the swapped choices must have in common before they are refused."""


_LOOKED_AT = msgspec.yaml.decode(CROSSINGS.read_bytes(), type=dict[str, frozenset[tuple[str, str]]])


def crossing_findings(parsed: Parsed) -> Iterator[Finding]:
    """Pairs of choices that look swapped, at the line of the first one."""
    guide = parsed.guide
    for step_id, step in guide.steps.items():
        looked_at = _LOOKED_AT.get(f"{guide.id}.{step_id}", frozenset())
        for (one, to), (other, to_other) in combinations(step.choices.items(), 2):
            if to == to_other or (one, other) in looked_at:
                continue
            here = _common(guide, step_id, one, to) + _common(guide, step_id, other, to_other)
            crossed = _common(guide, step_id, one, to_other) + _common(guide, step_id, other, to)
            if crossed - here > _MARGIN:
                message = (
                    f'step "{step_id}": "{one}" leads to "{to}" and "{other}" to "{to_other}"; they look swapped. '
                    f"Read the answers and the steps they lead to. When both are right, add to {CROSSINGS.name} "
                    f'under "{guide.id}.{step_id}": - [{one}, {other}]'
                )
                yield finding(parsed.documents["vi"], ("steps", step_id, "choices", one), message)


def _common(guide: Guide, step_id: str, choice: str, to: str) -> float:
    """How much a choice and what it leads to have in common."""
    label = guide.words["vi"].steps[step_id].labels.get(choice, "").casefold()
    return (
        _names(choice, to)
        + _means(label, to)
        + sum(
            _SAME_WORD * len(_words(words.steps[step_id].labels.get(choice, "")) & _words(_said(guide, lang, to)))
            for lang, words in guide.words.items()
            if step_id in words.steps
        )
    )


def _means(label: str, to: str) -> float:
    """How much the Vietnamese words of a choice point to another guide, to an end, or to where something is mended."""
    if other := other_guide(to)[0]:
        named = f" {' '.join(other.split('-'))} "
        return _SAME_GUIDE if named in f" {' '.join(_CROSSING_WORD.findall(fold(label)))} " else 0.0
    if to in _SAID_OF_ENDS:
        return _SAME_END if _SAID_OF_ENDS[to].search(label) else 0.0
    return _BOTH_AMISS if _AMISS.search(label) and _MENDING & {*_CROSSING_WORD.findall(to.replace("_", " "))} else 0.0


def _names(choice: str, to: str) -> float:
    if choice == to:
        return _SAME_NAME
    ours, theirs = _CROSSING_WORD.findall(choice), _CROSSING_WORD.findall(to)
    long = {word[:_BEGINNING] for word in ours if len(word) >= _BEGINNING}
    alike = {*ours} & {*theirs} or long & {word[:_BEGINNING] for word in theirs}
    return _LIKE_NAME if alike else 0.0


def _said(guide: Guide, lang: str, to: str) -> str:
    step = guide.words[lang].steps.get(to)
    return "\n".join((step.whole, *step.labels.values())) if step else ""


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _CROSSING_WORD.findall(text.casefold()) if len(word) > 1)
