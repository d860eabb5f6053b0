# Vân tay đạt yêu cầu đăng ký đến đâu

test-RESOLUTION = Độ phân giải (dpi)
test-GREY_LEVELS = Số mức xám
test-MINUTIAE = Số điểm đặc trưng
test-QUALITY = Chất lượng ảnh
test-CENTRE = Độ lệch tâm (điểm ảnh)
test-FORMAT = Định dạng ảnh
outcome-PASSED = đạt
outcome-FAILED = không đạt
outcome-UNTOLD = không xác định được
at-least = ít nhất { $number }
at-most = nhiều nhất { $number }
either = { $one } hoặc { $other }
whole = { $test }: { $measured }, yêu cầu { $wanted }: { $outcome }.
