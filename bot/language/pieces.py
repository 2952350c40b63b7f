"""Codes that are said in pieces, one message after the other: "mã OTP là 12", then "3456". Pure.

Of what was said nothing is kept but when, and how many digits it had.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from bot.language.fold import fold
from bot.language.hints import POLITE, SAYING, SPEAKING, Hints
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
ASKING = words_in(
    "ho doi xin bat yeu cau keu bao hoi doc noi goi dien nguoi ta thang dua chung no ben kia anh ay cong an nhan vien"
    " can bo lua dao they asked for police bank lo voi roi can"
)
"""Words of a tale of who asked for a secret: "họ hỏi mã"."""
_ASKS = words_in("hoi doi xin bat yeu keu bao asked")
TELLING = words_in(
    "tra loi noi bao keu dua gui doc cho ra lo ho nguoi ta voi roi them xong luon i said told them then tiep"
)
"""Words before what was told them: "tôi trả lời 862"."""
_HANDED = words_in("doc noi tra dua said told")
_TALE = 9
"""Words of such a tale."""
_FIRST_PIECE = 2
"""Digits of the first piece after the name of a code: a single one may be an answer."""
_OF_A_TALE, _OF_AN_ANSWER = _MAY_STAND | ASKING | SPEAKING, _MAY_STAND | TELLING
_OF_EITHER = _OF_A_TALE | _OF_AN_ANSWER


class Piece(Struct, frozen=True):
    """What a short text says of a code: how many `digits`; whether it `names` a code, and says nothing else.

    `read_out`: it names one, and tells a part of it in words. `answered`: it says that this was told to somebody, which
    is of a code only where one was asked for. `no`: it says a single 0, which is "no" as well. `handed`: its words say
    that it was given away.
    """

    digits: int = 0
    names: bool = False
    read_out: bool = False
    answered: bool = False
    no: bool = False
    handed: bool = False


NO_PIECE = Piece()


def piece_of(text: str) -> Piece:
    """The piece of a code that a text is as a whole; NO_PIECE for everything else."""
    if not text or len(text) > _LONGEST or text.rstrip().endswith("?"):
        return NO_PIECE
    text = without_tail(text)
    folded = [word for word in fold(text).split() if word.isalpha()]
    if not all(word in _OF_EITHER for word in folded):
        return NO_PIECE
    answered = not _MAY_STAND.issuperset(folded)
    if answered and not is_tale(folded) and not is_answer(folded):
        return NO_PIECE
    found = items(in_digits(seen(text)))
    words = {fold(item.word) for item in found if not item.digits}
    digits = sum(len(item.digits) for item in found)
    if digits > LONGEST_PIECE or (digits > _ROUND and _is_ordinary(text)):
        return NO_PIECE
    known = _MAY_STAND if not answered else _OF_AN_ANSWER if digits else _OF_A_TALE
    names = "code" in Hints(found)
    if not words <= known or (answered and not digits and not (names and is_tale(folded))):
        return NO_PIECE
    spoken = [item for item in found if item.spoken and item.digits]
    counts = not words.isdisjoint(COUNTING) or (bool(found) and fold(found[-1].word) in _COUNTED)
    read_out = names and len(spoken) >= _FIRST_PIECE and not counts
    no = digits == 1 and [item.digits for item in spoken] == ["0"]
    return Piece(digits, names, read_out, answered and not names, no, is_handed(folded))


def without_tail(text: str) -> str:
    """The text without "nha" at its end, which is "nhà" as well wherever else it stands."""
    return text.rstrip().removesuffix(" nha")


def is_tale(folded: Sequence[str]) -> bool:
    """Whether these folded words tell of somebody who asked for something, and of nothing else."""
    return len(folded) <= _TALE and not _ASKS.isdisjoint(folded) and all(word in _OF_A_TALE for word in folded)


def is_handed(folded: Iterable[str]) -> bool:
    """Whether these folded words say that something was given away: then they tell of a danger."""
    return not _HANDED.isdisjoint(folded)


def is_answer(folded: Sequence[str]) -> bool:
    """Whether these folded words say that something was told to somebody."""
    return len(folded) <= _TALE and all(word in _OF_AN_ANSWER for word in folded)


def further(code: tuple[int, int], piece: Piece, now: int, *, in_talk: bool = False) -> tuple[tuple[int, int], bool]:
    """What is to be kept after a message with this piece, and whether it is a further piece of a code.

    `code` is when a piece was said last, and how many digits are known; 0 where a code was named alone. `in_talk`: a
    person reads it, so that a single figure is no answer to the bot.
    """
    at, had = code if now - code[0] <= SECONDS else (0, 0)
    if piece == NO_PIECE or (piece.answered and not at):
        return code, False
    least = 1 if in_talk and not piece.no else _FIRST_PIECE
    named = bool(at) and not had
    known = (FEWEST if piece.names or named else had) + piece.digits if piece.digits or not piece.names else 0
    goes_on = piece.digits >= least if named else bool(had and piece.digits and had + piece.digits >= FEWEST)
    return ((now, known) if known < FEWEST + WHOLE else (0, 0)), goes_on
