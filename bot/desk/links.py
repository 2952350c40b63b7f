"""What of a volunteer's words leads a resident elsewhere: links, lines to call, apps from outside a store. Pure.

Only sites and numbers that the ward or the project's fact sheet names are passed on. A link that a neighbour sends is
how scammers begin, and nobody of eighty can tell a look-alike from the real one.
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from msgspec import Struct

from bot.desk.hosts import hosts, plain_hosts
from bot.language.disguise import undisguised, with_dots
from bot.language.fold import fold

_GOVERNMENT = ".gov.vn"
"""Names below it are given to offices of the state alone."""
_FILE = re.compile(r"\w\.(?:x?apks?|exe|msi|ipa|scr|bat|mobileconfig)\b", re.IGNORECASE)
_APP = re.compile(
    r"\b(?:apk|file cai dat|ultra ?view(?:er)?|team ?view(?:er)?|any ?desk|rust ?desk|testflight"
    r"|dieu khien (?:tu xa|may)|chia se man hinh|nguon khong xac dinh)\b"
)
_NEVER = re.compile(r"\b(?:dung|khong|ko|chang|cho co|never|don t|do not)\b(?: \w+){0,6}? ?$")
_CALL = re.compile(r"(?<![\w./-])\+?\d(?:[ .\-()]{0,2}\d){3,18}(?![\w/]|[.-]\d)")
_WITH_LETTERS = re.compile(r"(?<!\w)\d[\doO]*(?:[ .\-][\doO]{2,})*(?!\w)")
"""A number with the letter "o" for zeros."""
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
    hosts = {host for text in texts for host in plain_hosts(text)}
    own = urlsplit(site).hostname
    return Official(
        frozenset({host for host in (*hosts, own) if host}),
        frozenset(_digits(found[0]) for text in texts for found in _CALL.finditer(text)),
    )


def leads_elsewhere(text: str, known: Official) -> bool:
    """Whether the text holds a link that is not official, or tells to install something from outside a store."""
    plain = with_dots(text)
    if _FILE.search(plain) or any(not _is_official(host, known) for host in hosts(text)):
        return True
    words = fold(undisguised(text))
    return any(not _NEVER.search(words[: found.start()]) for found in _APP.finditer(words))


def foreign_line(text: str, known: Official) -> bool:
    """Whether the text holds a number to call, or an account to pay to, that is nobody's whom the ward names."""
    plain = _WITH_LETTERS.sub(lambda number: re.sub("[oO]", "0", number[0]), undisguised(text))
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


def _is_official(host: str, known: Official) -> bool:
    return host in known.hosts or host.removeprefix("www.") in known.hosts or f".{host}".endswith(_GOVERNMENT)
