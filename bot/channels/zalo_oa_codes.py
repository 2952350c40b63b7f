"""What the Official Account API's error codes mean for a message, and what an operator can do. Pure."""

from collections.abc import Mapping
from typing import Final

from bot.channels.zalo_oa_wire import Answer
from bot.ports import ChannelDown, Gone, Later, Outcome, Refused, Sent

BACKOFF_SECONDS: Final = 1.0
BROKEN_SECONDS: Final = 300.0
"""How long messages wait while something has to be put right by people: they are kept, and go out afterwards."""

_FAILED_TRIES: Final = 5

RATE: Final = -32
STALE_UPLOAD: Final = -100
FAILED: Final = -200
WRONG_FIELD: Final = -201
NOT_LIKE_THIS: Final = (WRONG_FIELD, -210, -233)
"""Something in the message is not taken: perhaps what goes with the words."""
NIGHT: Final = -234
UNAUTHORIZED: Final = 401
AUTH: Final = frozenset({-216, -220, 216, -401, UNAUTHORIZED})
"""The access token is not good (any more): as documented, and as others saw it."""
FULL: Final = -218
_CLOSED: Final = frozenset({-211, FULL, -230, -232, -305, -311, -320, -321})
"""Free messages are used up, or it is too long ago: only the person can open the conversation again."""
_MORNING_MS: Final = 23 * 3600 * 1000
"""Six o'clock in Vietnam, since midnight UTC."""
_DAY_MS: Final = 24 * 3600 * 1000

_GONE: Final = {
    -217: "blocked the account",
    -227: "is banned, or has not been online for 45 days",
    -244: "wants no such messages from the account",
    -403: "the account is not in this group any more",
}
_DOWN: Final = {
    -204: "the Official Account is disabled: see Zalo OA Manager",
    -205: "the Official Account does not exist: see Zalo OA Manager",
    -219: "the app was removed or disabled: see the app's page at developers.zalo.me",
    -242: "the proof of the app's secret is missing or wrong: set ZALO_OA_PROOF=yes, and check ZALO_OA_APP_SECRET",
}
_BROKEN: Final = {
    -209: "the app is not activated for this: see the app's page at developers.zalo.me",
    -212: "a permission is missing: run `toso zalo consent` and agree to all it asks for",
    -221: "the Official Account has to be verified for this: see Zalo OA Manager",
    -223: "a permission is missing: run `toso zalo consent` and agree to all it asks for",
    -224: "the account's package does not include this: see Zalo OA Manager, packages",
    -235: "this kind of Official Account cannot do this: it has to be an organisation's, see Zalo OA Manager",
}
_REFUSED: Final = {
    -211: "the account's messages are used up until its quota begins anew",
    -213: "this person does not follow the account",
    FULL: "this person gets no more messages for now",
    -230: "the person has not written for 7 days",
    -232: "the person has not written for 7 days",
    -233: "Zalo does not take messages of this kind",
    -237: "the group's package has run out: renew it in Zalo OA Manager within 45 days",
    -238: "the package of the group is in use already, or switched off: see Zalo OA Manager, packages",
    -240: "this way of sending was closed by Zalo: a newer version of the app is needed",
    -241: "the package of the group is in use already: see Zalo OA Manager, packages",
    -248: "Zalo says that it breaks its rules (https://go.zalo.me/oa-policy)",
    -305: "the 48 hours for an answer are over",
    -311: "the free messages are used up until the person writes again",
    -320: "it would cost money, and the app has no Zalo Cloud Account: connect one at developers.zalo.me",
    -321: "it would cost money, and the Zalo Cloud Account has none: top it up",
}
_BUSY: Final = {
    RATE: "look again in a minute; where it comes often, set ZALO_OA_RATE lower",
    FAILED: "look again later",
}
ADVICE: Final[Mapping[int, str]] = _DOWN | _BROKEN | _REFUSED | _GONE | _BUSY


def advice(code: int) -> str:
    """What an operator can do about a code."""
    return ADVICE.get(code, "look this code up among the error codes at developers.zalo.me")


def outcome(answer: Answer, now_ms: int) -> Outcome:
    """What an answer means for the message; what is said of the app or the account is no word about it: it waits."""
    code = answer.code
    why = f"{code} {answer.message}".strip()
    if code == 0:
        return Sent()
    if code == RATE:
        return Later(60.0 - now_ms / 1000 % 60 + 0.5, why, exact=True)  # the count begins anew every minute
    if code == NIGHT:
        return Later((_MORNING_MS - now_ms) % _DAY_MS / 1000, why, exact=True)
    if code in AUTH:
        return ChannelDown(f"{why}: the access token is not taken")
    if code in _DOWN:
        return ChannelDown(f"{why}: {_DOWN[code]}")
    if code == FAILED:
        return Later(BACKOFF_SECONDS, why, tries=_FAILED_TRIES)
    if code in _GONE:
        return Gone(f"{why}: {_GONE[code]}")
    if code in _BROKEN:
        return Later(BROKEN_SECONDS, f"{why}: {_BROKEN[code]}", exact=True)
    return Refused(f"{why}: {_REFUSED[code]}" if code in _REFUSED else why, closed=code in _CLOSED)
