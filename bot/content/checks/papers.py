"""Whether what people are told to bring is what the steps speak of, and the other way round. Pure.

A paper is said twice: in the list of what to bring, and in the step that needs it. `papers.yaml` has the names of
papers, and the lines of which somebody read that no step repeats them.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.content.guide import Words
from bot.content.schema import Parsed
from bot.content.yaml import Finding, finding

FILE = Path(__file__).parents[1] / "papers.yaml"


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    papers: tuple[str, ...]
    things: tuple[str, ...]
    carry: tuple[str, ...]
    later: frozenset[str]
    unsaid: dict[str, frozenset[str]]


def _words(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})(?!\w)")


_TABLE = msgspec.yaml.decode(FILE.read_bytes(), type=_Table)
UNSAID = _TABLE.unsaid
"""By guide the lines to bring that no step repeats."""
_PAPERS, _THINGS, _CARRY = _words(_TABLE.papers), _words(_TABLE.things), _words(_TABLE.carry)


def paper_findings(parsed: Parsed) -> Iterator[Finding]:
    """Papers that only the list of what to bring names, or only a step that says to carry them."""
    words, document = parsed.guide.words["vi"], parsed.documents["vi"]
    read = UNSAID.get(parsed.guide.id, frozenset())
    for index, line in enumerate(words.bring):
        at = parsed.guide.bring_at[index] if index < len(parsed.guide.bring_at) else ()
        needing = [words.steps[one].whole for one in at if one in words.steps]
        if line not in read and (fault := _unsaid(line, needing, words)):
            told = f'"{line}" is to be brought, and {fault}. Mend one; both right? Then add the line to {FILE.name}.'
            yield finding(document, ("bring", index), told)
    for step_id, step in words.steps.items() if words.bring else ():
        for paper in _carried(step.whole):
            if paper not in _TABLE.later and paper not in "\n".join(words.bring).casefold():
                told = f'step "{step_id}": it says to bring "{paper}", and "bring" does not list that.'
                yield finding(document, ("steps", step_id), told)


def _unsaid(line: str, needing: Sequence[str], words: Words) -> str:
    """What a line to bring says and steps do not: fewer things in those `needing` it, or a paper that none names."""
    things = len(_THINGS.findall(line.split(":")[-1].casefold()))
    lines = "\n".join(needing).casefold().splitlines()
    if needing and max(len(_THINGS.findall(one)) for one in lines) < things:
        return "the step that needs it names fewer things"
    texts = (*(step.whole for step in words.steps.values()), *(trouble.say for trouble in words.troubles.values()))
    said = "\n".join(texts).casefold()
    return next((f'no step says "{paper}"' for paper in _PAPERS.findall(line.casefold()) if paper not in said), "")


def _carried(text: str) -> Iterator[str]:
    for line in text.casefold().splitlines():
        if _CARRY.search(line):
            yield from _PAPERS.findall(line)
