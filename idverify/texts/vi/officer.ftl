# Cán bộ làm gì tiếp theo

action-CAPTURE = Mời công dân đặt { $finger } lên máy quét.
action-READ_CARD = Đọc chip thẻ căn cước của công dân.
action-ENTER_PIN = Mời công dân tự nhập mã PIN.
action-CONSENT = Cho công dân xem hoặc đọc nội dung đồng ý, rồi ghi nhận câu trả lời.
action-AUTHENTICATE = Đã đủ vân tay: hãy so khớp.
action-SECOND_OFFICER = Mời cán bộ thứ hai xem giấy tờ và xác nhận trên máy của mình.
action-CONCLUDE = Đã có hai cán bộ xác nhận: kết thúc giao dịch mà không dùng vân tay.
action-STOP = Dừng lấy vân tay: đã hết số lần thử. Xác minh công dân bằng cách khác.
action-DONE = Giao dịch đã kết thúc.
may-be-passed = Nếu công dân không có, vẫn so khớp được: một phần thông tin sẽ không được cung cấp.
expired = Đã quá thời hạn: hãy bắt đầu giao dịch mới.
wait = Chờ { $seconds } giây trước khi so khớp vân tay.

# Ngón nào

finger-any = một ngón tay
finger-UNKNOWN = ngón tay đã đăng ký
finger-RIGHT_THUMB = ngón cái phải
finger-RIGHT_INDEX = ngón trỏ phải
finger-RIGHT_MIDDLE = ngón giữa phải
finger-RIGHT_RING = ngón áp út phải
finger-RIGHT_LITTLE = ngón út phải
finger-LEFT_THUMB = ngón cái trái
finger-LEFT_INDEX = ngón trỏ trái
finger-LEFT_MIDDLE = ngón giữa trái
finger-LEFT_RING = ngón áp út trái
finger-LEFT_LITTLE = ngón út trái

# Cách lấy vân tay rõ hơn

advice-NO_FINGER = Không thấy ngón tay: đặt ngón vào giữa mặt kính.
advice-TOO_FEW_MINUTIAE = Đặt phần thịt của ngón, không đặt đầu ngón; hoặc lấy ngón khác.
advice-SMALL_AREA = Đặt ngón vào giữa và ấn thêm một chút.
advice-TOO_WET = Ngón tay ướt: lau khô và ấn nhẹ hơn.
advice-TOO_DRY = Ngón tay khô: làm ẩm một chút và ấn mạnh hơn.
advice-LOW_CONTRAST = Ảnh mờ: lau sạch mặt kính.

# Ngón nào không lấy được, vì sao, đến bao giờ

fault-MISSING = không có
fault-DAMAGED = không còn rõ vân
fault-BANDAGED = đang băng
unavailable = { $finger } { $fault }.
unavailable-until = { $finger } { $fault } đến hết ngày { DAY($day) }.
second-officer-signed-in = Đã xong. Bạn có thể đóng cửa sổ này.
