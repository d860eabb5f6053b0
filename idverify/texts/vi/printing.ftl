# Bản xác nhận in ra giấy

state = CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
motto = Độc lập - Tự do - Hạnh phúc
title = XÁC NHẬN XÁC THỰC DANH TÍNH
qr-note = Mã QR chứa bản xác nhận điện tử (SD-JWT). Kiểm tra bằng bộ khóa công khai và danh sách thu hồi của dịch vụ; bản in chỉ có giá trị khi bản điện tử còn hiệu lực và chưa bị thu hồi.
signed-note = Tài liệu này được ký số. Mọi thay đổi sau khi ký đều bị phát hiện khi kiểm tra chữ ký.

row-jti = Mã xác nhận
row-iss = Nơi xác nhận
row-aud = Cơ quan yêu cầu
row-vn_dossier = Mã hồ sơ
row-vn_proc = Mã thủ tục
row-title = Tên thủ tục
row-auth_time = Thời điểm xác thực
row-exp = Có giá trị đến
row-amr = Phương thức xác thực
row-acr = Mức độ xác thực

method-fpt = vân tay
method-sc = thẻ căn cước
method-pin = mã PIN

acr-no-biometric = không có yếu tố nào được hệ thống kiểm tra
acr-single-biometric = một yếu tố sinh trắc học (chưa đạt mức độ nào của Nghị định 69/2024/NĐ-CP)
acr-level-1 = mức độ 1 theo Nghị định 69/2024/NĐ-CP
acr-level-2 = mức độ 2 theo Nghị định 69/2024/NĐ-CP
acr-level-3 = mức độ 3 theo Nghị định 69/2024/NĐ-CP
acr-level-4 = mức độ 4 theo Nghị định 69/2024/NĐ-CP

# Ngoại lệ: hai cán bộ xác nhận

exception = NGOẠI LỆ
exception-means = Không xác thực bằng sinh trắc học: hai cán bộ xác nhận
exception-reason = Lý do
exception-officers = Cán bộ xác nhận
exception-documents = Giấy tờ đã xem
no-documents = không có

reason-NO_USABLE_FINGER = không còn ngón tay nào dùng được
reason-INJURED = tay bị thương
reason-CAPTURE_FAILED = lấy vân tay nhiều lần không được
reason-SCANNER_BROKEN = máy quét hỏng

document-IDENTITY_CARD = thẻ căn cước
document-PASSPORT = hộ chiếu
document-BIRTH_CERTIFICATE = giấy khai sinh
document-DRIVING_LICENCE = giấy phép lái xe
document-HEALTH_INSURANCE_CARD = thẻ bảo hiểm y tế
document-OTHER = giấy tờ khác

# Giá trị trong giấy tờ

sex-M = Nam
sex-F = Nữ
yes = có
no = không

# Phiếu giấy dùng khi hệ thống ngừng hoạt động

slip-title = PHIẾU GHI NHẬN KHI HỆ THỐNG NGỪNG HOẠT ĐỘNG
slip-number = Số: { $number }
slip-agency = Cơ quan: { $agency }
slip-when = Ngày, giờ công dân có mặt
slip-procedure = Mã thủ tục, mã hồ sơ
slip-citizen = Số định danh cá nhân
slip-name = Họ và tên
slip-documents = Giấy tờ đã xem (loại, số)
slip-given = Đã trao cho công dân
slip-first-officer = Cán bộ thứ nhất (mã, ký tên)
slip-second-officer = Cán bộ thứ hai (mã, ký tên)
slip-signed = Công dân ký tên
slip-note = Không có xác thực bằng vân tay. Phiếu dùng một lần, phải có hai cán bộ ký, và nhập vào hệ thống ngay khi hệ thống hoạt động lại. Phiếu hỏng hoặc mất phải được hủy trong hệ thống.
