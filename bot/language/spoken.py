"""What a machine heard, made more like what people type. Pure."""

from bot.language.numbers import SPOKEN
from bot.language.patterns import compiled, composed

_READ_OUT = 4
"""So many digits in a row are a number that is read out: a code, a card, a telephone."""

_PARTS = compiled(r"[ ,]+|[^ ,]+")
_LETTERS = compiled(r"(^|[ ,])(?:o|ô|ồ) (?:t|tê|tờ) (?:p|pê|pờ)([ ,.:]|$)", any_case=True)
"""How "OTP" is spelled aloud."""


def as_typed(text: str) -> str:
    """The same with digits that were read out written as a number, so that a code is known for what it is.

    "mã là một hai ba bốn" becomes "mã là 1234".
    """
    written: list[str] = []
    row: list[str] = []
    for part in _PARTS.findall(_LETTERS.sub(r"\1OTP\2", composed(text))):
        if _digit(part) or (row and not part.strip(" ,")):
            row.append(part)
        else:
            written += [*_as_number(row), part]
            row = []
    return "".join([*written, *_as_number(row)])


def _digit(part: str) -> str:
    """The digit that a word stands for, with the full stop after it; nothing where it stands for none."""
    word = part.rstrip(".!?;:…").lower()
    known = SPOKEN.get(word, word if len(word) == 1 and word.isdecimal() else "")
    return known + part[len(word) :] if known else ""


def _as_number(row: list[str]) -> list[str]:
    """The digits of a row in one, if they are so many; what parts it from what follows stays."""
    digits = list(filter(None, map(_digit, row)))
    after = row[-1:] if row and not _digit(row[-1]) else []
    return [*digits, *after] if len(digits) >= _READ_OUT else row


_SAID_BACK = 300
"""Characters of what was heard that are said back."""


def said_back(heard: str) -> str:
    """What was heard, short enough to be read at a glance."""
    return heard if len(heard) <= _SAID_BACK else f"{heard[:_SAID_BACK].rsplit(' ', 1)[0]}…"
