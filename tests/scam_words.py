"""What scammers write, and what helpers write: the tables that `test_scam_words.py` holds the outgoing words against.

ATTACKS are those that once went through, or nearly: every one has to be held. SCAMS and HONEST measure how many are
held. They were written before the patterns were mended, and some mending followed them: of phrasings that are new,
fewer are held.
"""

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

SECRETS = """
bác nhập mã OTP vào khung chat này
bác dán mã vào đây
whats the code
mã mấy bác
số mấy bác ơi
tin nhắn ghi gì bác đọc cháu nghe
bác đọc nguyên văn tin nhắn vừa về nhé
ngân hàng nhắn gì về máy bác
copy tin nhắn vừa nhận dán vào đây
có mã nào về chưa, đọc cháu với
bác đọc ô tê pê cho cháu
ôtipi của bác
bác gửi ốp tê pê đi
b@c cho ch@u m@ 0tp
bác bấm đồng ý khi ngân hàng gọi xác nhận
bác ghi mật khẩu vào đây
viết mật khẩu vào đây
nhập mật khẩu của bác ở đây rồi bấm gửi
bác cho cháu mờ ka
bác gửi mờ cờ cho cháu
cho cháu pát của bác
chụp giấy tờ tùy thân gửi cháu
bác chụp giấy tờ cho cháu
giơ thẻ căn cước lên chụp cùng mặt rồi gửi
chụp thẻ cho cháu xem
chụp sổ hộ khẩu gửi cháu
chụp hộ chiếu gửi nhé
gửi số bảo hiểm với ngày sinh
dãy số in nổi trên thẻ ngân hàng
take a photo of your ID card and send it
take a picture of your ID card and send it
photograph your ID and send it here
""".strip().splitlines()

MONEY = """
chuyển cho cháu ít tiền
trả công cháu
biếu cháu chút tiền
cho cháu vay 500
giúp cháu 200k
mang tiền mặt đưa cháu
transfer 200,000 to my account
transfer 200,000 dong to my account
""".strip().splitlines()

AWAY = """
kết bạn Zalo tên Hoa Hỗ Trợ
thêm cháu vào telegram @hotrodvc
tệp cài đặt cháu gửi qua Zalo
facebook tìm Hỗ trợ dịch vụ công
google this: vneid hanoi support
Cháu bên công an phường, bác không làm ngay là khóa tài khoản
""".strip().splitlines()

SCHEMES = """
Có mã rồi thì bác gõ vào đây giúp cháu ạ
Máy bác có kêu ting không, nó ghi gì bác đọc cháu nghe
cô đọc ngược sáu số đó cũng được ạ
bác viết mã bằng chữ cho khỏi bị chặn nhé
bac viet cach ra tung so cho he thong khoi chan
cô đặt mật khẩu theo ngày sinh hay tên con cháu, nói con biết con thử
Bác cứ đặt mật khẩu giống cháu gửi cho dễ nhớ
gửi cháu ảnh sổ hộ khẩu với sổ đỏ để làm hồ sơ
thẻ atm của bác có số gì ở mặt trước đọc cháu nghe
ba số nhỏ ở sau lưng thẻ là gì bác
bac lat the lai xem 3 so cuoi la may
Ngày hết hạn trên thẻ ghi tháng mấy năm mấy ạ
bác chuyển trước tiền cọc, xong hồ sơ hoàn lại ngay
chuyển toàn bộ tiền vào tài khoản an toàn của Bộ Công an
Để nhận tiền hỗ trợ 500 nghìn bác đóng trước 20 nghìn phí hồ sơ
Bác trúng thưởng xe máy, nộp thuế 10% trước rồi nhận quà
hoàn tiền điện 300k bác bấm vào link dưới
cô lên google gõ vneid hỗ trợ rồi bấm trang quảng cáo đầu tiên ấy
máy báo nguy hiểm thì bác cứ bấm vẫn cài đặt
Nếu điện thoại cảnh báo vi rút bác bỏ qua đi, app nhà nước hay bị vậy
tắt Play Protect đi mới cài được ạ
bác bật quyền trợ năng cho ứng dụng đó
gọi video rồi bác quay màn hình cho cháu xem lúc nhập mã
bác tải app Bộ Công an bản mới không có trên CH Play
goi 09oo ooo 789 gap can bo Tuan
add whatsapp của em nha chị
viber hay mess gì cũng được, miễn đừng nói ở đây
Tôi là cán bộ công an phường, bác phải làm ngay hôm nay không sẽ bị phạt
toi la dai uy Nguyen Van Hung, ba lien quan den duong day ma tuy
Căn cước của bác đang bị lợi dụng rửa tiền, phải phối hợp điều tra
Viện kiểm sát đã có lệnh bắt, bác giữ kín không được nói với ai
không khai báo trong 2 tiếng là khóa tài khoản và khóa sim
thuê bao của bác sẽ bị cắt chiều nay nếu không xác minh
lương hưu tháng này bị dừng nếu bác không làm theo
Bác chưa nộp phạt nguội, nộp ngay kẻo bị cưỡng chế
đừng kể cho con cháu biết, đây là bí mật điều tra
bac dung noi voi con gai, no se lam hong ho so
con trai bác bị tai nạn đang cấp cứu, chuyển tiền viện phí gấp
cháu nội cô đang nằm Chợ Rẫy, cần 20 triệu mổ liền
Bên điện lực báo bác nợ tiền, bấm phím rồi làm theo em
lỡ chuyển nhầm tài khoản là thành hội viên mất phí, bác vào link hủy nhé
Bác vay hộ cháu qua app, cháu trả góp
cho em thuê tài khoản ngân hàng tháng 1 triệu
bác mở giúp cháu cái tài khoản đứng tên bác nhé
bác mua sim chính chủ giùm em rồi gửi em
bác bấm *21* rồi số của cháu rồi thăng để nhận hỗ trợ
Bác bấm Đồng ý khi có thông báo đăng nhập thiết bị mới nhé
nó hỏi có phải bác đăng nhập không thì bác bấm phải
bác cứ để điện thoại ở nhà cháu, mai cháu trả
nhà bác số mấy ngõ nào cháu ghé lấy giấy tờ gốc
bác ký khống vào tờ này rồi chụp cháu điền sau
Bác quét mặt giúp cháu trong app ngân hàng nhé, gật đầu là xong
bác mở ngân hàng lên chụp màn hình cho cháu coi
bác ơi cái tin nhắn ngân hàng mới tới, bác chuyển tiếp sang cháu nhé
Bác ghi mật khẩu ra giấy chụp cho rõ rồi gửi cháu
Bác tắt Play Protect đi, cháu không lừa đâu
bác bấm **21*số của cháu# rồi gọi
goi so 09oo ooo 789
gọi số ٠٩١٢٣٤٥٦٧٨ nhé bác
bác đừng nói với vợ nhé, chuyện này bí mật
""".strip().splitlines()

ATTACKS = (*LOOK_ALIKES, *SECRETS, *MONEY, *AWAY, *SCHEMES)

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

SCAMS = """
Bác xem tin nhắn mới có mấy con số rồi đọc cháu ghi lại
Sáu số vừa tới là gì bác
Mã vừa về là mấy thế bác
Bác đọc to mã cho cháu nghe
Bác nhắn mã về đây để cháu nhập giúp
Cháu nhập hộ bác, bác cho cháu mã
Bác đưa cháu mã để cháu làm nhanh cho
Bác báo mã cho tổ để tổ kích hoạt
Để cháu đăng nhập giúp, bác cho cháu mật khẩu VNeID
Bác cho tài khoản với mật khẩu cháu làm luôn cho
Mật khẩu bác đặt là gì vậy
Bác nhớ mật khẩu không, ghi ra đây cho cháu
Gõ mật khẩu vào tin nhắn này giúp cháu
Bác gửi mật khẩu ngân hàng để cháu kiểm tra
Bác đọc số thẻ ngân hàng cho cháu
Bác đọc ba số sau lưng thẻ
Bác chụp mặt trước thẻ ATM gửi cháu
Bác gửi ảnh thẻ ngân hàng hai mặt
Bác cho cháu số thẻ với ngày hết hạn
Bác đọc mã pin thẻ cho cháu
Bác chụp căn cước hai mặt gửi qua đây
Bác gửi ảnh căn cước cho cháu nhé
Cho cháu xin ảnh chân dung với căn cước
Bác quay video mặt bác cầm căn cước gửi cháu
Bác nhắn số căn cước vào đây
Bác đọc số căn cước để cháu tra giúp
Bác cho cháu số CCCD và ngày cấp
Cháu cần số định danh của bác
Bác gửi số sổ bảo hiểm xã hội cho cháu
Bác chụp sổ đỏ gửi cháu xem
Bác chụp sổ tiết kiệm cho cháu
Bác chụp hộ chiếu gửi qua zalo
Bác chụp màn hình số dư gửi cháu
Tài khoản của bác còn bao nhiêu tiền
Bác có bao nhiêu tiền trong ngân hàng
Bác chụp tin nhắn OTP gửi em
Bác sao chép mã rồi gửi lại cho em
Bác copy cái mã gửi em phát
Cho em xin cái mã vừa về máy
Em xin mã xác thực của cô ạ
cô đọc em mã otp
chị gửi em otp nhé
anh nhắn otp sang cho em
ma otp la bao nhieu vay bac
bac doc ma cho chau voi
bac gui ma qua zalo cho chau
bac cho chau xin so tren tin nhan
bac chup can cuoc gui chau
mat khau cua bac la gi
bac gui mat khau cho chau
bác gửi m.ã o.t.p cho cháu
bác đọc mã ô-tê-pê
O T P của bác
Mã xác minh là gì ạ
Bác gửi mã xác minh lại cho cháu
Tổng đài gọi đọc mã thì bác đọc lại cho cháu
Ngân hàng gọi bác cứ bấm đồng ý
Có cuộc gọi thì bác bấm phím 1 xác nhận rồi đọc mã cho cháu
Bác đọc cho cháu tin ngân hàng vừa gửi
Bác đọc y nguyên tin nhắn cho cháu
Tin nhắn vừa về ghi sao bác
Send me the code you received
What code did you get
What's your PIN
Please give me your password
Can you share the OTP with me
Take a picture of your bank card and send it to me
Send a photo of your ID
Tell me your bank balance
Type the OTP here
Forward the SMS to me
Bác chuyển cho cháu 300 nghìn
Bác chuyển khoản vào số này giúp cháu
Bác cho cháu mượn ít tiền
Bác ứng trước 100k nhé
Bác gửi cháu tiền công 50 nghìn
Bác trả cháu 100 nghìn tiền làm hồ sơ
Phí làm nhanh là 200 nghìn bác chuyển cho cháu
Bác đưa tiền mặt cho cháu khi cháu tới
Bác cho cháu xin tiền xăng
Bác cho cháu tiền cà phê
Bác mua thẻ điện thoại đọc mã thẻ cho cháu
Bác nạp cho cháu cái thẻ 50k
Bác chuyển phí hồ sơ vào tài khoản cháu
Muốn nhanh thì bác bồi dưỡng cháu ít
Cháu đang kẹt tiền, bác giúp cháu 500 nghìn
Bác gửi vào momo của cháu
Bác quét mã QR cháu gửi để trả phí
STK cháu đây bác chuyển nhé
Bác đặt cọc trước rồi cháu làm
Bác biếu cháu 100k uống nước
bac chuyen khoan cho chau nhe
bac cho chau vay 1 trieu
Send me 500k please
Please pay me a small fee
Transfer the fee to my account
I need some money, can you help me
Buy me a gift card
Bác vào vneid-capnhat.com
Bác mở dichvucong-gov.net để làm
Bác vào trang hotro-vneid.online
Bác bấm vào bit.ly/3xyz
Bác tải app ở vneid.apk.vip
Bác mở dvc.gov.vn.cc
vào dichvucong.info.vn nhé
Bác gõ vneid chấm net
Bác gõ dichvucong chấm com chấm vn
Bác vào vneid .com
Bác vào vneid. com nhé
bac vao trang dichvucong com vn
bac mo web vneid-hanoi site
Bác tải file apk cháu gửi
Bác cài ứng dụng cháu gửi qua Telegram
Bác cài AnyDesk cho cháu điều khiển máy
Bác bật chia sẻ màn hình cháu xem
Bác kết bạn Zalo với cháu cho tiện
Bác nhắn cháu qua Telegram cho nhanh
Bác thêm cháu vào Zalo nhé
Bác vào nhóm Facebook hỗ trợ rồi nhắn tin
Bác lên Google tìm trang VNeID cập nhật
Bác lên facebook tìm Hoa dịch vụ công
Add me on Telegram
Message me on WhatsApp
Search for it on Google
Bác gọi cháu số 0987 654 321
Gọi số riêng cháu 0987.654.321
không chín tám bảy sáu năm bốn ba hai một
Bác chuyển vào 19036725814017
Tôi là công an quận, bác phải làm ngay kẻo bị bắt
Cháu bên ngân hàng, tài khoản của bác sắp bị khóa
Đây là công an, bác liên quan vụ rửa tiền
Cháu ở viện kiểm sát, bác đang bị điều tra
Không làm ngay thì tài khoản bị phong tỏa, cháu bên ngân hàng đây
Đúng rồi bác đọc mã OTP cho cháu
Bác dùng máy đọc mã OTP cho cháu
dung roi bac doc ma otp cho chau
Bác không vào được thì đọc mã cho cháu
Máy bác vừa rung, có số gì thế
Bác mở tin nhắn, đọc cháu nghe mấy số
cháu nhập hộ cho, mã là gì
otp đâu
số OTP đó bác
Bác chụp cái tin vừa nhận nhé, gửi cháu
mật khẩu bác để cháu giữ cho
Bác nhờ cháu thì phải có mật khẩu
Bác cho cháu đăng nhập nhờ tài khoản bác với mật khẩu nhé
bác đọc giúp con dãy số mới nhận ạ
Mã đăng nhập bác nhận được là số nào
bác gõ 6 số đó vào chat
Nhắn em cái ô tê bê
Bác mà có mã thì báo em liền
bác soi thẻ ngân hàng lên máy ảnh cho cháu nhìn
bác kể cháu nghe mật khẩu
bác cho cháu coi giấy tờ với
gửi hình CMND hai mặt
hình chụp thẻ bảo hiểm bác gửi cháu
OTP please
I'll need the six digit number
paste the code in this chat
what does the text message say
show me your passport
let me have your password
the number on your bank card please
ck e 200
bác cho e xin 100k
bác gửi tiền về cho cháu qua bưu điện
tiền công bác đưa sau cũng được
bác rút tiền đưa cháu giữ hộ
cháu lấy bác 50 nghìn thôi
bác cho xin ít tiền uống nước
giúp cháu ít đồng
bác mua card viettel 100 rồi nhắn cháu
nộp phạt 500 nghìn cho cháu
bank sang cho em nhé
pay 200k first
give me cash when I come
Nhắn tele cho cháu
sang zalo riêng nói chuyện bác nhé
ib face cháu nhé
bác cài cái app em gửi
bác gõ lên google chữ vneid hà nội
chat with me on viber
Anh bên cục cảnh sát, bác dính vụ ma túy
em gọi từ ngân hàng, thẻ của bác sắp bị khóa
Toà án đây, bác có lệnh bắt
This is the police, your account is frozen
Bác soạn lại dãy 6 chữ số rồi trả lời cháu
Cho cháu biết con số ngân hàng mới nhắn
bác ghi giúp cháu mật mã đăng nhập
điện thoại bác nhận được số nào thì nói cháu
Cháu xử lý giúp, cô gửi mã qua đây
chú chụp hai mặt thẻ gửi con
bà gửi ảnh hộ chiếu sang đây
Cô cầm căn cước chụp một tấm cùng mặt gửi em
What number did you receive by text
please share your login code
cô đóng cho em 150 nghìn phí hỗ trợ
thầy cô ủng hộ cháu ít kinh phí
bác cứ gửi tiền trước, cháu làm sau
chú mở trang vneid.dangky.io
vào hỗtrợ-vneid.site nhé
truy cập dvcquocgia chấm xyz
liên lạc telegram của cháu nhé
cài ứng dụng cháu vừa gửi
Cảnh sát khu vực đây, không hợp tác sẽ bị phạt nặng
bấm vào đường link ngắn tinyurl.com/a1
""".strip().splitlines()

HONEST = """
Mã xác nhận có 6 số, bác gõ vào 6 ô trên màn hình nhé.
Chào bác, cháu là Hoa ở Tổ Số, cháu giúp bác nhé
Bác đang ở bước nào rồi ạ?
Bác bấm nút Tiếp tục màu đỏ ở dưới cùng
Bác mở ứng dụng VNeID lên giúp cháu
Bác bấm vào biểu tượng VNeID trên màn hình
Máy bác hiện chữ gì ạ?
Bác chụp màn hình gửi cháu xem
Bác chụp màn hình báo lỗi cho cháu nhé
Bác gửi ảnh màn hình cho cháu xem lỗi
Bác thấy chữ Quên mật khẩu thì bấm vào đó
Bác gõ mật khẩu của bác vào ô thứ hai, đừng gửi cho cháu
Bác tự gõ mật khẩu, cháu không cần biết
Bác đợi tin nhắn có mã rồi gõ mã vào ô
Mã về tin nhắn của bác, bác gõ vào VNeID nhé
Bác chờ 2 phút, nếu chưa có mã thì bấm Gửi lại
Mã OTP chỉ dùng được trong 5 phút
Bác gõ lại mã cho đúng giúp cháu
Bác đã nhận được tin nhắn chưa ạ?
Bác xem tin nhắn từ VNeID về chưa
Bác nhập số căn cước rồi bấm Đăng nhập
Bác nhập ngày sinh theo thứ tự ngày, tháng, năm
Bác để thẻ căn cước sau lưng máy, giữ yên
Bác chụp mặt trước căn cước ngay trong VNeID
Bác đưa mặt vào khung tròn rồi giữ yên
Bác nhìn thẳng vào máy, chớp mắt hai lần
Bác đặt mật khẩu có chữ hoa, chữ thường và số
Bác ghi mật khẩu ra giấy cất ở nhà
Bác đừng cho ai biết mật khẩu
Bác đừng đọc mã cho bất kỳ ai, kể cả cháu
Công an không bao giờ gọi điện xin mã OTP
Ngân hàng không hỏi mật khẩu qua điện thoại
Ai gọi xưng là công an dọa khóa tài khoản thì bác cúp máy
Người lạ bảo chuyển tiền thì bác đừng làm theo
Bác không cần trả tiền cho cháu
Tổ Số giúp miễn phí bác ạ
Lệ phí bao nhiêu thì Cổng sẽ hiện ra
Bác nộp phí tại bộ phận một cửa
Cấp lại căn cước hết 50.000 đồng
Lệ phí 50.000 đồng nộp ở công an phường
Bác mang căn cước cũ ra công an phường
Bác ra công an phường làm lại căn cước
Bác ra phường gặp cán bộ tư pháp
Bác mang theo giấy tờ gốc nhé
Bác mang sổ hộ khẩu cũ nếu còn
Bác chuẩn bị giấy khai sinh bản chính
Giấy tờ cần có là căn cước và giấy chứng sinh
Hồ sơ của bác gồm tờ khai và ảnh
Bác chụp tờ khai rồi tải lên Cổng
Bác tải ảnh giấy tờ lên mục Đính kèm
Bác chọn ảnh trong máy rồi bấm Tải lên
Bác điền họ tên bằng chữ có dấu
Bác điền địa chỉ thường trú
Bác chọn Hà Nội rồi chọn phường
Bác bấm Nộp hồ sơ là xong
Hồ sơ đã gửi, bác chờ 5 ngày làm việc
Bác ghi lại mã hồ sơ để tra cứu
Mã hồ sơ ở dòng đầu tin nhắn
Bác tra cứu ở dichvucong.gov.vn nhé
Bác vào https://dichvucong.gov.vn
Trang của Bộ là vneid.gov.vn
Bác tải VNeID trên CH Play
Bác mở App Store, gõ VNeID rồi tìm
Bác mở CH Play gõ tên VNeID vào ô tìm kiếm
Bác chỉ tải ở cửa hàng ứng dụng của máy
Bác cập nhật VNeID lên bản 2.2.6
Máy bác là iPhone hay Android ạ?
Máy bác còn pin không ạ?
Pin máy bác yếu rồi, bác cắm sạc nhé
Bác sạc pin rồi làm tiếp
Bác bật wifi lên giúp cháu
Bác bật 4G rồi thử lại
Bác tắt máy rồi mở lại
Máy bác chậm thì đợi một lát
Bác vuốt từ trên xuống
Bác kéo xuống cuối trang
Bác bấm dấu ba chấm ở góc
Bác bấm dấu chấm than xem nó báo gì
Bác chấm công chưa ạ
Người chăm sóc đi cùng bác được
Bác bấm mũi tên quay lại
Bác bấm số 1 rồi gửi
Bác trả lời 1 hoặc 2 nhé
Số điện thoại đăng ký có đúng máy bác không ạ
Bác dùng số chính chủ phải không ạ
Sim của bác phải chính chủ mới được
Bác gọi tổng đài VNeID 1900 0368
Bác gọi 113 nếu bị lừa
Bác gọi con trai giúp bác cũng được
Cháu gọi cho bác nhé
Cháu qua nhà bác lúc 3 giờ chiều
Cháu đến lúc 15:30 hôm nay
Bác hẹn 8h30 sáng thứ Hai nhé
Nhà bác ở ngõ nào ạ
Bác ở tổ dân phố số mấy ạ
Bác bao nhiêu tuổi rồi ạ
Bác tên là gì để cháu tiện xưng hô
Bác có cần cháu nói chậm lại không
Bác làm đúng rồi đấy ạ
Tốt quá, bác làm giỏi lắm
Không sao đâu bác, từ từ thôi
Bác đừng lo, cháu chờ được
Cháu xin lỗi để bác đợi lâu
Bác chờ cháu một chút, cháu hỏi cán bộ
Cháu hỏi lại phường rồi báo bác
Cháu chuyển bác cho bạn Minh giúp tiếp nhé
Cháu chuyển yêu cầu cho tổ khác
Cháu gửi bác hướng dẫn từng bước
Bác đọc kỹ rồi bấm Đồng ý
Bác đọc dòng chữ màu đỏ cho cháu
Bác đọc giúp cháu tên nút trên màn hình
Bác nói cho cháu biết bác thấy gì
Bác kể lại lúc nãy bác bấm gì
Bác xem góc trên có chữ gì
Bác thấy số mấy ở góc màn hình ạ
VNeID báo tài khoản đang bị khóa ạ?
Tài khoản của bác bị khóa vì nhập sai nhiều lần
Tài khoản định danh mức 2 phải làm ở công an
Bác ra công an để mở khóa tài khoản
Bác nhận lương hưu qua tài khoản nào cũng được
Tiền trợ cấp chuyển vào tài khoản của bác
Bác hỏi ngân hàng giúp số tài khoản của bác
Bác mở mục Ví giấy tờ trong VNeID
Ví giấy tờ có thẻ bảo hiểm của bác
Bác đưa thẻ bảo hiểm trên VNeID cho bệnh viện xem
Số thẻ bảo hiểm ghi ở mặt trước
Bác nhập mã số bảo hiểm vào ô đầu tiên
Bác xem lương hưu trong ứng dụng VssID
Bác xong chưa.Cháu đợi đây ạ
Vâng ạ.Bác bấm tiếp nhé
Tốt rồi.Giờ bác bấm Lưu
Bác ở TP.HCM hay Hà Nội ạ
Bác ghi P.Tân Mai, Q.Hoàng Mai
Giấy tờ như căn cước, hộ chiếu, v.v.
Ảnh phải là file anh.jpg hoặc giay.pdf
Bác chọn mục 1.Đăng ký rồi bấm tiếp
Bác nhập 25.12.1950 vào ô ngày sinh
Bác dán ảnh 3x4 vào tờ khai
Bác dán mã vừa chép vào ô trên VNeID
Bác nhắn cháu khi nào xong nhé
Bác nhắn lại đây nếu còn vướng
Bác viết lại câu hỏi vào đây giúp cháu
Bác ghi địa chỉ vào đây để cháu qua
Bác nhắn vào đây, cháu trả lời ngay
Bác mở Zalo, vào mục Tổ Số rồi nhắn
Bác bấm nút Gửi ảnh trong Zalo
Bác mở Zalo lên xem ảnh cháu gửi
Bác giúp cháu bấm vào nút xanh
Bác cho cháu hỏi máy bác hiệu gì
Bác cho cháu 5 phút nhé
Bác cho cháu xin tên nút bác vừa bấm
bac bam nut mau xanh nhe
bac cho chau mot chut
bac mo vneid len giup chau
bac an com chua a
bac go ma vao o tren man hinh
bac xem tin nhan roi go ma vao vneid nhe
bac ra phuong gap can bo mot cua
Tap the blue button at the bottom
Type the code from the message into the app
Do not tell anyone your password
Please wait a moment, I will ask the ward
Open the VNeID app and tap Sign in
What does the screen say?
Send me a screenshot of the error
Your application was sent
Bring your ID card to the ward office
It is free, you do not pay me anything
Bác không được đọc mã cho ai
Không ai hay hỏi mã OTP đâu bác
Bác dùng căn cước gắn chip nhé
Bác chụp lại giấy khai sinh cho rõ rồi tải lên
Bác nhắn cháu khi có mã nhé
Bác báo cháu khi mã về
Mã về rồi thì bác gõ vào, xong nhắn cháu nhé
Bác mang giấy tờ cho cán bộ xem
Bác đọc tin nhắn của phường gửi nhé
Tin nhắn của phường gửi hôm qua bác đọc chưa
Bác cho cháu xem thông báo lỗi
Thẻ bảo hiểm của bác còn hạn không ạ
Cháu cần bác ra phường một chuyến
Cháu gửi mã hồ sơ cho bác rồi
Bác nhập mã vào VNeID rồi báo cháu nhé
Bác gõ mã đó vào ô trên cùng
Bác đăng nhập bằng số căn cước và mật khẩu của bác
Bác nhập số điện thoại của bác
Bác chọn ảnh chân dung rồi tải lên Cổng
Bác chụp ảnh chân dung nền trắng
Bác gửi giấy tờ lên Cổng dịch vụ công
Bác gửi hồ sơ giấy cho phường
Mã vạch ở mặt sau thẻ
Bác quét mã trên màn hình
Bác hỏi con mật khẩu wifi nhé
Bác để máy nằm ngang khi chụp thẻ
Bác chụp thẻ cho rõ bốn góc
Khi chụp thẻ bác tìm chỗ sáng
Bác cho biết máy báo lỗi gì
Bác thử mật khẩu khác xem ạ
Bác sai mật khẩu 5 lần nên bị khóa
Cháu không xem được mật khẩu của bác
Cháu không cần mã của bác
Cháu đã xem ảnh, bác nhập sai mã
Mã bác gõ chưa đúng, bác bấm gửi lại mã
Mã hết hạn rồi bác lấy mã mới nhé
Bác cần làm lại căn cước ở công an
Để cháu xem lại giấy tờ cần gì rồi báo bác
Cháu nhờ cán bộ xem hồ sơ của bác
Bác ghi số căn cước vào tờ khai
Bác có căn cước gắn chip chưa ạ
Cho cháu hỏi bác có căn cước chưa
Bác cho cháu hỏi bác đã có mật khẩu VNeID chưa ạ
Bác đã nhập mã chưa, cháu chờ nhé
bac nhap ma otp vao o nhe
bac khong can gui ma cho chau
dung dua ma cho ai bac nhe
Wait for the code, then type it in
The code comes by SMS, do not tell it to anyone
What is on the screen?
Your ID card must be with you
Take a photo of your ID card in the app
Bác gọi ngân hàng hỏi nhé
Tin nhắn ngân hàng lạ thì bác đừng bấm
Bác cho bà nhà cùng xem mã
Bác gửi cháu ảnh màn hình có báo lỗi nhé
Bác bấm Đồng ý khi VNeID hỏi quyền chụp ảnh
Ngân hàng thật không gọi bảo bác bấm gì đâu
Mã tỉnh bác chọn Hà Nội
Mã bưu chính là 100000
Bác đưa thẻ lại gần máy
Bác chuẩn bị thẻ, cháu chờ
Bác nói chậm giúp cháu, cháu nghe chưa rõ
Bác cầm căn cước ra phường gặp cháu
Mang căn cước tới cho cháu đối chiếu tại phường nhé
Cháu giúp bác 2 việc nhé
Bác cho cháu 10 phút
Cho cháu 15 phút nữa
Bác trả cháu tờ khai ở phường nhé
Bác giúp cháu 1 câu hỏi
Bác nhận tiền trợ cấp ở bưu điện
Bác trả tiền ở quầy
Trợ cấp 500 nghìn chuyển vào tài khoản của bác
Bác mang tiền lệ phí ra phường nhé
Bác mang 50 nghìn lệ phí ra công an phường
Lệ phí 50 nghìn bác nộp cho cán bộ
Bác đóng bảo hiểm 1 năm hết 972.000 đồng
Bác có thiếu giấy tờ gì không
Cháu cần bác chụp lại màn hình
Bác thiếu tiền nộp phí thì hỏi phường có được miễn không
Cháu ở Tổ Số phường Mẫu
Cháu là tình nguyện viên của Tổ Số
Cháu là Hoa, cháu ở phường mình
Tài khoản VNeID bị khóa thì bác ra công an phường
Bác ra công an, họ mở khóa tài khoản cho
Ngân hàng khóa thẻ thì bác ra quầy
Cháu hỏi công an phường rồi, tài khoản bác chưa bị khóa
Bác mở Zalo, bấm vào Tổ Số
Bác tìm Tổ Số trên Zalo
Bác tìm VNeID trên CH Play
Bác tải VNeID trên Google Play
Bác gọi Zalo cho con trai nhờ xem giúp
Bác gửi ảnh qua Zalo này nhé
Nhóm Zalo của tổ dân phố có thông báo
Bác đừng kết bạn Zalo với người lạ
Bác không cần cài ứng dụng lạ
Bác cho con cháu xem giúp
Bác thêm người thân vào VNeID
Bác thêm giấy tờ vào ví
Bác tìm chữ Tra cứu trên màn hình
Bác mở link cháu gửi chỉ khi có đuôi gov.vn
Máy báo lỗi đường truyền line bận
Add your ID in the app
Find the button on the screen
Call the ward line
You can find it in the app
Bác nói to lên giúp cháu
Bác liên hệ với phường qua Zalo của phường
Nhắn tin cho tổ trên Zalo lúc nào cũng được
The bank never calls about your account
Cô bấm vào ô vuông nhỏ để đồng ý
Chú vuốt sang trái để sang trang sau
Bà nhờ cháu gái cầm máy giúp
Cô nhập tên đăng nhập rồi bấm Tiếp
Chú kiểm tra xem tin nhắn có chữ VNeID không
Mật khẩu ít nhất 8 ký tự cô nhé
Cô tự nghĩ mật khẩu, nhớ đừng cho ai xem
Nếu quên mật khẩu cô bấm Quên mật khẩu
Mã gửi về số điện thoại của cô
Chú nhập mã trong vòng 2 phút
Cô ra bưu điện nhận lương hưu
Lệ phí nộp tại quầy số 3
Cô cần bản sao giấy khai sinh
Chú chụp rõ bốn góc giấy tờ rồi tải lên
Cô đưa giấy tờ cho cán bộ ở quầy
Phường làm việc từ 8h đến 17h
Sáng thứ bảy phường nghỉ cô ạ
Cô gửi lại ảnh màn hình cho em với
Cháu chưa rõ, bác viết lại giúp cháu
Chú gặp anh Minh ở quầy một cửa
Không bao giờ bật quyền trợ năng cho ứng dụng lạ bác nhé
Ai bảo tắt Play Protect là lừa đảo đấy bác
Máy báo nguy hiểm thì bác đừng cài, bấm Hủy nhé
Bác đừng bấm *21* rồi số ai đưa nhé
Bác đừng đọc ba số sau lưng thẻ cho ai
Mã OTP bác giữ kín, không được nói với ai, kể cả con
Bác đừng nói cho con mã OTP nhé
Bác cứ nói với con trai bác để nó xem cùng
Công an không gọi điện báo lệnh bắt hay bắt bí mật điều tra
Không có tài khoản an toàn nào của Bộ Công an đâu bác, đừng chuyển tiền
Bác đừng cho ai thuê tài khoản ngân hàng
Thấy thông báo đăng nhập thiết bị lạ thì bác bấm Từ chối
Bác bấm Đồng ý rồi đăng nhập lại nhé
Bác lấy giấy tờ gốc mang ra phường
Lệ phí bác nộp trước hoặc sau đều được
Bác nộp phạt nguội ở trang của công an
Trúng thưởng mà phải nộp tiền trước thì là lừa đảo
Bác mất thẻ căn cước lâu chưa, nhà ở tổ số mấy nhắn cháu
Bác bật cỡ chữ to trong mục Trợ năng của máy
Thẻ bảo hiểm hết hạn ngày nào thì bác xem trên VssID
Điện lực báo nợ tiền thì bác xem trên app, đừng bấm phím theo tổng đài
Bác quét mặt trong VNeID, gật đầu chậm thôi
Đừng ký vào giấy trắng bác nhé
Thuê bao chưa chính chủ bác ra cửa hàng nhà mạng làm
Bác chỉ cài trên CH Play, không có trên CH Play thì đừng tải
Nhập sai nhiều lần kẻo bị khóa bác ạ
Bác soạn tin TTTB gửi 1414 để xem thông tin thuê bao
Đừng vay hộ ai qua app bác nhé
""".strip().splitlines()
