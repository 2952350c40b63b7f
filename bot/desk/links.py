"""What of a volunteer's words leads a resident elsewhere: links, lines to call, files that install something. Pure.

Only sites and numbers that the ward or the project's fact sheet names are passed on. A link that a neighbour sends is
how scammers begin, and nobody of eighty can tell a look-alike from the real one.
"""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from msgspec import Struct

from bot.desk.hosts import hosts, plain_hosts
from bot.nlu.masking import undisguised, with_dots
from bot.nlu.normalise import fold
from bot.nlu.numbers import in_digits
from bot.nlu.patterns import compiled

_GOVERNMENT = ".gov.vn"
"""Names below it are given to offices of the state alone."""
_FILE = compiled(r"[\pL\pN_]\.(?:x?apks?|exe|msi|ipa|scr|bat|mobileconfig)(?:$|[^\pL\pN_])", any_case=True)
_CALL = compiled(r"(?:^|[^\pL\pN_./-])(\+?\d(?:[ .\-()]{0,2}\d){3,18})")
_GOES_ON = compiled(r"[\pL\pN_/]|[.-]\d")
"""Behind a number this says that it is none to call: it is a code, or part of one."""
_WITH_LETTERS = compiled(r"(?:^|[^\pL\pN_])\d[\doO]*(?:[ .\-][\doO]{2,})*(?:$|[^\pL\pN_])")
"""A number with the letter "o" for zeros."""
_ZEROS = str.maketrans("oO", "00")
_DATE = compiled(r"\d{1,2}[ .-]\d{1,2}[ .-]\d{4}|(?:19|20)\d\d ?- ?(?:19|20)\d\d")
_AMOUNT = compiled(r"\d{1,3}(?:\.\d{3})+")
_SPOKEN_DIGIT = (
    r"(?:khong|linh|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|zero|one|two|three|four|five|six|seven|eight|nine|\d)"
)
_SPOKEN = compiled(rf"\b{_SPOKEN_DIGIT}(?: {_SPOKEN_DIGIT}){{8,}}\b")


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
        frozenset(_digits(number) for text in texts for number in _numbers(text)),
    )


def leads_elsewhere(text: str, known: Official) -> bool:
    """Whether the text holds a link that is not official, or names a file that installs something."""
    return _FILE.search(with_dots(text)) is not None or any(not _is_official(host, known) for host in hosts(text))


def foreign_line(text: str, known: Official) -> bool:
    """Whether the text holds a number to call, or an account to pay to, that is nobody's whom the ward names."""
    plain = _WITH_LETTERS.sub(lambda number: number[0].translate(_ZEROS), in_digits(undisguised(text)))
    return _SPOKEN.search(fold(plain)) is not None or any(_is_foreign(number, known) for number in _numbers(plain))


def _numbers(text: str) -> Iterator[str]:
    """What could be called, as it is written."""
    return (found[1] for found in _CALL.finditer(text) if not _GOES_ON.match(text[found.end() : found.end() + 2]))


def _is_foreign(number: str, known: Official) -> bool:
    digits = _digits(number)
    shaped = _DATE.fullmatch(number) or _AMOUNT.fullmatch(number)
    return len(digits) >= 8 and not shaped and digits not in known.lines


def _digits(number: str) -> str:
    """The digits as they are dialled here."""
    digits = "".join(filter(str.isdecimal, number))
    return f"0{digits[2:]}" if number.startswith("+84") else digits


def _is_official(host: str, known: Official) -> bool:
    return host in known.hosts or host.removeprefix("www.") in known.hosts or f".{host}".endswith(_GOVERNMENT)
