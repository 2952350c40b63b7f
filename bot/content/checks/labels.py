"""Whether the labels of screens mean in English what they say in Vietnamese. Pure.

A picture shows a label with its English below. The two are compared as lines of a guide are; besides, one label means
the same wherever it stands, in guides («…» with its meaning in brackets) too, and one meaning belongs to one label.
`meanings.yaml` lists the labels of which somebody read that they mean more.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from itertools import combinations
from pathlib import Path

import msgspec

from bot.content.checks.spelling import english_words, unanswered
from bot.images.screens import Label

FILE = Path(__file__).parents[1] / "meanings.yaml"

_READ = msgspec.yaml.decode(FILE.read_bytes(), type=dict[str, frozenset[str]])
_TOLD = re.compile(r"«([^»]+)» \(([^)]+)\)")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_TO_DO = f"read where it stands and mend it, or write under it in {FILE.name} all that it means."
_SAY_LITTLE = frozenset({"a", "an", "the", "to", "in", "of", "by", "for", "my", "your", "is", "it"})


def told_meanings(english: str) -> Iterator[Label]:
    """The labels that an English text explains, as «Lưu» (save)."""
    return (Label(vi, en) for vi, en in _TOLD.findall(english))


def label_faults(shown: Iterable[Label], told: Iterable[Label]) -> Iterator[str]:
    """What is wrong with the English of labels: `shown` on screens, and `told` by guides."""
    shown = dict.fromkeys(label for label in shown if label.en)
    names = {label.vi.casefold(): label.vi for label in shown}
    meanings: dict[str, dict[str, None]] = defaultdict(dict)
    for label in (*shown, *told):
        if name := names.get(label.vi.casefold()):
            meanings[name][label.en.casefold()] = None
    for name, its in meanings.items():
        yield from _read_faults(name, its) if name in _READ else _faults(name, its)
    yield from _shared_faults(shown)


def _read_faults(name: str, meanings: Iterable[str]) -> Iterator[str]:
    read = {meaning.casefold() for meaning in _READ[name]}
    for meaning in meanings:
        if meaning not in read:
            yield f'"{name}" means {_some(_READ[name])}, and here "{meaning}"; {_TO_DO}'


def _faults(name: str, meanings: Iterable[str]) -> Iterator[str]:
    """Meanings that say what the label does not, and those that have no word in common."""
    for meaning in meanings:
        if next(unanswered(_NUMBER.sub(" ", name), _NUMBER.sub(" ", meaning)), ""):
            yield f'"{name}" says something else than "{meaning}"; {_TO_DO}'
    for one, other in combinations(meanings, 2):
        if not _alike(english_words(one), english_words(other)):
            yield f'"{name}" means "{one}", and elsewhere "{other}"; {_TO_DO}'


def _shared_faults(shown: Iterable[Label]) -> Iterator[str]:
    """Labels that have no word in common, and yet the same meaning."""
    of: dict[str, dict[str, None]] = defaultdict(dict)
    for label in shown:
        of[label.en.casefold()][label.vi] = None
    for meaning, names in of.items():
        for one, other in combinations(names, 2):
            both_read = one in _READ and other in _READ
            if not both_read and not _alike(_WORD.findall(one.casefold()), _WORD.findall(other.casefold())):
                yield f'"{one}" and "{other}" both mean "{meaning}"; mend one, or list both in {FILE.name}.'


def _alike(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    return bool({*ours} & {*theirs} - _SAY_LITTLE)


def _some(meanings: Set[str]) -> str:
    return ", ".join(f'"{meaning}"' for meaning in sorted(meanings))
