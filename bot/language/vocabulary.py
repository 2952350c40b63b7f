"""How residents write: abbreviations, misspellings, small words and greetings. All in folded form (`fold`)."""

import re
from collections.abc import Mapping


def _listed(text: str, separator: str | None = None) -> frozenset[str]:
    return frozenset(" ".join(text.split()).split(separator))


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
}  # fmt: skip

_TOGETHER = {"vne id": "vneid", "vn eid": "vneid", "vn e id": "vneid", "i ha noi": "ihanoi", "pass code": "passcode"}
_APART = re.compile(rf"\b(?:{'|'.join(_TOGETHER)})\b")

SMALL_WORDS = _listed(
    """
    a ah ak ai anh ba bac bao biet bi boi bay buoc cach can cho chi chang chau chu chua cua co con cung cu da dang day
    de den di do dung duoc em gi gio giup ha hay het hoi hon hoac kenh khi khoi khong kia kieu la lai lam lau len luon
    ma mai minh mot muon nay nao nen nha nhe nhi nhieu nhu nhung no noi nua oi o ong phai qua ra roi sao se sau tai
    that thay the thi theo thoi to toi tren trong tu u va van vao vay ve vi viec voi vua xin xong y
    an and are at be can do does for from how i in is it me my of on or the this to what where with you your
    """
)
"""Words that say little about what is asked: particles, pronouns, the most common verbs."""

SERVICES = _listed(
    """
    an sinh, bang lai, bao hiem, bao tro, bhxh, bhyt, can cuoc, chu ky, chung thuc, chuyen tien, cong chung, cu tru,
    dang kiem, dat dai, dich vu, dinh danh, doc than, etax, ho chieu, ho khau, ho ngheo, hoc phi, hon nhan,
    huu tri, ihanoi, ket hon, ket qua, khai sinh, khai tu, khuyet tat, kinh doanh, ky so, le phi, lien ket,
    luong huu, luu tru, ly hon, ly lich, mai tang, mat khau, momo, muc 2, nfc, nhap khau, nong nghiep, passcode,
    passport, phan anh, phap luat, phi, quy hoach, sang ten, sao y, so do, so hong, suc khoe, tach khau, tach thua,
    tam tru, tam vang, thanh toan, thi thuc, thoi tiet, thue, thuong tru, tien dien, tien nuoc, tra cuu, trich luc,
    tro cap, vay von, ve sinh, vi dien, visa, vneid, vssid, wifi, xac nhan, xe may, zalopay
    """,
    ", ",
)
"""What people come for. These words weigh most where no guide knows them, so that a missing service is noticed."""

GREETING_CORE = _listed("chao, alo, hello, helo, hi, hey, cam on, thank, thanks, tks, good", ", ")
GREETING_WORDS = _listed(
    """
    chao alo hello helo hi hey xin cam on thank thanks tks good morning afternoon evening
    a ad admin ah ai anh ba bac ban bot buoi cac chau chi chieu chu co con da day em gioi hom khong long nay nha nhe
    nhieu ok oke okay oi ong rat roi sang shop to toi tot trua tuyet vang vay vui u you va very much
    """
)
"""A text of these words alone that holds one of GREETING_CORE is a greeting or a thank-you."""


def spell_out(folded: str) -> list[str]:
    """The words of a folded text, with abbreviations and common misspellings written out."""
    joined = _APART.sub(lambda apart: _TOGETHER[apart[0]], folded)
    return " ".join(_WRITTEN_OUT.get(word, word) for word in joined.split()).split()
