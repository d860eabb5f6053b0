# Vì sao chưa có giấy tờ từ cơ quan quản lý

fault-SLOW = Cơ quan quản lý chưa trả lời kịp.
fault-UNREACHABLE = Không kết nối được với cơ quan quản lý.
fault-RESTING = Cơ quan quản lý đang tạm ngừng trả lời.
fault-REFUSED = Cơ quan quản lý từ chối cung cấp.
fault-SIGNATURE = Chữ ký của cơ quan quản lý không đúng.
fault-WRONG_PERSON = Giấy tờ trả về là của người khác.
fault-WRONG_ANSWER = Câu trả lời không đúng điều đã hỏi.
fault-STALE = Giấy tờ trả về đã cũ.
fault-MALFORMED = Giấy tờ trả về không đúng định dạng.

# Phải làm gì

recourse-PAPER = Yêu cầu công dân nộp bản giấy.
recourse-LATER = Thử lại sau ít phút.
recourse-OTHER_OFFICE = Hướng dẫn công dân liên hệ cơ quan quản lý giấy tờ này.
