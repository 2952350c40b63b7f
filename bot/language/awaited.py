"""Secrets that a message names and the next ones tell: "mật khẩu là", then "bacHoa58". Pure.

Of what was said nothing is kept but which kind was named, when, and how many digits were told.
"""

from itertools import groupby
from typing import Literal

from msgspec import Struct

from bot.language.fold import fold
from bot.language.hints import POLITE, SAYING, SPEAKING, Hint, Hints
from bot.language.masking import mask
from bot.language.number_kinds import Secret
from bot.language.numbers import BETWEEN, COVER, SPOKEN, in_digits, items, seen, words_in
from bot.language.passwords import looks_told, names_password
from bot.language.patterns import compiled, composed
from bot.language.pieces import further, piece_of
from bot.language.syllables import is_syllable, without_keys
from bot.model import Awaited

Kind = Literal["password", "safety", "card", "account", "id"]

SECONDS = 300
"""So soon it follows what named it."""
_LONGEST, _MOST_WORDS = 120, 20
"""Characters and words of a message that tells one."""
_NAMING: tuple[tuple[Hint, Kind], ...] = (
    ("safety", "safety"),
    ("account", "account"),
    ("card", "card"),
    ("any_card", "card"),
    ("id", "id"),
    ("passport", "id"),
)
_DIGITS: dict[Kind, tuple[int, int]] = {"safety": (3, 4), "card": (2, 19), "account": (2, 19), "id": (3, 13)}
"""How many digits one message tells of each, at least and at most."""
_WHOLE: dict[Kind, int] = {"safety": 3, "card": 16, "account": 19, "id": 12}
"""So many are all of it."""
_TOLD_AS: dict[Kind, Secret] = {
    "password": "password", "safety": "card", "card": "card", "account": "account", "id": "id_number",
}  # fmt: skip
_ASKED = frozenset(fold("yêu cầu").split())
"""Not in pieces of a code: "câu 1" is a sentence with its number."""
_MAY_STAND = POLITE | SAYING | SPEAKING | _ASKED | frozenset(map(fold, BETWEEN | frozenset(SPOKEN)))
_NO_NAMES = words_in(
    "menu start help cancel stop vneid zalo telegram facebook youtube google gmail email internet wifi android"
    " iphone samsung thanks please person english password passcode hello status login chrome safari"
    " forgot forgotten nothing unknown yesterday nobody correct changed expired waiting friend simple number"
)
"""Single words that are no syllables, and no passwords."""
_SHORTEST_WORD = 6
_YEAR = compiled(r"(?:19|20)\d\d")
_LETTERS = compiled(r"\pL+")


class Read(Struct, frozen=True):
    """A message after what was said before it: its text without secrets, their kinds, and what is to be kept of it.

    `further`: it goes on with digits of the messages before.
    """

    text: str
    kinds: tuple[Secret, ...]
    code: tuple[int, int]
    awaited: Awaited | None
    further: bool = False


def read(text: str, code: tuple[int, int], awaited: Awaited | None, now: int) -> Read:
    """Cover what is secret in a message: of itself, or by what was said before it."""
    masked, kinds = mask(text)
    if awaited and (found := told(awaited, masked, now)):
        masked, kind, after = found
        return Read(masked, (*kinds, kind), code, after, further=awaited.digits > 0)
    piece = piece_of(composed(text))
    code, goes_on = further(code, piece, now)
    awaited = named_in(masked, now) or awaited
    if (goes_on or piece.read_out) and not kinds:
        return Read(COVER, ("otp",), code, awaited, goes_on)
    return Read(masked, kinds, code, awaited)


def is_part(masked: str) -> bool:
    """Whether a message, of which nothing is covered, has figures that a secret may begin with."""
    named = named_in(masked, 0)
    return piece_of(masked).digits > 0 or (named is not None and named.digits > 0)


def named_in(masked: str, now: int) -> Awaited | None:
    """What a message names, and does not tell in full: it says hardly anything else, and asks nothing."""
    if not masked or len(masked) > _LONGEST or COVER in masked or masked.rstrip().endswith("?"):
        return None
    found = items(in_digits(masked))
    odd = False
    for word in (fold(item.word) for item in found if not item.digits):
        if word not in _MAY_STAND:
            if is_syllable(word):
                return None
            odd = True
    if names_password(masked):
        return Awaited("password", now)
    if odd:
        return None
    hints = Hints(found)
    kind = next((kind for hint, kind in _NAMING if hint in hints), None)
    digits = sum(len(item.digits) for item in found if not item.spoken)
    return Awaited(kind, now, digits) if kind and digits < _WHOLE[kind] else None


def told(awaited: Awaited, text: str, now: int) -> tuple[str, Secret, Awaited] | None:
    """A message with what tells the awaited secret covered, which kind that is, and what is awaited after it."""
    if now - awaited.at > SECONDS or not text or len(text) > _LONGEST or text.rstrip().endswith("?"):
        return None
    if awaited.kind == "password":
        covered = _without_password(text)
        return (covered, "password", Awaited("password", now)) if covered else None
    found = items(in_digits(seen(text)))
    digits = sum(len(item.digits) for item in found)
    least, most = _DIGITS[awaited.kind]
    if not least <= digits <= most or not all(fold(item.word) in _MAY_STAND for item in found if not item.digits):
        return None
    if awaited.kind == "id" and _YEAR.fullmatch(text.strip()):
        return None
    if all(item.spoken for item in found if item.digits) and digits < _DIGITS["safety"][0]:
        return None
    told_now = 0 if awaited.digits + digits >= _WHOLE[awaited.kind] else awaited.digits + digits
    return COVER, _TOLD_AS[awaited.kind], Awaited(awaited.kind, now, told_now)


def _without_password(text: str) -> str | None:
    """The text with what could be a password covered; None where nothing could."""
    words = seen(text).split()
    if len(words) > _MOST_WORDS:
        return None
    alone = len(words) == 1 and _is_unknown(words[0])
    spans = [] if alone else looks_told(text)
    if alone:
        return COVER
    if not spans:
        return None
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], COVER]
        at = end
    return "".join([*parts, text[at:]])


def _is_unknown(word: str) -> bool:
    """Whether a single word is nothing that anybody says: no syllable, and no name of an app."""
    bare = fold(word.strip(".,;!"))
    if len(bare) < _SHORTEST_WORD or not _LETTERS.fullmatch(bare) or bare in _NO_NAMES:
        return False
    once = "".join(letter for letter, _ in groupby(bare))  # "vânggg"
    return not is_syllable(without_keys(once))
