"""What guides claim without a figure, held against a second statement that was typed from the sources. Pure.

`claims.yaml` has it: in which guides, by which words a line is known, what it must say and must not. A lie that is told
in both languages alike is seen here, and so is one in a line that nobody translated freely.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.content.finding import Finding, finding
from bot.content.parse import Parsed
from bot.content.yaml_lines import Path as Place

FILE = Path(__file__).with_name("claims.yaml")

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
