"""Secrets as people write them: how digits look, what stands between, which it is, and what is said around it."""

from bot.nlu.normalise import fold
from bot.nlu.numbers import SPOKEN, in_digits, items, seen

_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PLAIN = ("khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin")
_OTHER = ("không", "mốt", "hai", "ba", "tư", "lăm", "sáu", "bẩy", "tám", "chín")

DIGITS = {
    "plain": "0123456789",
    "full-width": "０１２３４５６７８９",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "raised": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "lowered": "₀₁₂₃₄₅₆₇₈₉",
    "Arabic-Indic": "٠١٢٣٤٥٦٧٨٩",
    "Devanagari": "०१२३४५६७८९",
    "Khmer": "០១២៣៤៥៦៧៨៩",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "double-struck": "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "keycaps": [f"{digit}\ufe0f\u20e3" for digit in range(10)],
    "zero width": [f"{digit}\u200b" for digit in range(10)],
    "right to left": [f"\u202e{digit}\u202c" for digit in range(10)],
    "soft hyphens": [f"{digit}\u00ad" for digit in range(10)],
}
"""How each digit may look."""
READ_OUT = {"words": _WORDS, "without marks": _PLAIN, "other words": _OTHER, "English": _ENGLISH,
            "capitals": tuple(word.title() for word in _WORDS),
            "some in figures": tuple(word if at % 2 else str(at) for at, word in enumerate(_OTHER)),
            "others in figures": tuple(str(at) if at % 2 else word for at, word in enumerate(_PLAIN))}  # fmt: skip
"""How each digit may be read out, with spaces between."""
BETWEEN = {
    "nothing": "", "spaces": " ", "dots": ".", "commas": ", ", "slashes": "/", "hyphens": "-", "dashes": " – ",
    "underscores": "_", "stars": "*", "lines": "\n", "empty lines": "\n\n", "emoji": "👍", "family": "👨‍👩‍👧",
    "bars": " | ",
    "brackets": ") (", "said": " chấm ", "said plainly": " cham ", "colons": ":", "no-break spaces": "\u00a0",
    "marks": "\u0301", "ellipsis": "…", "semicolons": "; ", "quotes": "' '", "arrows": "→",
}  # fmt: skip
"""What stands between the digits, all of them."""
CODES = ("{}", "dạ {} ạ", "mã otp là {}", "OTP {}", "{} la ma otp", "ma xac thuc {} nhe", "nó gửi mã {} cho bác",
         "code is {}", "passcode: {}", "mã pin của bác {}", "mã hồ sơ 12 còn otp {}", "mã pin smart otp là {}",
         "my OTP is {}", "otp:{}", "mã xác nhận\n{}")  # fmt: skip
"""What is said around a code. The first two say nothing: six digits are enough."""
LOOKING_ALIKE = {"0": "Oo", "1": "Il"}
"""Letters that are typed for digits."""
PARTING = ("tách", "cắt", "ngắt", "xuống", "sang", "kèm", "break", "ghép")
"""Words that somebody may say between the halves of a code: any word."""
NUMBERS = {
    "id_number": (12, ("{}", "căn cước của bác là {}", "cccd {}", "ghi giúp bác {} nhé", "số: {}")),
    "account": (13, ("stk {}", "số tài khoản của bác là {}", "chuyển vào tài khoản {} nhé", "tk ngân hàng: {}")),
    "old_id": (9, ("cmnd {}", "chứng minh nhân dân số {}", "CMND của bác: {} đó")),
    "short_account": (7, ("stk {}", "số tài khoản là {}", "account number {}")),
}
"""Other secrets: how many digits, and what is said around them."""

MIXED = ("359247abc", "3f960f59z", "a1b2c3", "AB12", "K7QX", "7hk29", "482abc", "abc482", "G-482913", "Xy9-4k2")
"""Codes of letters and figures."""
NAMING_MIXED = ("OTP={}", "otp {}", "otp: {}", "mã otp là {}", "ma otp la {} nhe", "mã xác nhận {}",
                "mã xác thực của bác là {}", "OTP({})", "nó gửi mã otp {} cho bác", "the otp is {}",
                "{} là mã otp")  # fmt: skip
"""What is said around those."""

NAMING_PARTS = ("mã là {}", "ma la {}", "mã otp là {}", "OTP: {}", "otp={}", "đầu otp là {}", "mã xác nhận là {} nhé",
                "mã pin là {}", "PIN: {}", "cvv là {}", "cvc: {}", "mật khẩu là {}", "mk: {}", "passcode: {}",
                "the code is {}", "mã vneid của bác là {}")  # fmt: skip
"""What is said before a part of a code or a password, however short."""
NAMING_LONGER = ("mã {}", "otp {}", "mã otp {} tiếp nhé", "cvv {}", "mk {}", "mật khẩu {}", "mã xác thực {}",
                 "passcode {}", "nó gửi mã {} cho bác", "otp phần đầu {}")  # fmt: skip
"""The same, of two figures or more."""


def written(number: str, look: str, between: str) -> str:
    """A number with each digit in one look, and the same between all of them."""
    shown = DIGITS[look] if look in DIGITS else READ_OUT[look]
    parts = [shown[int(digit)] for digit in number]
    return (BETWEEN[between] if look in DIGITS else BETWEEN[between] or " ").join(parts)


def digits_in(text: str) -> str:
    """All digits of a text, in whatever way they are written: what a test may find of a secret."""
    return "".join(item.digits for item in items(in_digits(seen(text))))


assert set(_OTHER) <= set(SPOKEN)

SAID = (
    """
stk ⟦1000000⟧
số tài khoản của bác là ⟦1000000⟧
otp ⟦7 rồi 3 rồi 8 rồi 4 rồi 6 rồi 1⟧
otp số ⟦7 số 3 số 8 số 4⟧
mã là ⟦7 với 3 với 8 với 4⟧
mã otp ⟦738 và 461⟧
⟦738 và 461⟧
⟦738 rồi đến 461⟧
đầu otp là ⟦738 cuối là 461⟧
mã otp ⟦738 xong đến 461⟧
mã otp là ⟦738 sau đó 461⟧
thẻ ⟦4539 rồi 1488 rồi 0343 rồi 6467⟧
số thẻ ⟦4539 với 1488 với 0343 với 6467⟧
cccd ⟦001 rồi 058 rồi 012 rồi 347⟧
căn cước ⟦001 và 058 và 012 và 347⟧
stk ⟦1903672 rồi đến 5814017⟧
mã otp là ⟦738.464⟧
otp của bác là ⟦738.464⟧
mã xác thực nó gửi về ⟦738.464⟧
mã otp là ⟦bảy trăm ba mươi tám nghìn bốn trăm sáu mươi hai⟧
⟦bảy trăm ba mươi tám nghìn bốn trăm sáu mươi hai⟧
otp ⟦bay tram ba muoi tam nghin bon tram sau muoi hai⟧
otp is ⟦seven thirty eight four sixty three⟧
the code is ⟦seven hundred thirty eight four hundred sixty three⟧
mã otp ⟦738 nghìn 461⟧
⟦738 nghìn 461⟧
otp ⟦❼❸❽❹❻❶⟧
mã ⟦㊆㊂㊇㊃㊅㊀⟧
otp ⟦七三八四六一⟧
otp ⟦➆➂➇➃➅➀⟧
⟦⓻⓷⓼⓸⓺⓵⟧
mã otp ⟦73846O⟧
⟦73846O⟧
mã otp ⟦7384O1⟧
mã otp là ⟦O73846⟧
otp ⟦7384l6⟧
otp ⟦bay3tam4tam1⟧
otp ⟦bảybatámbốnsáumột⟧
⟦baybatambonsaumot⟧
mã là ⟦bảyba támbốn sáumột⟧
passcode vneid ⟦738479⟧
otp: ⟦73 tới 84 tới 61⟧
mã otp ⟦738 kế tiếp 461⟧
mã otp nửa đầu ⟦738 nửa sau 461⟧
otp ⟦Ⅶ Ⅲ Ⅷ Ⅳ⟧
số bí mật ⟦7384⟧
số cvv: ⟦chín trăm mười bảy⟧
the security number is ⟦917⟧
mật khẩu: ⟦hoa hồng 58⟧
mật khẩu là ⟦hoa lan 1958⟧ nhé
mật khẩu ⟦h o a l a n 7 5⟧
mậc khẩu là ⟦bacHoa58⟧
mã vneid ⟦738479⟧
cvv là ⟦chín một bảy⟧
cvv ⟦chin mot bay⟧
mã cvv của bác ⟦chín một bảy⟧
ba số sau thẻ là ⟦918⟧
3 số sau thẻ là ⟦918⟧
mặt sau thẻ có số ⟦917⟧
cvv của thẻ em là ⟦917⟧
cvv của cái thẻ này là ⟦917⟧
security code on the back is ⟦925⟧
three digits on the back are ⟦925⟧
c v v ⟦926⟧
c.v.v ⟦926⟧
cờ vê vê ⟦927⟧
xê vê vê là ⟦927⟧
đăng nhập bằng ⟦hoalan67x⟧
passwd ⟦hoalan67x⟧
passwd: ⟦hoalan⟧
m.k: ⟦hoalan67x⟧
m k ⟦hoalan67x⟧
⟦hoalan67x⟧ là mật khẩu
⟦Hoa@1958⟧ là mật khẩu của bác
⟦hoalan67x⟧ la mat khau nhe
mật khẩu là ⟦hoa lan mười chín bảy lăm⟧
mk là ⟦hoa hồng năm tám⟧
mã khóa: ⟦hoalan67x⟧
mã khoá ⟦Hoa1958⟧
pas ⟦hoalan67x⟧
pas: ⟦hoalan⟧
mật khẩu của bác là tên bác với năm sinh ⟦Hoa1958⟧
mật khẩu bác đặt là tên bác viết liền với năm sinh đấy ⟦Hoa1958⟧
bác gõ ⟦bacHoa58⟧ vào ô mật khẩu
login hoa / ⟦bacHoa58⟧
mậtkhẩu ⟦bacHoa58⟧
mật.khẩu ⟦bacHoa58⟧
mật_khẩu ⟦bacHoa58⟧
mật-khẩu là ⟦hoalan⟧
mật\u200bkhẩu ⟦bacHoa58⟧
mật\u200b khẩu là ⟦bacHoa⟧
hộ chiếu C⟦7654321⟧
hộ chiếu số B ⟦7654321⟧
passport C⟦7654321⟧
thẻ bảo hiểm y tế GD⟦4010112345678⟧
bhyt GD ⟦4 01 01 123 45678⟧
số thẻ GD⟦4010112345678⟧
⟦4539 1488 0343 sáu bốn sáu bảy⟧
thẻ ⟦4539 1488 0343 sáu bốn sáu bảy⟧
tài khoản ⟦001058012347/Hoa@1958⟧
tài khoản 001058012347 / ⟦Hoa@1958⟧
dãy số cuối tin nhắn là ⟦3051⟧
nó nhắn về 4 số là ⟦7305⟧
sms bao ⟦5820⟧ do chau
facebook gui ⟦94820175⟧ cho bac
mã 6 số đây cháu: ⟦610.284⟧
số nó gửi cho cô là ⟦1 rồi 9 rồi 4 rồi 4 rồi 0 rồi 2⟧
⟦9 với 4 với 7 với 1⟧
tin nhắn mới, đầu tiên là ⟦45 xong tới 82 rồi 96⟧
mã của em là ⟦447 tiếp theo là 190⟧
tôi mở máy hay bấm ⟦2580⟧
thẻ ATM tui rút là bấm ⟦1975⟧
mở khóa điện thoại của má bấm ⟦2468⟧ nghen
bác hay bấm ⟦0 0 7 7⟧ ở cây rút tiền
cái số bấm ở cây rút tiền là ⟦1953⟧
họ hỏi 4 số cuối căn cước, tôi nói ⟦9921⟧
số trên thẻ đầu ⟦9704 đuôi 8812⟧
acb ⟦24681357⟧ do chau
Mã kích hoạt mức 2 họ đưa tôi: ⟦AB7K92QX⟧
kich hoat dinh danh ma ⟦QX-4471-88⟧
cv v là ⟦880⟧
mật khẩu là tên con gái tôi viết hoa chữ đầu rồi năm sinh nó, tức là ⟦Thuha1988⟧
mật mã của ông nhà tôi là ⟦Daiphuc68⟧
mật khẩu zalo của má là con heo vàng viết liền không dấu ⟦conheovang⟧
chỗ mật khẩu tôi gõ ⟦quehuong⟧ mà nó bảo sai
Mật khẩu của tôi dễ nhớ lắm, ⟦motngaydeptroi⟧
má xài mật khẩu ⟦conyeume⟧
nhập ⟦Tam12345!⟧ nó báo sai pass
hồi cài con trai nó đặt cho là ⟦Nguyen*Hung79⟧
số trong tin: ⟦7721⟧
nó nhắn về đọc là ⟦5 không 3 tám 6 hai⟧
vcb ⟦1 không không bốn 7 7 năm năm 3 2 một⟧
the otp is ⟦five oh three eight six two⟧
otp ⟦5O386Z⟧
otp ⟦I8O917⟧
mã đăng nhập vneid ⟦738479⟧
pin thẻ rút tiền ⟦bảy một chín ba⟧
pin thẻ rút tiền ⟦7193⟧
máy tính bảng mở bằng ⟦4321⟧
khóa màn hình vẽ không được, số ⟦2 5 8 0⟧ mở máy
bấm ⟦7410⟧ là máy mở
tôi toàn xài ⟦matkhau123⟧ cho dễ
⟦7hk29⟧ là mã otp của bác
⟦K7QX4⟧ là mã
bin: ⟦7122⟧
bin là ⟦bảy một hai hai⟧
bin thẻ của tôi ⟦9035⟧
opt: ⟦862016⟧
mã opt ⟦4821⟧
mã otb là ⟦8814⟧
ô ti pi ⟦5207⟧
ô tp là ⟦5512⟧
sê vê vê là ⟦731⟧
bát goọc là ⟦hoalan58⟧
mã bin ⟦7122⟧
số bin ⟦4821⟧ nhé
ma bin la ⟦6610⟧
https://x.vn/?otp=862012&pw=⟦hoamai55⟧
http://a.com/login?user=lan&password=⟦hoahong⟧
vao https://vneid.example/xacthuc?code=⟦738461⟧
https://a.vn/?token=⟦a8f3kd92ls⟧
https://a.vn/?mk=⟦lan1958⟧&otp=1
https://a.vn/?maotp=⟦862012⟧
user=lan&pw=⟦hoamai55⟧
https://a.vn/?passwd=⟦quehuong⟧#top
https://a.vn/#access_token=⟦Zk29sLq81⟧
https://a.vn/?otp_code=⟦862012⟧
https://x.vn/?otp=⟦862012⟧&pw=hoamai55
https://a.vn/dn?u=ba&pass=⟦conmeo⟧&x=1
https://a.vn/?pwd=⟦sonca⟧
<b>otp</b> ⟦8<i>6</i>2<b>016</b>⟧
mã otp là **⟦8**6**2**016⟧
otp: <font color="red">⟦862016⟧</font>
<p>mã xác nhận</p><p>⟦862</p><p>016⟧</p>
<b>cvv</b> ⟦7<i>3</i>1⟧
mật khẩu là <b>⟦hoamai⟧</b>
otp ⟦8<br/>62<br/>016⟧
ma otp [b]⟦8[/b]6[b]2016⟧[/b]
otp ⟦8</b>6</i>2016⟧
otp <em class="x">⟦8</em>6<em>2016⟧</em>
otp <b>⟦8</b><b>6</b><b>2</b><b>0</b><b>1</b><b>6⟧</b>
mã otp <span>⟦862</span><span>016⟧</span>
otp ⟦8&nbsp;6&nbsp;2&nbsp;0&nbsp;1&nbsp;6⟧
day nay ⟦41678008 và 37407182⟧ do chau
dãy trên cái thẻ: ⟦97043660 với 12345678⟧ đó con
bac doc nhe ⟦5376 roi 0912 roi 4410 roi 2298⟧
⟦41678008, và 37407182⟧
nó dài lắm, ⟦970436 rồi 6812 rồi 345678⟧
⟦4831 tiếp 4366 tiếp 7640 tiếp 2061⟧ cháu ghi chưa
day la ⟦4831 roi toi 4366 roi toi 7640 roi toi 2061⟧
⟦bốn tám ba một rồi đến bốn ba sáu sáu rồi đến bảy sáu bốn không rồi đến hai không sáu một⟧
thẻ màu xanh ghi ⟦41678008 và 37407182⟧
đăng nhập bằng ⟦hoamai⟧ làm mật khẩu
dùng ⟦hoahong⟧ làm mật khẩu cho dễ nhớ
lay ⟦nguyetanh⟧ lam mk vneid
tôi xài ⟦sonca⟧ làm mật khẩu zalo
để ⟦quehuong⟧ làm pass wifi
dung chu ⟦binhminh⟧ lam mat khau
đăng nhập bằng ⟦qwerty⟧ làm mật khẩu
đăng nhập bằng ⟦hoa mai⟧ làm mật khẩu
đặt là ⟦saobang⟧ làm mật khẩu
mật khẩu là ⟦con meo nha toi⟧
mật khẩu của bác là ⟦yeu con nhieu lam⟧
mat khau vneid la ⟦que huong ben tre⟧
mật khẩu là ⟦mùa thu lá bay⟧
mật khẩu là: ⟦con meo⟧
mk: ⟦anh yeu em⟧
password là ⟦hoa sua ha noi⟧
mật khẩu tôi là ⟦thich an che⟧
mat khau zalo cua tui la ⟦ca loc kho⟧
pass ⟦ab cd 12 34⟧
pass là ⟦ho a 19 68⟧
mật khẩu ⟦ha noi 20 24⟧
pass: ⟦tu an 99 11⟧
mật khẩu ⟦xy z 7 8 9⟧
password ⟦qw er 12 34⟧
mật khẩu là ⟦thu 12 ha 34⟧
pass ⟦a b c 1 2 3⟧
mat khau la ⟦minh 0 0 7⟧
pass ⟦qwerty⟧
mật khẩu ⟦qazwsx⟧
password ⟦iloveyou⟧
mk zalo ⟦qwertyuiop⟧
mật khẩu ⟦monkey⟧ nhé
pass ⟦abcdef⟧
mật khẩu wifi ⟦sunshine⟧
mk: ⟦qwerty⟧
pwd ⟦letmein⟧
⟦4831 sau đó 4366 sau đó 7640 sau đó 2061⟧ hết
⟦41678008 và nửa sau 37407182⟧
pín là ⟦2580⟧
mk là ⟦a1 b2 c3⟧
cái mật khẩu nó là ⟦dem trang⟧ ạ
mk là ⟦hoa hong do⟧
bin của tôi là ⟦4471⟧
ô tờ pờ là ⟦8820⟧
mật khảo là ⟦hoalan58⟧
https://b.vn/login?userpass=⟦hoamai⟧
https://b.vn/?mat-khau=⟦hoamai⟧
mã otp là ⟦7<!-- x -->7<!-- y -->4120⟧
""".strip()
    .replace("\\u200b", "\u200b")
    .splitlines()
)
"""Messages that tell a secret in a way of their own; what must not be left of them stands in ⟦⟧."""


def parted(marked: str) -> tuple[str, str, str]:
    """A line of SAID: the message, its secret, and the message without it."""
    before, _, rest = marked.partition("⟦")
    secret, _, after = rest.partition("⟧")
    return before + secret + after, secret, f"{before} {after}"


def traces(masked: str, secret: str, around: str) -> str:
    """What is left of a secret in a masked message: itself, words of it that nothing around holds, or digits."""
    words = (set(fold(masked).split()) - set(fold(around).split())) & set(fold(secret).split())
    digits = len(digits_in(masked)) > len(digits_in(around))
    return secret if secret in masked else " ".join(words) if words else digits_in(masked) if digits else ""
