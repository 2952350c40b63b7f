"""Passwords that are made of everyday words, and the words that tell a question or a complaint from one. Pure."""

from collections.abc import Sequence
from itertools import groupby

from bot.nlu.normalise import fold, is_syllable, without_keys
from bot.nlu.numbers import SPOKEN, words_in

_TALK = words_in(
    "gì sao nào đâu ai quên sai đúng phải không chưa được đổi đặt biết nhớ báo nhập lấy bị cần ký kí tự chữ số tên"
    " gồm dài ngắn khó dễ mạnh yếu nó để rồi hả vậy thế này kia cấp lại vào mở dùng xài làm mất thì mà nên cũng đã đang"
    " sẽ vẫn còn hết lần mấy nhiêu bao trên dưới trong bằng theo hoặc hay với tối thiểu ít nhất viết thường đặc biệt"
    " giữ nghĩ cho người giúp hướng dẫn xin đăng điện thoại tài khoản của vì cái việc khi nếu hôm nay ngày tháng năm"
    " phút giờ tuần lớp loại kiểu bước mục ô màn hình ứng dụng tuổi sinh vân tay khuôn gửi nhận hỏi đọc nói bảo kêu"
    " bắt đòi xem tìm thấy chờ đợi hiện ra bấm gõ ghi chép kiểm tra xác thực otp mã pin riêng thông tin quan trọng bí"
    " toàn lộ khóa khoá hạn tắt bật thử lưu kết nối mạng chậm cũ mới khác giống trùng đủ thiếu nhiều quá lắm luôn"
    " hoài mãi nữa chỉ thôi đừng chớ muốn định tính phường xã tổ thủ tục giấy tờ căn cước thẻ ngân hàng tiếng vợ chồng"
    " nắm trống tùy tuỳ hồi mình xong ok oke"
)
_TALK_PLAIN = words_in(
    "gi sao nao dau ai quen sai dung phai khong ko k hok kg chua duoc dc biet bao nhap lay bi can ky kí ki tu chu"
    " so ten gom de roi vay lai vao mo xai mat thi ma nen cung dang van het bao tren duoi trong bang theo hoac"
    " voi dac biet giu nghi cho nguoi giup dan xin dien thoai tai khoan cua vi cai viec khi neu hom nay ngay thang"
    " phut gio lop loai kieu buoc muc tuoi sinh van tay gui nhan hoi doc keu doi xem tim thay ra bam go ghi kiem"
    " xac thuc otp pin thong tin moi khac du thieu qua luon thoi muon vs dk tk mk pass password passcode dat no"
    " not too long short wrong incorrect correct invalid expired forgotten forgot reset change refused rejected"
    " accepted blocked locked required hidden changed safe secret what a my your please working work weak strong"
    " unknown this that it j on in at same case sensitive paper router"
)
_FIRST = words_in("do con cháu chau bác bac tôi toi em anh chị chi cô co chú chu ông ong bà ba má ma mẹ me bố bo")
"""Whoever has it, as a single word: no password."""
_NOT_KNOWN = frozenset({("hong", "nho"), ("hông", "nhớ"), ("hổng", "nhớ"), ("hong", "co"), ("hông", "có")})
_IS = frozenset({"là", "la", "is", ":", "="})
_OWN = words_in("của cua")
_SPOKEN = frozenset(SPOKEN) | frozenset(map(fold, SPOKEN))
PLACES = words_in(
    "wifi wf zalo zl vneid fb facebook gmail email mail máy may nhà nha cũ cu mới moi đây day nè ne này nay"
    " viettel tài tai khoản khoan tk điện dien thoại thoai ngân ngan hàng hang bank dvc mạng mang quán quan icloud"
    " iphone tivi tính tinh bảng bang laptop"
)
"""What a password may be for, before it is said."""
_LAST, _TO_WHOM = (
    words_in("nhé nhe ạ đó đấy ơi oi nghen nghe hen giùm gium nha"),
    words_in("cháu chau em con bác bac cô chị"),
)
_ENDS = words_in("nhé nghen ạ đấy")
"""Behind these something else is said."""
_FURTHEST, _MOST, _PIECES = 7, 6, 9
"""Words before the one that says what it is; words of a password, and pieces of one that has figures."""
_MADE_UP = 6
"""Characters of a word with letters and figures that is a password by itself."""
_FIGURES, _LETTERS, _UNKNOWN, _PIECE = 2, 2, 5, 3
"""Figures and letters of one that is told in pieces; letters of a word that nobody knows, and of a piece that is no
English word."""
_KNOWN = words_in(
    "menu start help cancel stop telegram youtube google internet android samsung thanks english status login chrome"
    " safari nothing yesterday nobody simple number online laptop macbook windows instagram tiktok momo shopee agribank"
    " vietcombank bidv vietinbank techcombank sacombank mbbank vpbank vssid ihanoi apple modem router messenger"
    " dichvucong camera netflix skype twitter outlook yahoo hotmail oppo xiaomi realme nokia huawei vneld website"
    " device phone computer cloud server system account incorrectly does doesn didn cannot could would should"
    " remember remembered expires working invalid"
)
"""Words that are no syllables, and no passwords."""
_COMMON = words_in(
    "iloveyou sunshine monkey dragon admin superman princess football welcome master batman letmein abcxyz"
)
"""Those that many people have."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "abcdefghijklmnopqrstuvwxyz")
_KEYS = 4
_USING = words_in("bằng bang dùng dung lấy lay xài xai chọn chon để de đặt dat gõ go nhập nhap use using là la dụng")
AS = words_in("làm lam as my the")
"""Right before the word for a password: "dùng hoamai làm mật khẩu"."""
_CALLED = words_in("chữ chu từ tu tên ten con")
_USED = 3
"""Words of a password that somebody uses "as" one."""


_BEFORE_IT = PLACES | _OWN | words_in("cái cai nó no")


def is_talk(word: str) -> bool:
    """Whether a word in lower case belongs to a question, a rule or a complaint about a password."""
    return word in _TALK or word in _TALK_PLAIN


def is_unknown(word: str, *, english: bool) -> bool:
    """Whether a word in lower case is nothing that anybody says: a run of keys, no syllable, and no name of an app.

    `english`: it stands among English words, which are no syllables either.
    """
    if not (word.isascii() and word.isalpha()) or len(word) < _KEYS or word in _KNOWN:
        return False
    if word in _COMMON or any(word in row or word in row[::-1] for row in _ROWS):
        return True
    if english:
        return False
    once = "".join(letter for letter, _ in groupby(word))
    return len(word) >= _UNKNOWN and not is_talk(word) and not is_syllable(without_keys(once)) and once not in PLACES


def told_in_words(words: Sequence[str], *, english: bool) -> tuple[int, int] | None:
    """From where to where a password is told, among the words of a sentence right behind the word for one.

    `english`: what is said around it is written in English.
    """
    said = next((at for at, word in enumerate(words[:_FURTHEST]) if word in _IS), None)
    first = _behind_what_it_is_for(words) if said is None else said + 1
    while first < len(words) and words[first] in _IS:
        first += 1
    last = next((at for at in range(first + 1, len(words)) if words[at] in _ENDS), len(words))
    if last - first > 1 and words[last - 1] in _TO_WHOM and words[last - 2] in _LAST:
        last -= 1
    while last - first > 1 and words[last - 1] in _LAST:
        last -= 1
    run, before = words[first:last], () if said is None else words[:said]
    if any(is_talk(word) and word not in _BEFORE_IT for word in before):
        return None
    if (
        _SPOKEN.issuperset(run)
        or any(map(is_talk, run))
        or run[0] == "do"
        or tuple(run[:2]) in _NOT_KNOWN
        or (len(run) == 1 and run[0] in _FIRST | PLACES)
    ):
        return None
    if any(len(word) >= _MADE_UP and not word.isalpha() and not word.isdecimal() for word in run):
        return None  # that word alone is it
    figures, letters = (sum(map(kind, "".join(run))) for kind in (str.isdecimal, str.isalpha))
    mixed = figures >= _FIGURES and letters >= _LETTERS and len(run) <= _PIECES
    if english and said is None and any(word.isalpha() and len(word) > _PIECE for word in run):
        mixed = False  # "password needs 8 to 256 characters"
    told = said is not None and "is" not in words[said:first] and letters >= _LETTERS and len(run) <= _MOST
    return (first, last) if mixed or told or (len(run) == 1 and is_unknown(run[0], english=english)) else None


def _behind_what_it_is_for(words: Sequence[str]) -> int:
    """Where words like "wifi" or "của bác" end."""
    at = 0
    while at < len(words) and (words[at] in PLACES or (at > 0 and words[at - 1] in _OWN) or words[at] in _OWN):
        at += 1
    return at


def used_as(words: Sequence[str]) -> tuple[int, int] | None:
    """The same among the words before the word for one: "đăng nhập bằng hoamai làm mật khẩu"."""
    last = len(words)
    while last and words[last - 1] in AS:
        last -= 1
    if last == len(words):
        return None
    first = next((at + 1 for at in range(last - 1, max(-1, last - 3 - _USED), -1) if words[at] in _USING), last)
    while first < last and words[first] in _CALLED and last - first > 1:
        first += 1
    run = words[first:last]
    told = 0 < len(run) <= _USED and not any(map(is_talk, run)) and not (len(run) == 1 and run[0] in _FIRST)
    return (first, last) if told else None


_ANSWERS = words_in(
    "alo mai chợ cho đi di tí ti chút chut kém kem mệt met buồn ngủ ngu cơm ăn tốt giỏi bình chiều sáng tối trưa"
    " qua gọi goi cháy cứu cuu đau dau lừa lua tiền tien dạ da ừ u vâng vang uh ờ yes wait thanks thank you menu"
    " hello hi bye sorry oke okay xin lỗi cám cảm ơn on gặp gap khỏi hồi bận ban ngoài đứng đang good fine đủ đây"
    " đấy đó kìa phí phi gia giá mong hơi chớp nhòe mờ vậy chào chao ạ a có co hông hổng quét mặt khói khoi ngạt"
    " gas xì xỉu té ngã máu chảy sốt sot nôn ói"
)
"""Words of answers that are no passwords."""
_ANSWERER = words_in("tôi toi tui bác bac em cháu chau anh chị chi cô chú ông bà ba má mẹ bố i he she")
_AT_ONCE = 3
"""Words of a message that may be a password, or a part of one."""
_SURNAMES = words_in("nguyễn nguyen trần tran lê phạm pham hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý")
_ENDING = words_in(
    "dạ da ạ ừ vâng rồi roi xong ok oke được đc dc không khong ko k quên quen đúng sai hết thôi thoi gì gi sao"
    " đâu dau ai nào nao ơi oi alo cảm cám thanks khoan chờ cho đợi doi để nó báo bao mất nhập nhap bấm bam lần"
    " bước số máy app vneid zalo menu yes no not đi gọi cháu chau bác bac tôi toi cứu cháy lừa tiền nhé nhe vậy"
    " này kia có chưa chua mở màn là"
)
"""Words that end a password which is told in parts."""
_SIGNS = frozenset("@#$%&*_+-.")


def could_go_on(words: Sequence[str]) -> bool:
    """Whether a message of these words in lower case may be the next part of a password that is being told."""
    if not 0 < len(words) <= _AT_ONCE or tuple(words[:2]) in _NOT_KNOWN:
        return False
    return all(word.isalnum() or _SIGNS.issuperset(word) for word in words) and _ENDING.isdisjoint(words)


def could_be_password(words: Sequence[str]) -> bool:
    """Whether a message of these words in lower case may be a password of everyday words, or a part of one."""
    if not 0 < len(words) <= _AT_ONCE or (len(words) > 1 and words[0] in _ANSWERER):
        return False
    if tuple(words[:2]) in _NOT_KNOWN or (len(words) == _AT_ONCE and words[0] in _SURNAMES):
        return False
    return all(map(_could_be_part, words))


def _could_be_part(word: str) -> bool:
    if not word.isalpha():
        return word.isdecimal() or _SIGNS.issuperset(word)
    once = "".join(letter for letter, _ in groupby(word))
    return not {word, once} & (_ANSWERS | _KNOWN | PLACES) and not is_talk(word) and not is_talk(once)
