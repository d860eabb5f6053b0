# Điều bất thường ở số định danh; không ai bị từ chối vì điều này

UNKNOWN_PROVINCE_PREFIX = Ba chữ số đầu không phải mã tỉnh nào: khai sinh ở nước ngoài, hoặc nhập sai số.
BIRTH_YEAR_DISAGREES = Năm sinh theo số định danh khác năm sinh đã khai.
BIRTH_YEAR_TO_COME = Theo số định danh thì công dân này chưa ra đời.
SEX_DISAGREES = Giới tính theo số định danh khác giới tính đã khai.
