# Vì sao không cung cấp thông tin, và phải làm gì

kept-back-NOT_ENTITLED = Nơi tiếp nhận này chưa được cấp quyền xem thông tin này. Hãy yêu cầu bản giấy.
kept-back-PURPOSE = Không cung cấp cho mục đích đã nêu. Hãy nêu đúng mục đích của thủ tục.
kept-back-CONSENT_MISSING = Thủ tục này cần công dân đồng ý. Hãy hỏi ý kiến công dân qua giao dịch, hoặc yêu cầu bản giấy.
kept-back-CONSENT_SCOPE = Công dân chưa đồng ý cung cấp loại thông tin này. Hãy hỏi lại, hoặc yêu cầu bản giấy.
kept-back-ASSURANCE = Thông tin này cần xác thực mức cao hơn. Hãy yêu cầu bản giấy.

# Xuất trình thêm gì thì được cung cấp

besides-pin = Hoặc bắt đầu giao dịch mới và để công dân tự nhập thêm mã PIN.
besides-sc = Hoặc bắt đầu giao dịch mới và đọc thêm chip thẻ căn cước.
besides-either = Hoặc bắt đầu giao dịch mới, thêm mã PIN hoặc chip thẻ căn cước.
besides-both = Hoặc bắt đầu giao dịch mới, thêm cả mã PIN và chip thẻ căn cước.
