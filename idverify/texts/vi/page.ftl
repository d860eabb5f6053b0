# Các trang tại quầy, của người phụ trách và của người kiểm tra

brand = Xác minh vân tay
pages = Các trang
page-counter = Quầy tiếp nhận
page-supervisor = Phụ trách
page-auditor = Kiểm tra nhật ký
skip = Đến nội dung chính
other-language = English
officer-claimed = Cán bộ { $officer } (tự khai, chạy thử)
sign-in = Đăng nhập
sign-in-again = Đăng nhập lại (cửa sổ mới)
sign-in-title = Đăng nhập
sign-in-why = Hãy đăng nhập để làm việc tại quầy.
sign-in-failed = Chưa đăng nhập được. Hãy thử lại, hoặc báo quản trị viên.
sign-in-no-role = Tài khoản này chưa được giao việc tại đây. Hãy báo quản trị viên.
sign-out = Đăng xuất
session-over = Đã hết giờ đăng nhập. Hãy đăng nhập lại rồi bấm “Thử ngay”; những gì đã nhập vẫn còn.
service-gone = Chưa kết nối được với dịch vụ. Những gì đã nhập vẫn còn; hệ thống đang tự thử lại. Nếu lâu, hãy dùng phiếu giấy.
try-now = Thử ngay
working = Đang xử lý…
still-working = Vẫn đang xử lý, xin đợi…
go-on = Tiếp tục
back = Quay lại
leave = Bỏ giao dịch này
yes = có
no = không
untold = chưa rõ

## Từng bước

progress = Các bước
stage-begin = Thủ tục và công dân
stage-finger = Vân tay
stage-decision = So khớp
stage-done = Kết quả

officer-title = Ai đang ngồi quầy?
officer-why = Dịch vụ đang chạy thử và không biết ai đăng nhập. Hãy tự khai; nhật ký ghi rõ là tự khai.
officer-id = Mã cán bộ
officer-missing = Hãy nhập mã cán bộ.
agency-code = Mã cơ quan
agency-hint = Ví dụ: mã của ủy ban nhân dân xã
counter-id = Mã quầy (nếu có)

begin-title = Công dân đến làm thủ tục gì?
procedure = Thủ tục
procedure-hint = Gõ mã hoặc vài chữ trong tên, có dấu hoặc không dấu, rồi chọn bằng phím mũi tên và Enter.
procedure-missing = Hãy chọn thủ tục trong danh sách.
procedures = Các thủ tục tìm thấy
procedures-found = { $count } thủ tục, chọn bằng phím mũi tên
procedures-none = Không có thủ tục nào như vậy
papers-spared = Có thể không cần nộp: { $papers }
number = Số định danh cá nhân
number-hint = 12 chữ số trên thẻ căn cước, hoặc số tạm của công dân
number-missing = Hãy nhập số định danh.
dossier = Mã hồ sơ
dossier-hint = Có thể để trống nếu chưa có; cần khi lập bản xác nhận.
dossier-missing = Hãy nhập mã hồ sơ.
slip-have = Công dân có phiếu giấy
slip = Số phiếu giấy
slip-hint = Phiếu đã viết khi dịch vụ ngừng; vân tay hôm nay sẽ xác nhận phiếu đó.
begin = Bắt đầu

resume-looking = Đang xem giao dịch đang mở
resume-title = Có một giao dịch đang mở
resume-until = Giao dịch còn hiệu lực đến
resume-ended = Giao dịch này vừa có kết quả. Nhập lại số định danh để xem kết quả.
resume-number = Nhập lại, vì trình duyệt không lưu số này.
over-title = Giao dịch đã kết thúc
begin-again = Bắt đầu lại

## Vân tay

finger-title = Lấy vân tay
which-finger = Ngón nào?
finger-best = (nên dùng)
finger-RIGHT_THUMB = Ngón cái phải
finger-RIGHT_INDEX = Ngón trỏ phải
finger-RIGHT_MIDDLE = Ngón giữa phải
finger-RIGHT_RING = Ngón áp út phải
finger-RIGHT_LITTLE = Ngón út phải
finger-LEFT_THUMB = Ngón cái trái
finger-LEFT_INDEX = Ngón trỏ trái
finger-LEFT_MIDDLE = Ngón giữa trái
finger-LEFT_RING = Ngón áp út trái
finger-LEFT_LITTLE = Ngón út trái
file = Chọn ảnh vân tay từ tệp
file-hint = Hoặc kéo ảnh vào ô này, hoặc dán ảnh (Ctrl+V).
resolution = Độ phân giải
resolution-stated = như tệp ghi
looking = Đang xem ảnh…
quality = Chất lượng
quality-good = Ảnh tốt
quality-fair = Ảnh dùng được
quality-poor = Ảnh chưa dùng được, hãy lấy lại
quality-score = Chất lượng { $score } trên 100, { $minutiae } điểm đặc trưng.
poor-count = Đã có { $count } ảnh chưa dùng được.
print-alt = Ảnh vân tay vừa lấy
print-drawn = Ảnh vân tay vừa lấy, có đánh dấu { $minutiae } điểm đặc trưng
print-not-shown = Trình duyệt không hiển thị được loại ảnh này.
print-centre = Vân tay nằm giữa ảnh.
print-left = Vân tay lệch sang trái: hãy đặt ngón tay sang phải hơn.
print-right = Vân tay lệch sang phải: hãy đặt ngón tay sang trái hơn.
print-high = Vân tay lệch lên trên: hãy kéo ngón tay xuống một chút.
print-low = Vân tay lệch xuống dưới: hãy đẩy ngón tay lên một chút.
print-few = Thấy quá ít điểm đặc trưng.
paired = { $count } điểm được khoanh tròn trùng với vân tay đã đăng ký.
to-compare = Tiếp tục để so khớp

## Máy quét

scanner = Máy quét
scan = Quét vân tay
scanner-looking = Đang tìm máy quét…
scanner-none = Không thấy máy quét nào trên máy này.
scanner-again = Tìm lại máy quét
scanner-place = Mời công dân đặt ngón tay lên máy quét.

## Đồng ý, mã PIN, thẻ

consent-title = Công dân có đồng ý không?
consent-manner = Công dân đồng ý bằng cách nào?
consent-giver = Ai đồng ý?
consent-missing = Hãy chọn cách đồng ý và người đồng ý.
consent-yes = Công dân đồng ý
consent-no = Công dân không đồng ý
manner-SPOKEN = Nói với cán bộ
manner-SIGNATURE = Ký tên
manner-FINGER = Đặt ngón tay sau khi được đọc nội dung
giver-CITIZEN = Chính công dân
giver-REPRESENTATIVE = Người đại diện theo pháp luật
pin-title = Mời công dân nhập mã PIN
pin = Mã PIN
pin-hint = 6 đến 12 chữ số. Xoay bàn phím về phía công dân; cán bộ không nhìn.
pin-form = Mã PIN có 6 đến 12 chữ số.
pin-wrong = Mã PIN không đúng. Còn { $left } lần thử.
pass-by = Bỏ qua bước này
card-title = Đọc thẻ căn cước gắn chip
card-sod = Tệp EF.SOD
card-dg1 = Tệp EF.DG1
card-hint = Hai tệp do đầu đọc thẻ ghi ra.
card-file-missing = Hãy chọn tệp.

## Kết quả so khớp

compare-title = Sẵn sàng so khớp
compare = So khớp với vân tay đã đăng ký
decision-title = Kết quả so khớp
no-match = KHÔNG KHỚP
inconclusive = CHƯA KẾT LUẬN ĐƯỢC
again = Lấy vân tay lần nữa
wait = Đợi { $seconds } giây
tries-left = Còn { $left } lần thử.
stopped-title = Không thử tiếp được
stopped = DỪNG LẠI

result-title = Kết quả
match = ĐÚNG CÔNG DÂN
match-next = Vân tay khớp. Hãy tiếp tục làm thủ tục.
vouched = HAI CÁN BỘ ĐÃ XÁC NHẬN
vouched-next = Không có vân tay; hãy tiếp tục làm thủ tục theo lời xác nhận của hai cán bộ.
number-superseded = Số này đã được thay bằng số khác. Hãy nhắc công dân dùng số mới.
papers-spared-title = Bản giấy không cần nộp nữa
papers-spared-none = Không bản giấy nào được miễn.
papers-needed-title = Bản giấy vẫn cần nộp
papers-needed-none = Không cần thêm bản giấy nào.
paper-unnamed = Không nêu tên bản giấy
disputed = { $title }: dữ liệu không thống nhất với thông tin công dân
records = Giấy tờ điện tử được cung cấp
records-none = Không có giấy tờ điện tử nào được cung cấp.
absent = không có, hãy hỏi công dân
ground-law = Căn cứ: { $law }
ground-consent = Căn cứ: sự đồng ý của công dân
confirmation-title = Bản xác nhận cho hồ sơ
confirmation-hint = Bản xác nhận có hiệu lực cho một hồ sơ.
confirmation-make = Lập bản xác nhận (PDF)
confirmation-made = Đã lập bản xác nhận
confirmation-id = Mã { $id }.
confirmation-until = Có hiệu lực đến
pdf-save = Tải PDF về
pdf-open = Mở và in
next-citizen = Công dân tiếp theo

## Không lấy được vân tay

exception = Không lấy được vân tay
exception-title = Ngoại lệ: không có vân tay
exception-why = Hai cán bộ cùng xác nhận công dân. Cán bộ thứ hai xác nhận bằng tài khoản của mình.
exception-reason = Vì sao không có vân tay?
exception-reason-missing = Hãy chọn lý do.
exception-NO_USABLE_FINGER = Không ngón nào dùng được (đã ghi trong hồ sơ)
exception-INJURED = Tay bị thương hôm nay
exception-CAPTURE_FAILED = Đã lấy ba lần mà không được
exception-SCANNER_BROKEN = Máy quét hỏng
exception-ask = Đề nghị cán bộ thứ hai xác nhận
documents = Giấy tờ đã xem
document-kind = Loại giấy tờ
document-number = Số giấy tờ
document-more = Thêm giấy tờ
document-missing = Hãy ghi số của ít nhất một giấy tờ đã xem.
document-IDENTITY_CARD = Thẻ căn cước
document-PASSPORT = Hộ chiếu
document-BIRTH_CERTIFICATE = Giấy khai sinh
document-DRIVING_LICENCE = Giấy phép lái xe
document-HEALTH_INSURANCE_CARD = Thẻ bảo hiểm y tế
document-OTHER = Giấy tờ khác (ghi rõ ở phần ghi chú)
note = Ghi chú
second-title = Chờ cán bộ thứ hai
second-why = Cán bộ thứ hai mở trang của mình, nhập mã giao dịch dưới đây, số định danh và lý do.
second-waiting = Đang chờ xác nhận. Trang sẽ tự chuyển tiếp.
second-here = Cán bộ thứ hai đăng nhập tại quầy này
second-is = Cán bộ thứ hai: { $officer }
second-number-hint = Cán bộ thứ hai tự đọc số trên giấy tờ và nhập.
second-missing = Hãy nhập số định danh và chọn lý do.
second-confirm = Tôi xác nhận công dân này
second-other = Xác nhận thay cho đồng nghiệp
second-other-title = Xác nhận với tư cách cán bộ thứ hai
second-done-title = Đã xác nhận
second-done = Đã xác nhận cùng cán bộ { $officer }.
transaction = Mã giao dịch
transaction-hint = Mã mà cán bộ thứ nhất đọc cho anh chị.
transaction-missing = Hãy nhập mã giao dịch.
conclude-title = Cán bộ thứ hai đã xác nhận
conclude = Kết thúc và nhận thông tin
