"""Codes that are said in pieces, one message after the other: "mã OTP là 12", then "3456". Pure.

Of what was said nothing is kept but when, and how many digits it had.
"""

from msgspec import Struct

from bot.language.fold import fold
from bot.language.hints import Hints
from bot.language.masking import POLITE
from bot.language.numbers import SPOKEN, in_digits, items, seen

SECONDS = 180
"""So soon the next piece follows."""
_LONGEST = 80
LONGEST_PIECE, WHOLE, FEWEST = 5, 8, 4
"""Digits of a piece, of the longest code, and of so few that together they are a code though nobody said so."""
_SAYING = frozenset(
    fold(
        "otp mã code passcode pin xác thực nhận mật khẩu smart là is my the của gồm có sau tiếp nữa rồi còn"
        " đến về số đuôi nó báo tin nhắn cho và with and then again more gửi đọc ngân hàng vneid zalo app"
        " giúp xin lại nhập"
    ).split()
)


_MAY_STAND = POLITE | _SAYING | set(map(fold, SPOKEN)) | {"muoi"}


class Piece(Struct, frozen=True):
    """What a short text says of a code: how many `digits`; whether it `names` a code, and says nothing else."""

    digits: int = 0
    names: bool = False


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
    if digits > LONGEST_PIECE or not words <= POLITE | _SAYING:
        return NO_PIECE
    return Piece(digits, names="code" in Hints(found))
