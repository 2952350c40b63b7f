"""The form of address that somebody asks for in their own words: "gọi tôi là bà nội nhé". Pure."""

from collections.abc import Mapping

from bot.language.commands import bare
from bot.language.fold import fold, words_of
from bot.language.patterns import composed

_SAID: Mapping[str, tuple[str, ...]] = {
    "bac": ("bác", "bác trai", "bác gái", "mẹ", "má", "u", "bầm", "bu", "bố", "cha", "tía"),
    "co": ("cô", "cô giáo", "dì", "mợ", "thím"),
    "chu": ("chú", "cậu", "dượng"),
    "ong": ("ông", "ông nội", "ông ngoại", "ông lão"),
    "ba": ("bà", "bà nội", "bà ngoại", "bà lão"),
    "cu": ("cụ", "cụ bà", "cụ ông", "cụ nội", "cụ ngoại"),
    "anh": ("anh", "anh trai"),
    "chi": ("chị", "chị gái"),
    "ban": ("bạn", "em", "em trai", "em gái", "cháu", "con"),
}
"""What people are called at home, by the form of address that comes nearest: who is called mother is a "bác" to us."""
_FORMS = {fold(said): (form, said) for form, each in _SAID.items() for said in each}
_UNLIKE = frozenset({"bo", "bu", "co", "di", "ma", "mo", "u"})
"""What is another word too, once diacritics are gone: written with diacritics, it must be this one."""
_CALLS = frozenset({"goi", "keu", "la", "bang"})
_NOT = frozenset({"dung", "khong", "thoi", "gi", "sao"})
_LONGEST = 8


def address_named(text: str, plain: str) -> str:
    """The form of address that `text` asks for, where `plain` is its folded form; empty where it asks for none."""
    words = plain.split()
    if len(words) > _LONGEST or not _NOT.isdisjoint(words):
        return ""
    after = max((at + 1 for at, word in enumerate(words) if word in _CALLS), default=0)
    rest = " ".join(words[after:])
    named = next((each for each in (rest, bare(rest)) if each in _FORMS), "")
    form, spelt = _FORMS.get(named, ("", ""))
    written = words_of(composed(text).lower())
    return "" if named in _UNLIKE and not text.isascii() and spelt not in written else form
