"""Whether the choices of a question lead where their words point, or where those of another one do. Pure.

A choice and the step it leads to have something in common: a name, a word of the label. Where two choices would have
more in common with each other's steps they were swapped, or look so; `crossings.yaml` lists those that somebody read.
"""

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import msgspec

from bot.content.finding import Finding, finding
from bot.content.guide import Guide, other_guide
from bot.content.parse import Parsed
from bot.language.fold import fold

FILE = Path(__file__).with_name("crossings.yaml")

_WORD = re.compile(r"[^\W_]+")
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


_LOOKED_AT = msgspec.yaml.decode(FILE.read_bytes(), type=dict[str, frozenset[tuple[str, str]]])


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
                    f"Read the answers and the steps they lead to. When both are right, add to {FILE.name} "
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
        return _SAME_GUIDE if named in f" {' '.join(_WORD.findall(fold(label)))} " else 0.0
    if to in _SAID_OF_ENDS:
        return _SAME_END if _SAID_OF_ENDS[to].search(label) else 0.0
    return _BOTH_AMISS if _AMISS.search(label) and _MENDING & {*_WORD.findall(to.replace("_", " "))} else 0.0


def _names(choice: str, to: str) -> float:
    if choice == to:
        return _SAME_NAME
    ours, theirs = _WORD.findall(choice), _WORD.findall(to)
    long = {word[:_BEGINNING] for word in ours if len(word) >= _BEGINNING}
    alike = {*ours} & {*theirs} or long & {word[:_BEGINNING] for word in theirs}
    return _LIKE_NAME if alike else 0.0


def _said(guide: Guide, lang: str, to: str) -> str:
    step = guide.words[lang].steps.get(to)
    return "\n".join((step.whole, *step.labels.values())) if step else ""


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text.casefold()) if len(word) > 1)
