"""What a text says in figures, told the same in every language: amounts, days, hours, lines to call, sites. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_WEEKDAYS: Mapping[str, str] = {
    **{f"thứ {word}": number for number, word in zip("234567", ("hai", "ba", "tư", "năm", "sáu", "bảy"), strict=True)},
    **{f"thứ {number}": number for number in "234567"},
    **dict(zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday"), "234567", strict=True)),
    "chủ nhật": "1",
    "sunday": "1",
}
_UNITS: Mapping[str, str] = {
    "ngày làm việc": "working day",
    "working day": "working day",
    "working days": "working day",
    "giờ làm việc": "working hour",
    "working hour": "working hour",
    "working hours": "working hour",
    "ngày": "day",
    "day": "day",
    "days": "day",
    "tuần": "week",
    "week": "week",
    "weeks": "week",
    "tháng": "month",
    "month": "month",
    "months": "month",
    "năm": "year",
    "year": "year",
    "years": "year",
    "giờ": "hour",
    "hour": "hour",
    "hours": "hour",
    "phút": "minute",
    "minute": "minute",
    "minutes": "minute",
    "số": "digit",
    "digits": "digit",
    "đồng": "đồng",
    "đ": "đồng",
    "mb": "MB",
    "%": "%",
    "tuổi": "",
    "years old": "",
}
_MILLIONS: Mapping[str, int] = {
    **{"nghìn": 10**3, "ngàn": 10**3, "thousand": 10**3, "triệu": 10**6, "million": 10**6},
    **{"tỷ": 10**9, "tỉ": 10**9, "billion": 10**9},
}
_AFTER_NOON = ("chiều", "tối", "đêm", "afternoon", "evening")


def _any(words: Mapping[str, object]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


# Each begins where a word does, or with a figure: it is looked for nowhere else.
_READ = re.compile(
    r"(?:\b(?=\w)|(?=[\d½]))(?:"
    r"(?P<site>\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:vn|com|net|org|info|me)\b)"
    r"|(?:ngày )?\b(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?\b"
    r"|\btháng (?P<vi_month>\d{1,2}) năm (?P<vi_year>\d{4})"
    rf"|(?:\b(?P<en_day>\d{{1,2}}) )?\b(?P<en_month>{'|'.join(_MONTHS)})\b(?: (?P<en_year>\d{{4}}))?"
    rf"|\b(?P<weekday>{_any(_WEEKDAYS)})\b"
    r"|\b\d{1,2} giờ \((?P<both>\d{1,2}) giờ (?P<both_part>sáng|trưa|chiều|tối|đêm)\)"
    r"|\b(?P<hour>\d{1,2})(?: giờ| in the| at) (?P<part>sáng|trưa|chiều|tối|đêm|morning|afternoon|evening|night)"
    r"|\b(?P<line>0\d{2,3}[. ]\d{4}|1[89]00 \d{4})\b"
    r"|\b(?P<code>[a-z]{1,5}\d\w*)\b"
    rf"|(?P<number>\d+(?:[.,]\d+)*|½|\bnửa\b|\bhalf a\b|\bhalf\b)(?: (?P<times>{_any(_MILLIONS)})\b)?"
    rf"(?: ?(?P<unit>{_any(_UNITS)})(?!\w))?"
    r")"
)


def quantities(text: str, lang: str) -> tuple[str, ...]:
    """Everything in figures that the text says, in its order and each once; 1.000 in Vietnamese is 1,000 in English."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return tuple(dict.fromkeys(said for found in _READ.finditer(plain) for said in _said(found, lang)))


def plain_value(text: str) -> str:
    """A Vietnamese value in one way of writing: `03 ngày` as `3 ngày`, `½` as `nửa`, one space between words."""
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().replace("½", "nửa").split())
    plain = re.sub(r"\bthứ (hai|ba|tư|năm|sáu|bảy)\b", lambda day: f"thứ {_WEEKDAYS[day[0]]}", plain)
    return re.sub(r"(?<![\d.,])0(?=\d(?!\d))", "", plain)


def _said(found: re.Match[str], lang: str) -> Iterator[str]:
    for group, say in _SAYS.items():
        if found[group]:
            yield say(found, lang)
            return
    if found["both"]:
        yield _clock(found["both"], found["both_part"])
        if found[0].split()[0] != (clock := _clock(found["both"], found["both_part"])).removeprefix("at "):
            yield f"{found[0]} is not {clock}"


def _clock(hour: str, part: str) -> str:
    return f"at {int(hour) + (12 if part in _AFTER_NOON and int(hour) < 12 else 0)}"


def _date(day: str | None, month: int, year: str | None) -> str:
    return "/".join(str(int(part)) for part in (day, month, year) if part)


def _amount(found: re.Match[str], lang: str) -> str:
    number = found["number"]
    if number[0].isdigit():
        thousands, decimal = (".", ",") if lang == "vi" else (",", ".")
        value = float(number.replace(thousands, "").replace(decimal, "."))
    else:
        value = 0.5
    value *= _MILLIONS.get(found["times"] or "", 1)
    return f"{int(value) if value == int(value) else value} {_UNITS.get(found['unit'] or '', '')}".strip()


_SAYS: Mapping[str, Callable[[re.Match[str], str], str]] = {
    "site": lambda found, _: found["site"],
    "day": lambda found, _: _date(found["day"], int(found["month"]), found["year"]),
    "vi_month": lambda found, _: _date(None, int(found["vi_month"]), found["vi_year"]),
    "en_month": lambda found, _: _date(found["en_day"], _MONTHS.index(found["en_month"]) + 1, found["en_year"]),
    "weekday": lambda found, _: f"weekday {_WEEKDAYS[found['weekday']]}",
    "hour": lambda found, _: _clock(found["hour"], found["part"]),
    "line": lambda found, _: re.sub(r"\D", "", found["line"]),
    "code": lambda found, _: found["code"],
    "number": _amount,
}
