"""Where the addresses in a text lead, however they are written: plainly, in words, with other signs for dots. Pure.

Whatever can be read as a name of a site is taken for one: names end in more ways than any list knows. What is left out
is how people write sentences, abbreviations, numbers and names of files.

What of a volunteer's words leads a resident elsewhere: links, lines to call, files that install something. Pure.

Only sites and numbers that the ward or the project's fact sheet names are passed on. A link that a neighbour sends is
how scammers begin, and nobody of eighty can tell a look-alike from the real one.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from bot.nlu.masking import undisguised, with_dots
from bot.nlu.normalise import fold, is_syllable
from bot.nlu.numbers import in_digits
from bot.nlu.patterns import compiled, composed

NOWHERE = "?"
"""The host of what is no plain address of a page, or may be read in two ways."""

_CERTAIN = frozenset(fold("com net org gov edu vn info top xyz biz icu cfd").split())
"""Ends of names that also with a space, a comma or a word in place of the dot are hardly anything else."""
_COMMON = _CERTAIN | frozenset(
    fold(
        "me to id tv io co cc ly gl tk ml gq cf ru cn pw su ws us uk eu de site online store shop club vip link"
        " click live app dev web page zip mov asia mobi sbs pro tech space website fun life world"
        " help support center services"
    ).split()
)
_AMBIGUOUS = frozenset(fold("info top vn").split())
"""Words of English too, or the country."""
_SPOKEN_ENDS = {("ve", "no"): "vn", ("vo", "no"): "vn", ("vi", "en"): "vn", ("co", "om"): "com", ("cho", "om"): "com"}
_DOT = frozenset({"cham", "dot"})
_ABBREVIATED = frozenset(fold("tp tx tt p q h x ub ubnd ths ts bs gs pgs ks cn mr mrs ms dr st no ng").split())
_FILES = frozenset(fold("jpg jpeg png gif pdf doc docx xls xlsx mp4 mp3 heic").split())

_SCHEMES = r"(?:https?|hxxps?|ftp|intent|market|tel|sms|zalo)"
_LABEL = r"[\pL\pM\pN_@+-]"
_ADDRESS = compiled(
    rf"\b{_SCHEMES}\s?:\s?/{{0,2}}[^\s<>«»\"]+|\b[a-z]{{2,20}}://[^\s<>«»\"]+"
    rf"|{_LABEL}+(?:\.{_LABEL}+)+(?::\d+)?(?:[/?#\\][^\s<>«»\"]*)?",
    any_case=True,
)
_SCHEME = compiled(rf"{_SCHEMES}\s?:|[a-z]+://", any_case=True)
_SPACED = compiled(r"\s?\.\s?(com|net|org|gov|vn|top|xyz|info)\b", any_case=True)
_BEFORE_DOT = compiled(r"((?:vneid|dichvu|dvc|vssid|\pL-)[\pL\pN-]*)\s\.\s?([a-z]{2,24})\b", any_case=True)
"""A space before the dot, in what is no word."""
_DOTLESS = compiled(r"(?:^|\s)[\pL\pN-]{2,63}\s(?:ly|gl|com|vn|net|org|top|xyz)/\S", any_case=True)
_NUMBERS = compiled(r"\d{1,3}(?:\.\d{1,3}){3}[/:]\S*")
_END = compiled(r"(?:\pL\pM*){2,24}|xn--[0-9a-z-]+")
_WORD = compiled(r"[\pL\pM\pN]+(?:-[\pL\pM\pN]+)*")
_HYPHENED_END = compiled(r"-(com|net|org|vn)\b", any_case=True)
_KNOWN_NAME = compiled(r"-|^www|vneid|dichvu|dvc|vssid|congan|baohiem|hotro|hanoi")
_SITE_IN_IT = compiled(r"[\pL\pN-]\.\pL\pL", any_case=True)


def plain_hosts(text: str) -> Iterator[str]:
    """Where each address leads that is written as one."""
    for found in _ADDRESS.finditer(_BEFORE_DOT.sub(r"\1.\2", _SPACED.sub(r".\1", text))):
        if host := _host_of(found[0]):
            yield host


def hosts(text: str) -> Iterator[str]:
    """Where the text leads, also what is written as no address so that only its reader finds it."""
    text = composed(text)
    for form in dict.fromkeys((with_dots(text), undisguised(text))):
        yield from plain_hosts(form)
        yield from _hosts_in_words(_HYPHENED_END.sub(r" \1", form))
        if _DOTLESS.search(form):
            yield NOWHERE


def _host_of(written: str) -> str:
    """The host of what looks like an address; empty where it is only how people write."""
    if _SCHEME.match(written):
        return _host("".join(written.split()))
    if _NUMBERS.fullmatch(written):
        return _host(written)
    name = written.partition("/")[0].partition("?")[0].partition("#")[0].partition(":")[0].rstrip("-")
    *_, left, end = name.split(".")
    return _host(written) if _ends_a_name(left, end) else ""


def _ends_a_name(left: str, end: str) -> bool:
    """Whether "left.end" is no sentence without a space ("xong.Bác"), no abbreviation and no file."""
    plain, before = fold(end), fold(left)
    if not _END.fullmatch(end.casefold()) or plain in _FILES:
        return False
    if not plain.isascii():
        return True  # letters of another alphabet
    words = is_syllable(before) or before.isdecimal()
    if not end.isascii():
        return plain in _CERTAIN and not words
    begins = end[0].isupper() and (before in _ABBREVIATED or (words and end.istitle()))
    return not begins or plain in _CERTAIN


def _host(address: str) -> str:
    """The host as a browser reads it; NOWHERE also for a page that passes its visitor on to another site."""
    lower = address.casefold().rstrip(".,;:!?)»")
    if "\\" in lower or not lower.isascii():
        return NOWHERE
    try:
        parts = urlsplit(lower if ":/" in lower.partition("?")[0] else f"http://{lower}")
    except ValueError:
        return NOWHERE
    asked = unquote(unquote(f"{parts.query} {parts.fragment}"))
    passes_on = "//" in unquote(parts.path) or "//" in asked or _SITE_IN_IT.search(asked)
    if passes_on or parts.scheme not in ("http", "https"):
        return NOWHERE
    return parts.hostname or NOWHERE


def _hosts_in_words(text: str) -> Iterator[str]:
    """The addresses that are spoken, or have spaces, commas, dashes in place of their dots."""
    words = [word.casefold() for word in _WORD.findall(text)]
    place = 0
    while place < len(words):
        ends, after = _ends(words, place + 1)
        if ends and _is_spoken_name(words[place], ends, with_dot=fold(words[place + 1]) in _DOT):
            yield ".".join((words[place], *ends))
        place = max(after, place + 1)


def _ends(words: Sequence[str], place: int) -> tuple[Sequence[str], int]:
    """The ends of names from this word on, dots between them left out; and where they are over."""
    ends: list[str] = []
    while place < len(words):
        dot = fold(words[place]) in _DOT
        at = place + dot
        two = tuple(map(fold, words[at : at + 2]))
        end = _SPOKEN_ENDS.get((two[0], two[1])) if len(two) > 1 else None
        plain = fold(words[at]) if at < len(words) else ""
        if end is None and plain not in (_COMMON if words[at : at + 1] == [plain] else _CERTAIN):
            break
        ends.append(end or plain)
        place = at + (2 if end else 1)
    return ends, place


def _is_spoken_name(left: str, ends: Sequence[str], *, with_dot: bool) -> bool:
    """Whether these words are a name: after a word of Vietnamese an end alone is a word too ("ăn cơm", "người VN")."""
    certain = ends[0] in _CERTAIN
    if certain and (with_dot or len(ends) > 1):
        return True
    if is_syllable(fold(left)) or fold(left).isdecimal():
        return False
    named = _KNOWN_NAME.search(left) is not None
    if with_dot:
        return named
    return (certain and (named or ends[0] not in _AMBIGUOUS)) or (ends[0] == "site" and "-" in left)


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
