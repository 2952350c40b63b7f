"""The letters of the paper, Be Vietnam Pro, and how wide they are, rounded up to a fiftieth of their size."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

_REGULAR: Final = {
    180: "'",
    220: "`’",
    240: " \u00a0",
    260: "Il·",
    280: "!ijìíỉĩịÌÍỈĨỊ",
    300: ".:‘",
    320: '",;',
    380: "“",
    400: "1fr",
    420: "|”",
    440: "()t{}",
    460: "[]",
    480: "J~",
    500: "*\\",
    520: "/sz",
    560: "<>^kx",
    580: "?nuvư×≥≤",
    600: "7ehyùúủũụừứửữựỳýỷỹỵ",
    620: "+-Ecèéẻẽẹêềếểễệ",
    640: "8FLSÈÉẺẼẸÊỀẾỂỄỆ",
    660: "$235PTZabdgopqàáảãạăằắẳẵặâầấẩẫậòóỏõọôồốổỗộơờớởỡợ«»",
    680: "069BKRYđỲÝỶỸỴ",
    700: "–",
    720: "4HVX_",
    740: "&=ADNUÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ…",
    760: "ÙÚỦŨỤƯỪỨỬỮỰ",
    780: "C",
    800: "GĐ",
    820: "#",
    840: "OQÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ",
    860: "%M",
    880: "w—",
    900: "m",
    1020: "@W",
}

_BOLD: Final = {
    240: " \u00a0'’",
    280: "‘",
    300: "I`ilÌÍỈĨỊ",
    320: "jìíỉĩị·",
    340: ".:",
    360: "!,;",
    400: '"',
    420: "f",
    440: "1rt|",
    460: "()“”",
    480: "{}",
    500: "J~",
    520: "*[]",
    540: "\\sz",
    560: "/",
    580: "<>",
    600: "7knuvyưỳýỷỹỵ≥≤",
    620: "-^ehxèéẻẽẹêềếểễệùúủũụừứửữự",
    640: "?c×",
    660: "$+EFLagoòóỏõọôồốổỗộờớởỡợÈÉẺẼẸÊỀẾỂỄỆ",
    680: "238PSZbdpqàáảãạăằắẳẵặâầấẩẫậơ",
    700: "0569Tđ",
    720: "4BKRYỲÝỶỸỴ–",
    740: "HU_«»",
    760: "=DNVÙÚỦŨỤƯỪỨỬỮỰ",
    780: "&ACXÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ",
    800: "GĐ",
    840: "OQÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ",
    860: "#",
    880: "%—…",
    900: "Mmw",
    1020: "@",
    1060: "W",
}

_WIDEST = 1060
"""What a letter counts that no text of ours has."""
_KEPT = 8192


def _by_letter(groups: Mapping[int, str]) -> Mapping[str, int]:
    return {letter: width for width, letters in groups.items() for letter in letters}


_WIDTHS = (_by_letter(_REGULAR), _by_letter(_BOLD))


@lru_cache(_KEPT)
def width(word: str, bold: bool) -> float:
    """How wide a word is, at most, in its own size. What is slanted is no wider."""
    widths = _WIDTHS[bold]
    return sum(widths.get(letter, _WIDEST) for letter in word) / 1000


def letters() -> tuple[Path, ...]:
    """The files of the letters, upright, bold and slanted: a browser that has them makes the lines that we expect."""
    folder = Path(str(files("fontpkg_be_vietnam_pro"))) / "files"
    return tuple(folder / f"BeVietnamPro-{style}.ttf" for style in ("Regular", "Bold", "Italic"))
