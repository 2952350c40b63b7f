"""Secrets that a message names and the next ones tell: "mật khẩu là", then "bacHoa58". Pure.

Of what was said nothing is kept but which kind was named, when, and how many digits were told.
"""

from itertools import groupby
from typing import Literal

from msgspec import Struct

from bot.model import Awaited, replace
from bot.nlu.code_forms import ASKING, further, is_answer, is_handed, is_tale, piece_of, without_tail
from bot.nlu.hints import POLITE, SAYING, SPEAKING, Hint, Hints
from bot.nlu.masking import mask
from bot.nlu.normalise import fold, is_syllable, without_keys, words_of
from bot.nlu.number_kinds import Secret
from bot.nlu.numbers import BETWEEN, COVER, SPOKEN, in_digits, items, seen, words_in
from bot.nlu.passwords import looks_told, names_password
from bot.nlu.patterns import compiled, composed
from bot.nlu.plain_passwords import PLACES, could_be_password, could_go_on

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
_PLACES = frozenset(map(fold, PLACES))
_MAY_NAME = _MAY_STAND | _PLACES | ASKING
_ODD_ALONE, _BEING_TOLD = 1, 2
"""What `Awaited.digits` says of a password: everyday words are no part of it; the last message told a part."""
_POINTING, _FEW_WORDS = words_in("la do day that it is"), 7
_CHANGE, _IS = fold("đổi"), words_in("la is")
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

    `further`: it goes on with digits of the messages before, or says that they were secret.
    """

    text: str
    kinds: tuple[Secret, ...]
    code: tuple[int, int]
    awaited: Awaited | None
    further: bool = False


def read(
    text: str, code: tuple[int, int], awaited: Awaited | None, now: int, *, in_talk: bool = False, plain: bool = False
) -> Read:
    """Cover what is secret in a message: of itself, or by what was said before it.

    `in_talk`: a person reads it, so that a single figure is no answer to the bot. `plain`: it is nothing that anybody
    asks for, so that it may be (a part of) the password that was named.
    """
    masked, kinds = mask(text)
    if awaited and (found := told(awaited, masked, now, in_talk=in_talk, plain=plain)):
        masked, kind, after = found
        return Read(masked, (*kinds, kind), code, after, further=awaited.kind != "password" and awaited.digits > 0)
    piece = piece_of(composed(text))
    back = bool(code[1]) and now - code[0] <= SECONDS and points_back(masked)
    code, goes_on = further(code, piece, now, in_talk=in_talk)
    awaited = named_in(masked, now, in_talk=in_talk) or _still(awaited, masked)
    if (goes_on or piece.read_out) and not kinds:
        return Read(without_figures(text) if piece.handed else COVER, ("otp",), code, awaited, goes_on)
    return Read(masked, kinds, code, awaited, back)


def is_part(masked: str) -> bool:
    """Whether a message, of which nothing is covered, has figures that a secret may begin with."""
    named = named_in(masked, 0)
    return piece_of(masked).digits > 0 or (named is not None and named.digits > 0)


def points_back(masked: str) -> bool:
    """Whether a message says what the figures before it were: "đó là mã otp"."""
    if len(masked) > _LONGEST or COVER in masked or masked.rstrip().endswith("?"):
        return False
    folded = fold(masked).split()
    if not 1 < len(folded) <= _FEW_WORDS or (folded[0] not in _POINTING and folded[-1] not in _POINTING):
        return False
    hints = Hints(items(masked))
    return _MAY_STAND.issuperset(set(folded) - _POINTING) and any(hint in hints for hint in ("code", "safety", "card"))


def may_be_plain(awaited: Awaited | None, text: str, now: int) -> bool:
    """Whether a message may be (a part of) a password of everyday words: one was just named, and nothing else said."""
    if awaited is None or awaited.kind != "password" or awaited.digits == _ODD_ALONE or now - awaited.at > SECONDS:
        return False
    could = could_go_on if awaited.digits == _BEING_TOLD else could_be_password
    return len(text) <= _LONGEST and could(composed(seen(text)).lower().split())


def _still(awaited: Awaited | None, masked: str) -> Awaited | None:
    """What is awaited after a message that told nothing of it: of a password, no everyday words any more."""
    if awaited is None or awaited.kind != "password" or all(word in POLITE for word in fold(masked).split()):
        return awaited
    return replace(awaited, digits=_ODD_ALONE)


def named_in(masked: str, now: int, *, in_talk: bool = True) -> Awaited | None:
    """What a message names, and does not tell in full: it says hardly anything else, and asks nothing.

    Everyday words are no password where somebody else asked for it, nor after a wish, which "mật khẩu vneid" is
    outside a talk.
    """
    if not masked or len(masked) > _LONGEST or COVER in masked or masked.rstrip().endswith("?"):
        return None
    if any(map(_says_else, words_of(masked))):  # nearly every message ends here
        return None
    found = items(in_digits(masked))
    odd, folded = False, []
    for word in (fold(item.word) for item in found if not item.digits):
        if word not in _MAY_NAME:
            if is_syllable(word):
                return None
            odd = True
        folded.append(word)
    tale, place = is_tale(folded), not _MAY_STAND.issuperset(folded)
    if place and not tale and not all(word in _MAY_STAND or word in _PLACES for word in folded if is_syllable(word)):
        return None
    if names_password(masked):
        if tale and _CHANGE in folded:
            return None
        own = (in_talk and not tale) or folded[-1] in _IS
        return Awaited("password", now, 0 if own else _ODD_ALONE)
    if odd or (place and not tale):
        return None
    hints = Hints(found)
    kind = next((kind for hint, kind in _NAMING if hint in hints), None)
    digits = sum(len(item.digits) for item in found if not item.spoken)
    return Awaited(kind, now, digits) if kind and digits < _WHOLE[kind] else None


def _says_else(word: str) -> bool:
    """Whether a word is of Vietnamese, and of none that may stand beside what is named."""
    return word.isalpha() and (bare := fold(word)) not in _MAY_NAME and is_syllable(bare)


def told(
    awaited: Awaited, text: str, now: int, *, in_talk: bool = False, plain: bool = False
) -> tuple[str, Secret, Awaited] | None:
    """A message with what tells the awaited secret covered, which kind that is, and what is awaited after it."""
    if now - awaited.at > SECONDS or not text or len(text) > _LONGEST or text.rstrip().endswith("?"):
        return None
    if awaited.kind == "password":
        covered = COVER if plain else _without_password(text)
        after = Awaited("password", now, awaited.digits if awaited.digits == _ODD_ALONE else _BEING_TOLD)
        return (covered, "password", after) if covered else None
    text = without_tail(text)
    found = items(in_digits(seen(text)))
    digits = sum(len(item.digits) for item in found)
    least, most = _DIGITS[awaited.kind]
    no = digits == 1 and any(item.spoken and item.digits == "0" for item in found)
    single = in_talk and digits > 0 and not no
    folded = [fold(item.word) for item in found if not item.digits]
    if not (least <= digits or single) or digits > most:
        return None
    if not all(word in _MAY_STAND for word in folded) and not is_answer(folded):
        return None
    if awaited.kind == "id" and _YEAR.fullmatch(text.strip()):
        return None
    if all(item.spoken for item in found if item.digits) and digits < _DIGITS["safety"][0] and not single:
        return None
    told_now = 0 if awaited.digits + digits >= _WHOLE[awaited.kind] else awaited.digits + digits
    covered = without_figures(text) if is_handed(folded) else COVER
    return covered, _TOLD_AS[awaited.kind], Awaited(awaited.kind, now, told_now)


def without_figures(text: str) -> str:
    """The text with its numbers covered: its words tell of a danger, as "tôi đọc cho nó 862" does."""
    text = seen(composed(text))
    parts, at = [], 0
    for item in items(in_digits(text)):
        if item.digits:
            parts += [text[at : item.start], COVER]
            at = item.end
    return "".join([*parts, text[at:]])


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
