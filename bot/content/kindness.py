"""Whether a text speaks kindly: no shouting, no blame, and the form of address that its reader chose. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping

_VARIABLE = re.compile(r"\{\{[-+]?\s*[\w.]+\s*[-+]?\}\}")
_YOU = re.compile(r"\{\{\s*you\s*\}\}", re.IGNORECASE)
_BUTTON = re.compile(r"«[^»]*»")
_CAPITAL = f"[{''.join(letter for letter in map(chr, range(0x1EFA)) if letter.isupper())}]"
_CAPITALS = re.compile(rf"(?<!\w){_CAPITAL}{{2,}}(?:[ \t]+{_CAPITAL}{{2,}})*(?!\w)")
_SHOUTED_LETTERS = 6

_DID = r"(?: (?:đã|lại|vừa|cứ))* (?:làm|bấm|gõ|nhập|điền|chọn|ghi|chụp|viết|quên)(?: \w+){0,3}? (?:sai|nhầm|mất)"
_BLAME: Mapping[str, re.Pattern[str]] = {
    "vi": re.compile(
        r"(?<!không phải )(?<!chẳng phải )(?:lỗi (?:của|tại|do|là ở) YOU|(?:tại|do) YOU)(?!\w)"
        rf"|(?<!nếu )(?<!lỡ )(?<!khi )YOU{_DID}(?!\w)"
        r"|(?<!\w)(?:bất cẩn|cẩu thả|không cẩn thận|(?:không|chẳng) chịu (?:đọc|nghe|xem)|không đọc kỹ|dễ thế mà|"
        r"sao (?:lại )?(?:YOU )?không (?:đọc|biết|làm))(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?<!not )(?<!never )(?<!no )(?<!\w)(?:your (?:own )?(?:fault|mistake|error)"
        r"|(?<!if )you (?:have |'ve )?(?:typed|entered|pressed|tapped|chose|filled|did|wrote|made|forgot)"
        r"(?: (?!nothing)\w+){0,4} (?:wrong|wrongly|incorrectly|mistakes?)"
        r"|(?<!if )you(?: have)? (?:mistyped|failed)|you should have|careless|obviously)(?!\w)",
        re.IGNORECASE,
    ),
}
_OTHERS = ("các", "nhiều", "những", "mấy", "người", "kết", "ông", "vợ", "dụng", "công", "ghi", "tiếng", "hai", "một")
_ADDRESSED = re.compile(
    rf"(?<!\w){''.join(f'(?<!{other} )' for other in _OTHERS)}(?P<word>bác|ông|bà|cô|chú|anh|chị|bạn|cụ)(?!\w)"
    r"(?! (?:sĩ|bà|con|giáo|ý|thể|chị|em|bè|nội|ngoại|cháu|ruột)(?!\w))"
    r"|(?<!\w)(?P<self>cháu|em)(?= (?:xin|sẽ|giúp|gửi|nhắc|chào|mong)(?!\w))",
    re.IGNORECASE,
)


def shouting_faults(text: str, allowed: Collection[str]) -> Iterator[str]:
    """Words in capitals that are neither a short name of something nor `allowed`; buttons («…») are as they are."""
    for found in _CAPITALS.finditer(_BUTTON.sub(" ", _VARIABLE.sub(" ", text))):
        words = [word for word in found[0].split() if word not in allowed]
        for word in words:
            if len(words) > 1 or len(word) >= _SHOUTED_LETTERS or _accented(word):
                yield f'"{word}" is in capitals; write it in small letters.'


def blame_faults(text: str, lang: str) -> Iterator[str]:
    """Words that say it is the reader's fault."""
    spoken = _YOU.sub("you" if lang == "en" else "YOU", _BUTTON.sub(" ", text))
    for found in _BLAME[lang].finditer(spoken):
        said = found[0].strip().replace("YOU", "{{ you }}")
        yield f'"{said}" sounds like blame; say what to do now.'


def address_faults(text: str, lang: str) -> Iterator[str]:
    """Forms of address written out, where each reader chose one of their own."""
    for found in _ADDRESSED.finditer(_BUTTON.sub(" ", text)) if lang == "vi" else ():
        name = "{{ you }}" if found["word"] else "{{ me }}"
        yield f'"{found[0]}" is one form of address; write "{name}".'


def _accented(word: str) -> bool:
    """Whether it has vowels with signs, as short names have not (NĐ has none)."""
    return any(unicodedata.combining(each) for each in unicodedata.normalize("NFD", word))
