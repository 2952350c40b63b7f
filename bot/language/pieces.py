"""Codes that are said in pieces, one message after the other: "mã OTP là 12", then "3456". Pure.

Of what was said nothing is kept but when, and how many digits it had.
"""

from msgspec import Struct

from bot.language.fold import fold
from bot.language.hints import POLITE, SAYING, Hints
from bot.language.named_parts import COUNTING
from bot.language.numbers import SPOKEN, in_digits, items, seen, words_in

SECONDS = 180
"""So soon the next piece follows."""
_LONGEST = 80
LONGEST_PIECE, WHOLE, FEWEST = 8, 16, 4
"""Digits of a piece, of the longest secret that is told so, and of so few that together they are a code though nobody
said so."""
_ROUND = 5
"""A number of more digits is also an amount or a date."""
_MAY_STAND = POLITE | SAYING | set(map(fold, SPOKEN)) | {"lai"}


def _is_ordinary(text: str) -> bool:
    """Whether a long number is an amount or a date."""
    bare = text.strip().rstrip(".")
    return bare.endswith("000") or "/" in bare


_COUNTED = words_in("so chu")
_FIRST_PIECE = 2
"""Digits of the first piece after the name of a code: a single one may be an answer."""


class Piece(Struct, frozen=True):
    """What a short text says of a code: how many `digits`; whether it `names` a code, and says nothing else.

    `read_out`: it names one, and tells a part of it in words.
    """

    digits: int = 0
    names: bool = False
    read_out: bool = False


NO_PIECE = Piece()


def piece_of(text: str) -> Piece:
    """The piece of a code that a text is as a whole; NO_PIECE for everything else."""
    if not text or len(text) > _LONGEST or text.rstrip().endswith("?"):
        return NO_PIECE
    if not all(word in _MAY_STAND for word in fold(text).split() if word.isalpha()):
        return NO_PIECE
    found = items(in_digits(seen(text)))
    words = {fold(item.word) for item in found if not item.digits}
    digits = sum(len(item.digits) for item in found)
    if digits > LONGEST_PIECE or not words <= _MAY_STAND or (digits > _ROUND and _is_ordinary(text)):
        return NO_PIECE
    names = "code" in Hints(found)
    spoken = [item for item in found if item.spoken and item.digits]
    counts = not words.isdisjoint(COUNTING) or (bool(found) and fold(found[-1].word) in _COUNTED)
    return Piece(digits, names, names and len(spoken) >= _FIRST_PIECE and not counts)


def further(code: tuple[int, int], piece: Piece, now: int) -> tuple[tuple[int, int], bool]:
    """What is to be kept after a message with this piece, and whether it is a further piece of a code.

    `code` is when a piece was said last, and how many digits are known; 0 where a code was named alone.
    """
    if piece == NO_PIECE:
        return code, False
    at, had = code if now - code[0] <= SECONDS else (0, 0)
    named = bool(at) and not had
    known = (FEWEST if piece.names or named else had) + piece.digits if piece.digits or not piece.names else 0
    goes_on = piece.digits >= _FIRST_PIECE if named else bool(had and piece.digits and had + piece.digits >= FEWEST)
    return ((now, known) if known < FEWEST + WHOLE else (0, 0)), goes_on
