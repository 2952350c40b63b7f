"""What can be read as a site, what cannot, and what scammers say in pieces."""

LOOK_ALIKES = """
bác mở vneid.gov.vn.co
vneid-hn.me
dichvucong.gov.vn.id
bác vào vneid.zip
bác vào dichvucong.to
xem ở vneid.tv
vneid-hn.id nhé bác
vneid。gov。vn。com
v n e i d . t o p
v.neid.c.om
vneid,com
vneid·com
vneid - com
vneid com vn
trang vneid com
www dichvucong-hn info
vneid chấm com
vneid chấm còm
https://dichvucong.gov.vn/redirect?u=evil.com
dichvucong.gov.vn/redirect?u=evil.com
https://vneid.gov.vn//evil.com
https://vneid.gov.vn/?next=https%3A%2F%2Fevil.com
VNEID.COM
Vneid.Com
vneid..com
vneid.рф
vneid.соm
vneid.cọm
dịchvụcông.com
vneid chấm top
vneid cham me
vneid dot com
vneid [.] me
vneid .me
vneid chấm vê nờ
dich vu cong cham com
vneid•com
vneid_com
hotro@vneid.gov.vn.co
vneid.gov.vn . com
vneid.gov.vn com
xn--abc.xn--p1ai
gov.vn.tc
vneid.g0v.vn
v n e i d com
ssh://vneid.gov.vn
""".strip().splitlines()

NO_NAMES = """
VNeID chấm gov chấm vn
vneid . gov . vn nhé
VNeID cham qua bac
công dân VN ở nước ngoài
BHXH VN
More info is on the page
Tap the top of the screen
VNeID online
web site của phường
VNeID.Bác mở
doi chau ti..bac nhe
Chờ...cháu
1.Bấm nút
10.30h
v.v...
VNeID 2.2.6.Bác
https://dichvucong.gov.vn/p/home/dvc-trang-chu.html?ma_thu_tuc=1.004227
xong.App hỏi
số 12.Ngõ 5
""".strip().splitlines()

IN_PIECES = (
    ("bác đọc giúp cháu", "mã otp trên máy"),
    ("bác chụp", "hai mặt căn cước", "gửi cháu"),
    ("vneid-hn", "chấm", "com"),
    ("bác chuyển", "200 nghìn", "vào số này"),
    ("1903672", "5814017"),
    ("bác gửi nhanh", "cái mã xác nhận kia", "cho cháu"),
    ("dichvucong-hn", ".", "com"),
    ("bác gọi cháu số 0912", "345", "678"),
    ("chụp căn cước", "rồi gửi cháu nhé"),
    ("vneid", "com"),
)
