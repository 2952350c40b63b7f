"""What of a volunteer's words leads a resident elsewhere: links, lines to call, apps from outside a store. Pure.

Only sites and numbers that the ward or the project's fact sheet names are passed on. A link that a neighbour sends is
how scammers begin, and nobody of eighty can tell a look-alike from the real one.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from msgspec import Struct

from bot.language.disguise import undisguised, with_dots
from bot.language.fold import fold

_GOVERNMENT = ".gov.vn"
"""Names below it are given to offices of the state alone."""
_SITES = (
    "vn|com|net|org|info|biz|top|xyz|app|dev|site|online|store|shop|club|vip|link|click|live|icu|cfd|sbs|page|web|asia"
    "|mobi|cc|tk|ml|gq|cf|ru|cn|pw|su|ws|ly|gl|io|pro|work|tech|space|website|fun|life|world|cyou|buzz|rest|lol|help"
    "|support|center|services|host|cloud|gd|us|uk|eu|de|edu|gov"
)
"""Ends of names that are no words here, however somebody forgets the space after a full stop."""
_ADDRESS = re.compile(
    r"(?P<url>\b(?:https?|hxxps?|ftp|intent|market|tel|sms|zalo)\s?:\s?/{0,2}[^\s<>«»\"]+)"
    r"|(?P<path>(?<![\w@.-])(?:[\w-]{1,63}\.)+[a-z]{2,24}/\S*)"
    rf"|(?P<bare>(?<![\w.-])(?:[\w.+-]{{1,64}}@)?(?:[\w-]{{1,63}}\.)+(?P<end>{_SITES})(?![\w-]))"
    r"|(?P<apart>(?<![\w.-])(?:[\w-]{1,63}\s?\.\s?)+(?:vn|com|net|org|gov|top|xyz|info)(?![\w-]))"
    r"|(?P<dotless>(?<![\w.-])[\w-]{2,63}\s(?:ly|gl|com|vn|net|org|top|xyz)/\S+)"
    r"|(?P<numbers>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?=[/:]\S))",
    re.IGNORECASE,
)
_NOWHERE = "?"
_FILE = re.compile(r"\w\.(?:x?apks?|exe|msi|ipa|scr|bat|mobileconfig)\b", re.IGNORECASE)
_APP = re.compile(
    r"\b(?:apk|file cai dat|ultra ?view(?:er)?|team ?view(?:er)?|any ?desk|rust ?desk|testflight"
    r"|dieu khien (?:tu xa|may)|chia se man hinh|nguon khong xac dinh)\b"
)
_NEVER = re.compile(r"\b(?:dung|khong|ko|chang|cho co|never|don t|do not)\b(?: \w+){0,6}? ?$")
_CALL = re.compile(r"(?<![\w./-])\+?\d(?:[ .\-()]{0,2}\d){3,18}(?![\w/]|[.-]\d)")
_DATE = re.compile(r"\d{1,2}[ .-]\d{1,2}[ .-]\d{4}|(?:19|20)\d\d ?- ?(?:19|20)\d\d")
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+")
_SPOKEN_DIGIT = (
    r"(?:khong|linh|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|zero|one|two|three|four|five|six|seven|eight|nine|\d)"
)
_SPOKEN = re.compile(rf"\b{_SPOKEN_DIGIT}(?: {_SPOKEN_DIGIT}){{8,}}\b")


class Official(Struct, frozen=True):
    """The sites (hosts) and lines (digits) that the ward and the fact sheet name."""

    hosts: frozenset[str]
    lines: frozenset[str]


@lru_cache(8)
def official(texts: frozenset[str], site: str = "") -> Official:
    """What these texts name; `site` is where our own pages are."""
    hosts = {host for text in texts for host in _hosts(text)}
    own = urlsplit(site).hostname
    return Official(
        frozenset({host for host in (*hosts, own) if host}),
        frozenset(_digits(found[0]) for text in texts for found in _CALL.finditer(text)),
    )


def leads_elsewhere(text: str, known: Official) -> bool:
    """Whether the text holds a link that is not official, or tells to install something from outside a store."""
    plain = with_dots(text)
    if _FILE.search(plain) or any(not _is_official(host, known) for host in _hosts(plain)):
        return True
    words = fold(undisguised(text))
    return any(not _NEVER.search(words[: found.start()]) for found in _APP.finditer(words))


def foreign_line(text: str, known: Official) -> bool:
    """Whether the text holds a number to call, or an account to pay to, that is nobody's whom the ward names."""
    plain = undisguised(text)
    if _SPOKEN.search(fold(plain)):
        return True
    return any(_is_foreign(found[0], known) for found in _CALL.finditer(plain))


def _is_foreign(number: str, known: Official) -> bool:
    digits = _digits(number)
    shaped = _DATE.fullmatch(number) or _AMOUNT.fullmatch(number)
    return len(digits) >= 8 and not shaped and digits not in known.lines


def _digits(number: str) -> str:
    """The digits as they are dialled here."""
    digits = re.sub(r"\D", "", number)
    return f"0{digits[2:]}" if number.startswith("+84") else digits


def _hosts(text: str) -> Iterator[str]:
    """Where each address in the text leads."""
    for found in _ADDRESS.finditer(text):
        if not (found["end"] or "").istitle():  # "xong.App hỏi": the space after a full stop was forgotten
            yield _host(re.sub(r"\s", "", found[0]))


def _host(address: str) -> str:
    """The host as a browser reads it; _NOWHERE for what is no plain address of a page, or may be read in two ways."""
    lower = address.casefold().rstrip(".,;:!?)»")
    if "\\" in lower or not lower.isascii():
        return _NOWHERE
    try:
        parts = urlsplit(lower if ":/" in lower else f"http://{lower}")
    except ValueError:
        return _NOWHERE
    return parts.hostname or _NOWHERE if parts.scheme in ("http", "https") else _NOWHERE


def _is_official(host: str, known: Official) -> bool:
    return host in known.hosts or host.removeprefix("www.") in known.hosts or f".{host}".endswith(_GOVERNMENT)
