"""Names of volunteers, as residents read them: none that pretends to be an office, the product, or a number to call."""

from bot.nlu.normalise import fold
from bot.nlu.patterns import compiled

_ADDRESSED = r"(?:anh|chi|bac|co|chu|ong|ba|em|dong chi|can bo|nhan vien|nguoi cua|ben|so|truong|pho) "
_OFFICES = (
    r"cong an|canh sat|csgt|cskv|uy ban|ubnd|hdnd|dang uy|toa an|vien kiem sat|vksnd|thanh tra|bo \S+ an|cuc thue"
    r"|chi cuc|kho bac|bao hiem xa hoi|bhxh|ngan hang|vietcombank|vietinbank|bidv|agribank|techcombank|dien luc|evn"
    r"|buu dien|viettel|vinaphone|mobifone|tong dai|hotline|trung tam|mot cua|bo phan|to so|tro ly|bot|admin|quan tri"
    r"|he thong|vneid|dich vu cong|zalo|telegram|facebook|cham soc khach hang|ho tro|police|bank|support|ward"
)
_PRETENDS = compiled(rf"(?:{_ADDRESSED})*(?:{_OFFICES})(?: .*)?|can bo(?: .*)?")
"""What a name begins with: "Nguyễn Công An" is somebody's name, "Công an phường" is nobody's."""
_ADDRESS = compiled(r"[\pN@/\\:#_]|\pL\.\pL{2}|www")
"""Digits, links and accounts: to be called, opened or written to past the desk."""


def pretends(name: str) -> bool:
    """Whether residents would take somebody of this name for an office, or could call or open what it says."""
    return _ADDRESS.search(name) is not None or _PRETENDS.fullmatch(fold(name)) is not None
