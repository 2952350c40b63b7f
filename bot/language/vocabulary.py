"""How residents write: abbreviations and common misspellings, in folded form (`fold`)."""

from collections.abc import Mapping

from bot.language.patterns import compiled

_WRITTEN_OUT: Mapping[str, str] = {
    # Abbreviations
    "bhtn": "bao hiem that nghiep", "bhxh": "bao hiem xa hoi", "bhyt": "bao hiem y te", "bn": "bao nhieu",
    "cccd": "can cuoc", "cc": "can cuoc", "cmnd": "can cuoc", "cmt": "can cuoc", "cks": "chu ky so",
    "ck": "chuyen khoan", "dc": "duoc", "dk": "dang ky", "dki": "dang ky", "dkkh": "dang ky ket hon",
    "dn": "dang nhap", "dt": "dien thoai", "dth": "dien thoai", "dvc": "dich vu cong",
    "dvcqg": "dich vu cong quoc gia", "gcn": "so do", "gks": "giay khai sinh", "gplx": "bang lai", "hk": "ho khau",
    "hkd": "ho kinh doanh", "hs": "ho so", "ks": "khai sinh", "lltp": "ly lich tu phap", "mk": "mat khau",
    "ng": "nguoi", "nh": "ngan hang", "ntn": "nhu the nao", "onl": "online", "pass": "mat khau",
    "sdt": "so dien thoai", "sms": "tin nhan", "tk": "tai khoan", "tthc": "thu tuc hanh chinh",
    # Run together, misspelt, regional, English
    "dangky": "dang ky", "dangnhap": "dang nhap", "dienthoai": "dien thoai", "dichvucong": "dich vu cong",
    "dinhdanh": "dinh danh", "matkhau": "mat khau", "taikhoan": "tai khoan", "cancuoc": "can cuoc",
    "vned": "vneid", "vnied": "vneid", "vneld": "vneid", "vnid": "vneid", "vnei": "vneid", "veneid": "vneid",
    "download": "tai", "down": "tai", "update": "cap nhat", "login": "dang nhap", "fone": "dien thoai", "ki": "ky",
    "tui": "toi", "mik": "minh", "j": "gi", "z": "vay", "zay": "vay", "bit": "biet", "bik": "biet", "lm": "lam",
    "xai": "dung", "k": "khong", "ko": "khong", "kg": "khong", "hok": "khong", "hem": "khong", "khum": "khong",
    "muc1": "muc 1", "muc2": "muc 2",
}  # fmt: skip

_TOGETHER = {"vne id": "vneid", "vn eid": "vneid", "vn e id": "vneid", "i ha noi": "ihanoi", "pass code": "passcode"}
_APART = compiled(rf"\b(?:{'|'.join(_TOGETHER)})\b")


def spell_out(folded: str) -> list[str]:
    """The words of a folded text, with abbreviations and common misspellings written out."""
    joined = _APART.sub(lambda apart: _TOGETHER[apart[0]], folded)
    return " ".join(_WRITTEN_OUT.get(word, word) for word in joined.split()).split()


_YOU = r"(?:chau|em|co|chu|bac|anh|chi|ban|ad|admin|shop|bot|moi nguoi|cac \S+|to so)"
_ME = r"(?:toi|bac|co|chu|ong|ba|em|chi|anh|minh|chau|tui|me)"
_OPENING = compiled(
    r"(?:(?:da|vang|u|xin|kinh|hello|hi|hey|chao|alo|good (?:morning|afternoon|evening))"
    rf"(?: {_YOU})*(?: oi| a| nhe)?(?: |$)"
    rf"|{_YOU} oi(?: |$)|(?:cho|lam on cho|xin) (?:{_ME} )?hoi(?: (?:chut|ti|mot chut|mot ti|voi|cai|la|thu))*(?: |$))+"
)


def without_greeting(words: list[str]) -> list[str]:
    """The spelled-out words after "chào cháu, cho bác hỏi", where two or more come after it; else all of them."""
    text = " ".join(words)
    opening = _OPENING.match(text)
    rest = text[opening.end() :].split() if opening else []
    return rest if len(rest) > 1 else words
