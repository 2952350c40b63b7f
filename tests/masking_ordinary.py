"""What residents and volunteers write with numbers in it that are no secrets: a list, and some of each kind."""

from itertools import product

WRITTEN = """
mã lỗi 1009
VNeID báo mã lỗi 1009
nó hiện mã lỗi 1009 khi bác nhập mã OTP
app báo lỗi 503
bị lỗi 404 rồi cháu
lỗi 1001 là gì hả cháu
error code 1009
mã bưu chính 10000
mã bưu điện 100000
mã hồ sơ 12345678
mã hồ sơ 000.00.12.H26-251120-0045
mã hồ sơ của bác là H26.12-251120-0045
mã số thuế 0101234567 nộp ở đâu
mã yêu cầu A0001
nhận A0001
bác ơi yêu cầu H4821 sao rồi
lịch hẹn X0001
mã hẹn X12345
mã vùng 84
mã tỉnh 01
mã phường 00123
mã vạch ở sau sách
mã QR ở đâu
gọi 113
gọi 112, 113, 114, 115
gọi 1022
tổng đài 19001009
tổng đài 1900 1009
gọi 1900.1009 không được
hotline 18001091
gọi 1800 1091
lệ phí 500.000 đồng
phí 150000
phí 50000 đồng
nộp 100.000đ
bác chuyển 2.000.000 rồi
tài khoản còn 1000000
lương hưu 3.500.000 đồng một tháng
tiền điện tháng này 457.000
tiền nước 152.500 đồng
giá 1,200,000
hết 35 nghìn
khoảng 1500000 đồng
tài khoản còn 1.500.000
bị trừ 500000 trong tài khoản
nạp 20000 vào điện thoại
thiếu 70.000 thì nộp ở đâu
trợ cấp 500.000 mỗi tháng
1.000.000.000 đồng
phạt 200.000 - 500.000 đồng
ngày 20/11/2025
ngày 5/3/2026 bác đi được không
hẹn 14:30 ngày 12/11/2026
hẹn 8h30 sáng mai
8:30 sáng thứ 2
lúc 14h mở cửa à
từ 7h30 đến 17h
từ 7:30-11:30
sinh năm 1945
bác sinh năm 1959 có cần đổi thẻ không
bác sinh ngày 12/05/1959
ngày sinh 1/1/1950
sinh 1960
năm 2025
từ 2023 đến 2025
giai đoạn 2021-2026
tháng 12/2026
hạn đến 31/12/2026
thẻ BHYT hết hạn 12/2026
thẻ bảo hiểm y tế hết hạn 31/12/2025
căn cước hết hạn năm 2027
hộ chiếu hết hạn 6/2027
mật khẩu đổi từ năm 2023
quên mật khẩu từ năm 2023
mật khẩu là 8 ký tự đúng không
mật khẩu cần 8 chữ số à
mã OTP có 6 số
mã OTP gồm 6 chữ số phải không
mã có hiệu lực 5 phút
mã OTP gửi lúc 14:30 mà chưa thấy
mã OTP chưa về, bác chờ 15 phút rồi
mã gửi lúc 8h30
mã xác nhận bao giờ về
nhập sai mã 5 lần bị khóa 24 giờ
nhập sai 3 lần rồi
sai mật khẩu 5 lần
bước 3
bước 2/5
bước 1, 2, 3 xong rồi
bác làm đến bước 4 rồi
số 1
số 2 nhé
chọn 3
1
2
12
65
65 tuổi
bác 78 tuổi rồi
72 tuổi rồi có được miễn không
nhà bác có 4 người
hộ có 5 nhân khẩu
tổ 12
tổ dân phố số 15
tổ 12 phường Láng
số nhà 125
nhà số 12 ngõ 345
số 5 ngõ 1194 đường Láng
phòng 1204 tòa CT2
căn hộ 1512
tầng 15 phòng 1508
tòa nhà 25 tầng
quầy số 4
cửa số 6
số thứ tự 125
bác số thứ tự 1234
xe 29A-12345
biển số 29H1-12345
biển số 30E 123.45
nghị định 168/2024
nghị định 45/2020/NĐ-CP
thông tư 04/2025
luật căn cước 2023
điều 15 khoản 2
quyết định 06
đề án 06
iPhone 15
iphone 12 pro max
samsung A54
samsung galaxy s24
điện thoại đời 2019
android 14
ios 18.5.1
VNeID 2.2.6
bản 2.1.15 rồi
windows 11
mức 2
định danh mức 2
tài khoản định danh mức 2
tài khoản mức 2 chưa kích hoạt
mục 2
câu 5
trang 25
kênh 13
tuyến 32
xe buýt 16
quận 12
phường 14
khu 3
sim 4 số cuối
3 bản sao
2 ảnh 3x4
ảnh 4x6
giấy khổ A4
photo 5 bản
nộp 2 bộ
5kg gạo
cách 500m
cao 1m65
huyết áp 140/90
nặng 60 kg
nhiệt độ 38.5
được 8 điểm
chờ 15 ngày làm việc
sau 30 ngày
trong 24 giờ
khoảng 45 phút
3 tuần rồi chưa có
2 tháng trước
đợi từ 8 giờ đến 10 giờ
tuần sau thứ 5
thứ 2 đến thứ 6
thứ 7 có làm không
chủ nhật 30/11
mồng 5 tết
hôm 25 tháng chạp
2 vợ chồng
3 đứa cháu
con trai 35 tuổi
con thứ 2
năm nay 70
hưởng 80%
được giảm 50 phần trăm
thanh toán 80% chi phí
ba mươi phút nữa
hai ba hôm nữa bác ra
một hai hôm nữa
năm sáu người
bảy tám mươi tuổi rồi
ba bốn lần rồi không được
mười giờ sáng
hai mươi tháng mười một
bác sáu mươi lăm tuổi
một triệu hai trăm nghìn
hai trăm năm mươi nghìn đồng
năm mươi lăm nghìn
nhà có ba người con
không hai lòng
năm ngoái bác làm rồi
sau năm ngày thì có
hai ông bà một mình
I pressed number 3
step 4 of 5
I was born in 1959
the fee is 500,000 dong
it says error 503
open from 8:00 to 17:00
on 12/11/2026
call 113
version 2.2.6
my phone is an iPhone 12
page 12 of 30
24 hours
I am 68 years old
bác ở CT1 khu đô thị
lô 12 dãy B5
hợp đồng số 125/2024
số công văn 1234/UBND
mã đơn 123456
mã khách hàng PD12345678
mã khách hàng điện 123456
mã số học sinh 123456
mã thủ tục 1.004222
mã giảm giá 20000
mã vé 1234
số hồ sơ 12345678
số biên nhận 251120
hồ sơ nộp ngày 12-11-2025
hẹn trả 15.12.2025
ngày 12.11
20-11
từ 1/7/2025 sáp nhập phường
1/7 năm nay
sổ hộ khẩu bỏ từ 2023
ok 100%
1 2 3 bắt đầu
dạ 5 phút nữa
4G yếu quá
mạng 5G
wifi 2.4
zalo 3 ngày nay không vào được
sim 3G cũ
pin còn 15%
điện thoại còn 1234 tin nhắn
còn 2 bước nữa
đã làm 10 lần
8/3 tặng hoa
2/9 có làm việc không
30/4 nghỉ không
nghỉ từ 30/4 đến 3/5
nhà 3 tầng
ngõ 1194
số 12/345 Láng
B12 tập thể
nhóm 4
đội 7
xóm 5
ấp 3
thôn 2
khóm 1
trường cấp 2
lớp 1A2
lớp 10A5
tiêm mũi 3
đơn thuốc 7 ngày
viện 108
viện 103
bệnh viện 198
cúc 12 cánh
12/34/56 Ngô Gia Tự
bác ở 12/34/56 Ngô Gia Tự
số 12/34/56 đường Ngô Gia Tự
nhà bác ở 5/12/48 Lạc Long Quân
thẻ ngân hàng hết hạn 09/28
thẻ atm hết hạn 09/28 thì đổi ở đâu
thẻ ngân hàng của bác hết hạn tháng 9
thay pin 350000
điện thoại pin 4500
pin 5000 mah dùng được mấy ngày
thay pin hết 350000
2024 2025 2026
các năm 2024 2025 2026
từ 2024 đến 2026
năm 2024 và 2025 và 2026
tọa độ 21.0456, 105.8
toạ độ 21.0456, 105.8123
cột điện 123456
cột điện số 123456
nhà số 123456
số nhà 123456
100 và 200
200 rồi 300 nghìn
bước 2 rồi 3 rồi 4
bước 2 và bước 3
làm bước 1 rồi đến bước 2 rồi 3 mà không được
mã otp về 2 lần rồi 3 lần
chờ mã từ 8 giờ đến 10 giờ
bác đợi mã otp 15 phút rồi
đợi mã otp mất 5 phút rồi 10 phút
nộp 200 nghìn rồi 300 nghìn
phí 150 nghìn và 200 nghìn
bảy trăm ba mươi tám nghìn
một trăm hai mươi nghìn và hai trăm nghìn
một triệu hai trăm ba mươi nghìn đồng
quên mật khẩu từ năm 2023 đến 2025
quên mật khẩu mấy hôm nay
mật khẩu là gì mà dài thế
mật khẩu là tám ký tự trở lên phải không
mật khẩu là do bác tự đặt à
mật khẩu phải có sáu ký tự
mật khẩu là chữ và số
đăng nhập bằng vân tay được không
đăng nhập bằng iphone15
đăng nhập lúc 8h30phut
đăng nhập vào dichvucong
đăng nhập trên 2 máy
tài khoản mức 2
tài khoản định danh mức 2
tài khoản của bác bị khóa 3 hôm
tài khoản vneid mức2
bác vào ô mật khẩu rồi
gõ gì vào ô mật khẩu
bác gõ sai mật khẩu 3 lần
iphone15 quên mật khẩu
samsung galaxy a12 là mật khẩu máy à
cvv là gì
cvv nằm ở đâu hả cháu
mã cvv có 3 số
mặt sau thẻ có chữ gì
thẻ có 16 số
thẻ cào 50000
thẻ căn cước 2 mặt
số thẻ bảo hiểm nằm ở đâu
hộ chiếu làm mấy ngày
hộ chiếu phí 200000
hộ chiếu còn hạn đến 2030
bảo hiểm y tế 2026
bảo hiểm y tế hộ gia đình 5 người
bảo hiểm y tế đóng 1263600 đồng
một hai ba bốn
ba số cuối là gì
hai với ba là năm
khoa nội tầng 3
mã khoa khám bệnh
mã khoa nội 12
xã Hải Nam, nhà hainam
tổ 7 với tổ 8
ngày 12 và 13
ngày 12/11 và 13/11
từ thứ 2 đến thứ 6, 7:30 đến 11:30
từ 7h30 đến 11h30 rồi 13h30 đến 17h
số nhà 12 rồi đến 14
đơn 12 và 15
số 7 và số 9
H2O
ngõ 10O
phòng 30l2
I have 2 or 3 questions
number one and number two
twenty thirty minutes
one hundred thousand dong
the fee is one hundred fifty thousand
the password is too long
the password or the 6-digit passcode
tài khoản của bác bị trừ 9.900.000đ
login does not work on my iPhone15
my account is level 2
goi 0243 ma khong duoc cai so nao
luật số 26/2023/QH15
biên nhận số 1542/2026
tin nhắn từ 8069 có phải lừa không
soạn TTTB gửi 1414
bị trừ 11000 phí sms
password reset not working
sai mật khẩu dichvucong
nhập mật khẩu trên redmi9a bị sai
mở máy mất 2 phút
rút tiền ở cây atm gần 1102 đường Láng
thẻ atm rút được 2 triệu
bước 1 rồi 2 rồi 3 rồi 4
cccd có 12 số, 3 số đầu là gì
quên mật khẩu từ hồi tháng 3, giờ thêm 2 máy nữa
xác nhận hồ sơ H29.10-241203-0015 chưa
kích hoạt mức 2 ngày 20/11
Giấy xác nhận cư trú (CT07)
mất mã signed_in_2024
cháu sinh năm hai nghìn lẻ sáu đòi lấy vợ
thẻ có giá trị đến hai nghìn không trăm hai sáu
tôi với ông ấy bảy mươi hai với sáu tám rồi
đồng bộ bệnh án không thì năm sau không được khám
tôi gọi cái số một nghìn không trăm hai mươi hai
ngày 2026-11-24
vào máy lúc 8 giờ
thanh toán bằng 3 cách
mua bằng 2500 đồng
phòng 101 hay 102
mã lỗi 503 hay 404
cứ 5 năm 3 tháng 2 lần
5 người hai bà 3 ông một cháu
báo lỗi 503 khi đăng nhập
bình 1000l nước
số thứ tự 1034 bao giờ đến lượt
ngách 29/56/8 phố Trần Cung
P.1504 nhà N05
tin nhắn số 1234
tin nhắn từ số 1234
tin nhan so 1234
nhận được công văn số 1234
bác nhận được giấy mời số 1234
văn bản số 12345 gửi cho bác
lỗi mã 1009
mã lỗi E1009
mã lỗi VN-1009
mã iphone12
otp vneid2
otp 5phut chưa về
mã otp 15p
mã otp gồm 6so
otp gửi lúc 8h30
mã đơn hàng SPX482913
mã hồ sơ ab12cd34
mã A4829
mã otp buoc2
pin còn 48
pin còn 482 phút
pin 20%
mã 503 là lỗi gì
cvv2 là gì
otp số 2
mã 2
mật khẩu cấp 2
mật khẩu 2 lớp
mã là 8 số
mã 12 chữ số
mã otp 2 tiếng chưa về
quên mật khẩu 12 hôm nay
mà 15 hôm nữa
nhập mã bước 2
mã otp có 2 phần
mã tổ 12
nó báo mã 1009
mã thông báo 1009
vneid hiện mã 1009 là sao
no bao ma 1009
báo mã E1009
nó báo mã 1009 khi đăng nhập
ứng dụng báo mã 1009
mã lỗi nó hiện là 1009
nó báo là mã 1009
nó hiện lên mã 1009
mã hiện trên màn hình là 1009, lỗi gì vậy
it shows code 1009
the app shows error 1009
bị báo mã 1009 hoài
nó hiện mã 403 forbidden
app báo mã 503
màn hình hiện mã 2004
nó ra mã 1012 rồi đứng
hien ma 404 not found
máy báo mã 5001 thử lại sau
hệ thống trả mã 500
trang web hiện mã 502 bad gateway
mã thông báo 2004 là gì
mã 404 not found
mã 500 internal server error
code 503 service unavailable
https://dichvucong.gov.vn/tthc?ma_thu_tuc=1.004222
https://phuong.gov.vn/?page=3&id=1204
nó hiện <b>lỗi</b> 1009
a<b và c>d
zalo nó báo mã 1203
nó ghi mã 1009
nó cứ hiện mã 3001
vào là báo mã 500
máy hiện chữ mã 4003
nó nhảy ra mã 2011
mật khẩu là tùy mình
mật khẩu là hồi trước
pass là j z
mk ghi trong cuốn sổ đỏ
hồ sơ 30125566 và 30125577
biên nhận 2204 và 2209
từ 1975 rồi đến 1986 rồi đến 2000
bé Bin sinh 2019
cháu ơi bác quên mật khẩu rồi
mật khẩu là gì vậy cháu
mật khẩu phải viết hoa à
mật khẩu vneid bác quên mất rồi
mật khẩu bác để ở đâu không nhớ
mật khẩu là tên con bác mà nó báo sai
mật khẩu là chữ hay là số
mật khẩu là phải có chữ hoa
mật khẩu là cái gì mà nó đòi hoài
mật khẩu là do con bác đặt
mật khẩu là con tôi giữ
mật khẩu là không được cho ai biết đúng không
mật khẩu là của ai
mật khẩu là bí mật mà
mật khẩu là bác tự nghĩ ra hả
mật khẩu là quên rồi
mk là gì cháu
mk la gi
mat khau la gi ha chau
mat khau la phai co so a
mat khau la con toi dat
pass là gì vậy
pass wifi nhà bác ai biết
pass wifi ở phường là gì
pass vneid quên rồi
pass bị sai hoài
pass cũ không dùng được
pass đổi ở đâu
mk sai
mk cũ không nhớ
mk zalo quên luôn
mk vneid đổi sao
mật khẩu mới phải khác mật khẩu cũ
mật khẩu cấp 2 là gì
mật khẩu wifi không vào được
mật khẩu wifi yếu quá
mật khẩu facebook bị mất
mật khẩu email cũng quên
mật khẩu: quên
mật khẩu sai 3 lần rồi
dùng vân tay làm mật khẩu được không
lấy ngày sinh làm mật khẩu có sao không
dùng số điện thoại làm mật khẩu
lấy tên con làm mật khẩu được không
đặt cái gì làm mật khẩu
không nên lấy ngày sinh làm mật khẩu
dùng cái gì làm mật khẩu bây giờ
làm mật khẩu mới
làm mật khẩu sao cho dễ nhớ
bác muốn làm mật khẩu khác
làm lại mật khẩu
cháu giúp bác làm mật khẩu
họ hỏi mật khẩu bác không đưa
100 và 200 nghìn
1/12 và 15/12
2023 và 2024
năm 2023 rồi đến 2024
hồ sơ 12345678 và 12345679
mã hồ sơ 41678008 và 37407182
gửi 2000000 và 3000000
2.000.000 và 3.000.000 đồng
số nhà 125 rồi đến 127
bước 1 rồi đến bước 2
the password is wrong
I forgot my password
my password does not work
wifi password please
reset my password
mật khẩu bác nhờ con gái ghi hộ
mật khẩu đứa cháu cài
mật khẩu máy chủ gì đó
mật khẩu là thằng cháu nó cài
mật khẩu là ổng xã tui giữ
mật khẩu là con dâu tui làm
mật khẩu là hoa hay thường
mật khẩu là chữ hoa chữ thường
mật khẩu là vợ tôi nắm
mật khẩu là ngày cưới
mật khẩu là ngày sinh nhật
mật khẩu là số căn cước à
mật khẩu là tiếng anh à
mật khẩu là tám số
mật khẩu là loại một lần
mật khẩu là một dãy dài
mật khẩu: chưa có
mật khẩu: xem ở sổ
mật khẩu - bác chịu
mk: hong nho
mk hong nho
mk hông nhớ
mat khau hong biet
mat khau toi hong nho
mat khau tui hong co
mk bi khoa
mk bị khoá
pass tự đổi
pass bị lộ
pass hết hạn
pass hong đúng
pass: hông nhớ
pass ai giữ
pass con cài
pass nhà hàng xóm
pass cũ bị hack
pass mail cũng mất
pass của con rể
password gmail
password quên
password expired
password của vneid
password có dấu không
mật mã cửa nhà
mật mã két sắt
mật mã là sao
lấy giấy tờ làm mật khẩu
dùng tên vợ làm mật khẩu được không
dùng hình vẽ làm mật khẩu
dùng một cái làm mật khẩu chung
để trống làm mật khẩu
đừng lấy ngày sinh làm mật khẩu
bước 3 là làm mật khẩu
giờ là làm mật khẩu phải không
xong là làm mật khẩu mới
chọn mục làm mật khẩu
bấm tiếp là làm mật khẩu
họ bảo dùng khuôn mặt làm mật khẩu
cháu để bác làm mật khẩu
bác dùng điện thoại làm mật khẩu
mật khẩu wifi phường
mật khẩu facebook con tôi
mật khẩu zalo bị đổi
mật khẩu vssid
mật khẩu macbook
mật khẩu chính phủ điện tử
mật khẩu ứng dụng ngân hàng
mật khẩu thẻ
mật khẩu thẻ atm 3 lần sai
mật khẩu 6 số
mật khẩu tám ký tự
mật khẩu lớp 2
mật khẩu giao dịch
mật khẩu rút tiền
mật khẩu lương hưu
mat khau luong huu
mat khau khoas
mat khau khong dungs
mật khẩu bij sai
matj khaaur sai
mk zalo bij mats
my password is not accepted
my password is my secret
my password is the same
the password is on the paper
the password was changed
password is required
password is weak
password is case sensitive
wifi password is on the router
hồ sơ 12345678 và 12345679
nộp 5000000 rồi 3000000 rồi 20000000
A password needs 8 to 256 characters.
Type the password yourself, with your hand over it.
đưa em tên đăng nhập với mật khẩu là xong
""".strip().splitlines()

ORDINARY = [
    *WRITTEN,
    *(f"{before} {number}" for before, number in product(("bước", "tổ", "lỗi", "mã lỗi", "trang"), (3, 12, 105, 1009))),
    *(f"lệ phí {amount} đồng" for amount in (8000, 15000, 50000, 135000, "20.000", "1.250.000")),
    *(f"bác sinh năm {year}" for year in range(1938, 1968)),
    *(f"hẹn ngày {day}/{month}/2026" for day, month in product((1, 9, 15, 28), (1, 6, 11))),
    *(f"yêu cầu {code}" for code in ("A1234", "B10001", "C9999", "H4821", "K12345", "X77777")),
]
