# Làm gì sau khi bị từ chối, bằng dòng lệnh này

next-UNAVAILABLE = Dịch vụ có đang chạy không? Khởi động bằng 'idverify serve', hoặc chỉ ra bằng --server.
next-DEADLINE_EXCEEDED = Gọi lại với cùng --request-id, hoặc chờ lâu hơn bằng --timeout.
next-CLIENT_UNKNOWN = Dùng chứng thư và khóa của hệ thống đã đăng ký, bằng --cert và --key.
next-CLIENT_NOT_AUTHORIZED = Dùng chứng thư của hệ thống có vai trò được làm việc này.
next-CLIENT_NOT_ENTITLED = Nhờ quản trị viên chạy 'idverify clients update NAME --procedure CODE'.
next-CLIENT_NOT_FOUND = 'idverify clients list' cho biết các tên.
next-CLIENT_SUSPENDED = Nhờ quản trị viên chạy 'idverify clients reinstate NAME'.
next-SUBJECT_NOT_FOUND = Đăng ký công dân bằng 'idverify enrol'.
next-REFERENCE_EXISTS = Thêm dấu vân tay bằng 'idverify add-fingers'.
next-DUPLICATE_PERSON_SUSPECTED = 'idverify get --subject ID' cho biết là ai; '--duplicates report' vẫn đăng ký.
next-SECOND_PERSON_REQUIRED = Một quản trị viên khác chạy 'idverify acts approve ACT'; sau đó gọi lại với --request-id đó.
next-REQUEST_REPLAYED = Bỏ --request-id khi gọi mới.
next-FINGER_NOT_ENROLLED = Dùng một ngón đã đăng ký; 'idverify get' liệt kê các ngón.
next-SAMPLE_RESOLUTION_UNKNOWN = Nêu độ phân giải của máy quét bằng --resolution, ví dụ --resolution 500; với văn bản xyt thì cả kích thước ảnh, 'FILE:300x400' ('idverify convert': --size).
next-SAMPLE_QUALITY_LOW = 'idverify quality FILE' cho biết cách lấy tốt hơn.
next-PROCEDURE_NOT_FOUND = 'idverify procedures' liệt kê các mã.
next-RECORD_TYPE_NOT_FOUND = 'idverify records types' liệt kê các loại.
next-RECORD_INVALID = 'idverify records types --json' cho xem các mẫu.
next-VERSION_MISMATCH = Đọc lại bằng 'idverify records get' rồi sửa lại.
next-BACKUP_BROKEN = Thử bản khác của tệp, hoặc sao lưu lại bằng 'idverify backup take'.
next-SERVER_BUSY = Chờ một lát rồi gọi lại với cùng --request-id.
name-the-finger = Nêu tên ngón, ví dụ '--finger right-index', hoặc 'right-index=FILE' cho một trong nhiều tệp.
another-person = Người khác phải làm việc này, với chứng thư của mình (--cert, --key).
connection-certificate = Chứng thư của máy chủ không do đơn vị trong --ca cấp, hoặc đã hết hạn.
connection-name = Ghi máy chủ trong --server đúng như trong chứng thư, hoặc xin cấp chứng thư cho địa chỉ này.
connection-no-tls = Ở đó không dùng TLS: bỏ --ca, --cert và --key, hoặc chỉ ra máy chủ khác bằng --server.
connection-wants-tls = Máy chủ cần TLS: thêm --ca, --cert và --key.
connection-wants-certificate = Máy chủ cần biết bạn là ai: thêm --cert và --key.
connection-certificate-refused = Chứng thư trong --cert không do nơi mà máy chủ tin cấp, hoặc đã hết hạn.

# Khi không phải dịch vụ từ chối

local-UNAVAILABLE = Không kết nối được với dịch vụ.
local-FILE_UNUSABLE = Không đọc hoặc ghi được tệp.
local-USAGE = Lệnh hoặc tệp đưa vào chưa đúng.

# Ai đã hỏi về công dân

history-time = thời gian
history-who = ai hỏi
history-procedure = thủ tục
history-dossier = hồ sơ
history-what = việc gì
history-outcome = kết quả
history-disclosed = giấy tờ đã cung cấp
history-merged = (bản đăng ký đã hợp nhất)
history-more = Còn nữa: dùng --most hoặc --since.
history-archived = Các lần hỏi cũ hơn nằm trong kho lưu trữ.

# Kết quả

decision-MATCH = KHỚP
decision-NO_MATCH = KHÔNG KHỚP
decision-INCONCLUSIVE = CHƯA KẾT LUẬN ĐƯỢC
one-in = 1 trên { $number }
extrapolated = { $rate } (ngoại suy)
quality = { $score }/100, { $minutiae } điểm đặc trưng
quality-unusable = { $score }/100, { $minutiae } điểm đặc trưng, không dùng được
of-a-finger = chất lượng { $quality }
of-a-finger-scored = điểm { $score }, chất lượng { $quality }
scored = { $subject } (điểm { $score })
print = dấu thứ { $place }
tries-left = { $left }, lần sau phải chờ { $seconds } giây
number-superseded = số cũ; công dân hiện mang số khác

# Hỏi lại trước khi làm

ask-delete = Xóa công dân này cùng mọi dấu vân tay và giấy tờ?
ask-approve = Duyệt việc này và cho thực hiện?
ask-revoke-client = Thu hồi hẳn hệ thống này?

# Biểu đồ giấy tờ đã giảm

chart-month = Giấy tờ không phải nộp, theo tháng
chart-procedure_code = Theo thủ tục
chart-agency_code = Theo cơ quan

# Công dân và dấu vân tay của họ

state-ACTIVE = đang sử dụng
state-LOCKED = đã khóa
state-DEACTIVATED = ngừng sử dụng
state-DECEASED = đã chết
state-MERGED = đã hợp nhất
number-says = khai sinh tại { $place }; sinh năm { $year }; giới tính { $sex }
place-until = { $place } (đến { $day }, nay là { $now })
unknown-place = nơi không rõ (mã { $code })
source-REGISTER = sổ đăng ký
source-ENROLMENT = lời khai khi đăng ký
source-OWNER = cơ quan quản lý
source-kept = { $source }, đã hỏi lúc { $time }
fault-MISSING = không có
fault-DAMAGED = không còn rõ vân
fault-BANDAGED = đang băng
cannot = { $finger } ({ $fault })
cannot-until = { $finger } ({ $fault }, đến { $day })
change-RECORDING_ERROR = ghi sai
change-LEGAL_CHANGE = thay đổi theo pháp luật
change-NUMBER_REISSUED = cấp lại số
change-CITIZEN_REQUEST = theo đề nghị của công dân
change-MISUSE_SUSPECTED = nghi bị lợi dụng
change-LEGAL_DECISION = theo quyết định
change-DEATH_REGISTERED = đã khai tử
change-RESOLVED = đã giải quyết xong
change-FINGERS_SEEN = đã xem ngón tay
two-fingers = { $one } và { $other }
own-image = ảnh riêng
own-image-agrees = ảnh riêng, đúng ngón trên ảnh bàn tay
own-image-swapped = ảnh riêng, nhưng là { $finger } trên ảnh bàn tay
own-image-unlike = ảnh riêng, không giống ngón nào trên ảnh bàn tay
from-slap = ảnh bàn tay { $slap }, { $width } × { $height } tại { $x }, { $y }

# Thủ tục

dry-run = chưa thay đổi gì
no-difference = không có gì khác
difference-ADDED = thêm
difference-CHANGED = sửa
difference-WITHDRAWN = bãi bỏ
withdrawn = đã bãi bỏ
on-consent = không có: theo sự đồng ý của công dân
vouching-allowed = hai cán bộ có thể xác nhận
vouching-never = không bao giờ
none-held = không có bản nào đang có hiệu lực
