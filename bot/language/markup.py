"""Secrets in what a machine wrote: the parameters of a link, and text with markup in it. Pure."""

from collections.abc import Iterator

from bot.language.number_kinds import Secret
from bot.language.patterns import compiled

_TELLING = compiled(
    r"://[^/\s:@]{1,64}:([^/\s:@\[\]]{1,64})@|[?&#;](?:[a-z]{1,12}[_-]|[a-z]{0,8}(?:new|old|user|login|sms|ma)[_-]?)?"
    r"(?:(otp|pin|code|passcode|token|secret)|(cvv|cvc)|pw|pwd|pass|passwd|password|mk|mat[_-]?khau)(?:[_-]?code)?=([^&#\s\[\]]+)",
    any_case=True,
)
"""Who signs in with what, in the address itself; and what stands behind "?" or "&" in it."""
_BLOCK = compiled(r"<(?:/?(?:br|p|div|td|th|tr|li|ul|ol|h[1-6]|table)\b[^<>]{0,200})>", any_case=True)
_INLINE = compiled(
    r"<!--[^<>]{0,200}-->|</?[a-z][^<>]{0,200}>|\[/?(?:b|i|u|s|code|color|size)(?:=[^\[\]]{0,40})?\]", any_case=True
)
_CHARACTER = compiled(r"&#(?:x([0-9a-f]{1,5})|([0-9]{1,6}));", any_case=True)
_SPACE = compiled(r"&(?:nbsp|ensp|emsp|thinsp);")
_UNICODE = 0x110000


def parameters(text: str) -> Iterator[tuple[int, int, Secret]]:
    """Where a link tells a secret, in order."""
    if "=" in text or "@" in text:
        for found in _TELLING.finditer(text):
            kind: Secret = "otp" if found[2] else "card" if found[3] else "password"
            yield *found.span(4 if found[4] else 1), kind


def without_markup(text: str) -> str:
    """The text as its reader sees it, if it has tags or characters by number in it."""
    if "<" not in text and "&" not in text and "[" not in text:
        return text
    plain = _INLINE.sub("", _BLOCK.sub(" ", _SPACE.sub(" ", text)))
    return _CHARACTER.sub(lambda found: _shown(int(found[1], 16) if found[1] else int(found[2])), plain)


def _shown(code: int) -> str:
    return chr(code) if code < _UNICODE else ""
