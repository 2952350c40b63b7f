"""The telephone numbers in what is said, so that each channel and each page lets people tap them. Pure."""

from collections.abc import Iterator

from msgspec import Struct

from bot.nlu.patterns import compiled

_BETWEEN = " .\u00a0-"
_DIGITS = compiled(rf"\+?[0-9](?:[{_BETWEEN}]?[0-9])*")
_LONG = compiled(r"(?:\+84|0)[1-9][0-9]{8,9}|0{10}|0[1-9][0-9]{0,2}1022|1[89]00[0-9]{4,6}")
"""With area code or of a mobile; the made-up number of sample wards; a city's own line; paid or free for the caller."""
_SHORT = frozenset({"111", "112", "113", "114", "115", "156"})
"""Lines that all of Việt Nam calls by three digits."""
_COUNTS = compiled(
    r"(?i)^\s*(?:[%/₫]|(?:đ|đồng|nghìn|ngàn|triệu|tỷ|tỉ|k|ngày|giờ|phút|tháng|năm|tuổi|người|bước|số|m|km|kg|cm|đường|phố"
    r"|ngõ|days?|hours?|minutes?|months?|years?|people|steps?|street)(?:[^\pL\pN]|$))"
)
_NAMED = compiled(
    r"(?i)(?:^|[^\pL\pN])(?:điều|khoản|nhà|ngõ|ngách|hẻm|phòng|tầng|bước|trang|step|page|room|article)\s*$"
)
"""What such three digits are besides: so many of something, or the number of a house, a room, a step."""


class Telephone(Struct, frozen=True):
    """A number in a text, from `start` to `end` (characters), and what a telephone dials for it."""

    start: int
    end: int
    dial: str


def telephones(text: str) -> Iterator[Telephone]:
    """The numbers that can be called, in the order in which they are said."""
    for found in _DIGITS.finditer(text):
        before, after = text[: found.start()][-20:], text[found.end() :][:12]
        dial = found[0].translate({ord(between): None for between in _BETWEEN})
        if before[-1:].isalnum() or before.endswith(("/", "#", ",", ":")) or after[:1].isalnum() or after[:1] == "/":
            continue
        if _LONG.fullmatch(dial) or (found[0] in _SHORT and not _COUNTS.search(after) and not _NAMED.search(before)):
            yield Telephone(found.start(), found.end(), dial)
