# Công dân được cho biết gì về những lần hỏi

CONFIRMED = Đúng là công dân
NOT_CONFIRMED = Không xác nhận được là công dân
REFUSED = Bị từ chối
DONE = Đã thực hiện
