# Công dân đồng ý điều gì. Sửa chữ nào thì phải đổi số phiên bản trong idverify/domain/consent.py: bản đã đồng ý được lưu theo mã băm.

consent = Tôi đồng ý để { $agency } xác thực danh tính của tôi bằng vân tay nhằm giải quyết thủ tục { $code } “{ $title }”, và xem các thông tin sau: { $records }. Vân tay vừa lấy chỉ dùng cho lần xác thực này. Tôi có quyền rút lại sự đồng ý bất cứ lúc nào; khi đó tôi nộp giấy tờ thay thế.
no-records = không có thông tin nào
agency = cơ quan đang tiếp nhận
