# Thư trả lời công dân về yêu cầu đối với dữ liệu cá nhân

kind-ACCESS = cung cấp dữ liệu cá nhân
kind-CORRECTION = chỉnh sửa dữ liệu cá nhân
kind-ERASURE = xóa dữ liệu cá nhân
kind-HISTORY = cho biết ai đã tra cứu dữ liệu
kind-RESTRICTION = hạn chế xử lý dữ liệu cá nhân
kind-OBJECTION = phản đối xử lý dữ liệu cá nhân

state-OPEN = Yêu cầu { $kind }, tiếp nhận ngày { DAY($received) }, mã { $id } đã được ghi nhận.
state-ACCEPTED = Yêu cầu { $kind }, tiếp nhận ngày { DAY($received) }, mã { $id } được chấp nhận.
state-REFUSED = Yêu cầu { $kind }, tiếp nhận ngày { DAY($received) }, mã { $id } bị từ chối.
state-DONE = Yêu cầu { $kind }, tiếp nhận ngày { DAY($received) }, mã { $id } đã thực hiện xong.

reply-due = Cơ quan trả lời chậm nhất ngày { DAY($day) }.
due = Thời hạn thực hiện: ngày { DAY($day) }.
