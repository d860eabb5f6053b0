"""What a clerk is told of a refusal, by its reason: what happened, and what to do. ``docs/errors.md`` has the table.

For whoever stands at the counter; what an integrator needs stands with the reason itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.guidance.language import Text
from idverify.domain.reasons import Reason

FAILED_TEXT = Text(
    "Hệ thống gặp lỗi. Hãy thử lại; nếu vẫn lỗi, báo cho người vận hành.",
    "The system failed. Try again; if it fails again, tell the operator.",
)
"""Of a failure of the service itself, which has no reason."""

REASON_TEXTS: Mapping[Reason, Text] = {
    Reason.FIELD_MISSING: Text(
        "Còn thiếu thông tin bắt buộc. Hãy điền đủ rồi gửi lại.",
        "Something that is required is missing. Fill it in and send again.",
    ),
    Reason.FIELD_INVALID: Text(
        "Có thông tin không đúng. Hãy sửa rồi gửi lại.",
        "Something that was entered is not right. Correct it and send again.",
    ),
    Reason.PAGE_TOKEN_INVALID: Text(
        "Không xem tiếp được danh sách. Hãy mở lại từ trang đầu.",
        "The list cannot be continued. Open it again from its first page.",
    ),
    Reason.IDENTIFIER_MALFORMED: Text(
        "Số định danh không đúng: phải có 12 chữ số, hoặc 9 chữ số nếu là số cũ. Hãy so với thẻ.",
        "The citizen number is not right: it has 12 digits, or 9 if it is an old one. Compare it with the card.",
    ),
    Reason.SAMPLE_INVALID: Text(
        "Không đọc được dấu vân tay. Hãy lấy lại; nếu vẫn không được, kiểm tra máy quét.",
        "The fingerprint cannot be read. Take it again; if that does not help, have the scanner checked.",
    ),
    Reason.SAMPLE_FORMAT_UNSUPPORTED: Text(
        "Máy quét gửi ảnh ở dạng không dùng được. Hãy báo cho người vận hành.",
        "The scanner sends images of a kind that cannot be used. Tell the operator.",
    ),
    Reason.SAMPLE_RESOLUTION_UNKNOWN: Text(
        "Không rõ độ phân giải của ảnh vân tay. Hãy kiểm tra cài đặt máy quét.",
        "The resolution of the fingerprint image is not known. Check the settings of the scanner.",
    ),
    Reason.FINGER_DUPLICATED: Text(
        "Một ngón được lấy hai lần. Hãy lấy mỗi ngón một lần.",
        "One finger was taken twice. Take each finger once.",
    ),
    Reason.FINGER_COUNT_EXCEEDED: Text(
        "Quá nhiều dấu vân tay trong một lần gửi. Hãy gửi ít hơn.",
        "Too many fingerprints were sent at once. Send fewer.",
    ),
    Reason.REQUEST_TOO_LARGE: Text(
        "Dữ liệu gửi quá lớn. Hãy gửi ít dấu vân tay hơn.",
        "Too much was sent. Send fewer fingerprints.",
    ),
    Reason.RECORD_INVALID: Text(
        "Giấy tờ điện tử không đúng mẫu. Hãy sửa theo mẫu của loại giấy tờ này.",
        "The record does not have the form of its type. Correct it.",
    ),
    Reason.RECORD_DISAGREES: Text(
        "Giấy tờ điện tử ghi thông tin của người khác. Hãy kiểm tra với cơ quan cấp.",
        "The record says it is somebody else's. Check with the agency that keeps it.",
    ),
    Reason.CATALOGUE_INVALID: Text(
        "Tệp danh mục thủ tục có lỗi, chưa có gì thay đổi. Hãy sửa ở dòng và cột được nêu rồi gửi lại.",
        "The catalogue's file has mistakes, and nothing was changed. Correct the row and column that are named.",
    ),
    Reason.ASSURANCE_UNREACHABLE: Text(
        "Thủ tục này cần nhiều hơn một dấu vân tay. Hãy xác minh bằng cách khác.",
        "This procedure needs more than a fingerprint. Verify by other means.",
    ),
    Reason.ENCOUNTER_NOT_FOUND: Text(
        "Công dân không có lần lấy vân tay này. Hãy xem lại hồ sơ.",
        "The citizen has no such encounter. Look at the citizen again.",
    ),
    Reason.VIRTUAL_NUMBER_EXPIRED: Text(
        "Số tạm đã hết hạn. Hãy hỏi số định danh, hoặc để công dân tạo số tạm khác.",
        "The virtual number has expired. Ask for the citizen number, or have the citizen make another.",
    ),
    Reason.VIRTUAL_NUMBER_REVOKED: Text(
        "Công dân đã hủy số tạm này. Hãy hỏi số định danh.",
        "The citizen has taken this virtual number back. Ask for the citizen number.",
    ),
    Reason.VIRTUAL_NUMBER_USED: Text(
        "Số tạm chỉ dùng một lần và đã dùng rồi. Hãy hỏi số định danh, hoặc để công dân tạo số khác.",
        "The virtual number was good for one time, and is used. Ask for the citizen number, or have another made.",
    ),
    Reason.PRINTS_CONTRADICT: Text(
        "Vân tay đã đăng ký không cho thấy điều này. Hãy kiểm tra cả hai người trước khi làm tiếp.",
        "The enrolled fingerprints do not show this. Look at both people before going on.",
    ),
    Reason.AUTH_LOCKED_BY_SUBJECT: Text(
        "Công dân đã khóa danh tính của mình. Chính họ mở khóa bằng vân tay, hoặc xác minh bằng cách khác.",
        "The citizen has locked their identity. They unlock it by their own finger, or are identified by other means.",
    ),
    Reason.SUBJECT_DEACTIVATED: Text(
        "Hồ sơ của công dân đang ngừng sử dụng. Hãy xác minh bằng cách khác và hỏi nơi quản lý hồ sơ.",
        "The citizen is deactivated. Identify the person by other means, and ask whoever keeps the register.",
    ),
    Reason.SUBJECT_DECEASED: Text(
        "Người mang số này đã được ghi là đã chết. Hãy báo cáo; không giải quyết tiếp.",
        "Who bears this number is recorded as deceased. Report it; do not go on.",
    ),
    Reason.CITIZEN_STATE_UNFIT: Text(
        "Trạng thái hiện tại của công dân không cho phép việc này. Hãy xem lại hồ sơ.",
        "The citizen's present state does not allow this. Look at the citizen again.",
    ),
    Reason.NOTHING_TO_CHANGE: Text(
        "Thông tin đã đúng như vậy, không có gì để sửa.",
        "The data are like that already; there is nothing to change.",
    ),
    Reason.TRANSACTION_MISMATCH: Text(
        "Bước này không khớp với bước trước. Hãy mở lại giao dịch.",
        "This step does not follow the one before. Open the transaction again.",
    ),
    Reason.CONSENT_INVALID: Text(
        "Nội dung đồng ý không đúng bản đã đưa. Hãy cho công dân xem lại.",
        "This is not the consent text that was given. Show it to the citizen again.",
    ),
    Reason.TRANSACTION_NOT_FOUND: Text(
        "Không có giao dịch này. Hãy bắt đầu giao dịch mới.",
        "There is no such transaction. Begin a new one.",
    ),
    Reason.EVENT_NOT_FOUND: Text(
        "Nhật ký không có việc này.",
        "The audit trail has no such event.",
    ),
    Reason.CONSENT_NOT_FOUND: Text(
        "Công dân chưa đồng ý việc này.",
        "The citizen has given no such consent.",
    ),
    Reason.TRANSACTION_ENDED: Text(
        "Giao dịch đã kết thúc. Hãy bắt đầu giao dịch mới.",
        "The transaction has ended. Begin a new one.",
    ),
    Reason.TRANSACTION_EXPIRED: Text(
        "Giao dịch đã quá thời gian. Hãy bắt đầu giao dịch mới.",
        "The time of the transaction is over. Begin a new one.",
    ),
    Reason.CARD_READS_UNAVAILABLE: Text(
        "Hệ thống này chưa đọc được chip thẻ căn cước. Hãy dùng yếu tố khác.",
        "This system takes no chips of identity cards yet. Use another factor.",
    ),
    Reason.CARD_INVALID: Text(
        "Chip thẻ căn cước không hợp lệ. Hãy đọc lại; nếu vẫn không được, xác minh bằng cách khác.",
        "The chip of the identity card is not sound. Read it again; if that does not help, verify by other means.",
    ),
    Reason.CARD_MISMATCH: Text(
        "Thẻ căn cước không phải của công dân này. Hãy so số trên thẻ với số đã nhập.",
        "The identity card is not of this citizen. Compare the number on it with the one entered.",
    ),
    Reason.PIN_LOCKED: Text(
        "Mã PIN đã bị khóa vì nhập sai nhiều lần. Mời công dân đặt mã PIN mới bằng vân tay.",
        "The PIN is locked after too many wrong ones. Have the citizen set a new one by their finger.",
    ),
    Reason.CAPTURE_MISSING: Text(
        "Chưa có dấu vân tay để so. Hãy lấy ngón được yêu cầu.",
        "There is no fingerprint to compare. Take the finger that is asked for.",
    ),
    Reason.CONSENT_REQUIRED: Text(
        "Thủ tục này cần công dân đồng ý. Hãy cho xem nội dung và hỏi ý kiến.",
        "This procedure needs the citizen's consent. Show the text and ask.",
    ),
    Reason.EXCEPTION_NOT_ALLOWED: Text(
        "Thủ tục này không cho phép bỏ qua vân tay. Hãy lấy vân tay, hoặc hẹn công dân quay lại.",
        "This procedure cannot go without a finger. Take one, or ask the citizen to come again.",
    ),
    Reason.EXCEPTION_UNFOUNDED: Text(
        "Chưa đủ lý do để bỏ qua vân tay. Hãy lấy ngón được yêu cầu trước.",
        "There is no ground yet to go without a finger. Take the finger that is asked for first.",
    ),
    Reason.SLIP_NOT_FOUND: Text(
        "Không có phiếu giấy số này của cơ quan. Hãy so lại số trên phiếu.",
        "The agency has no paper slip of this number. Compare it with the paper.",
    ),
    Reason.SLIP_CLOSED: Text(
        "Phiếu giấy này đã nhập, đã hủy, hoặc chưa được nhập. Hãy so lại số trên phiếu.",
        "This paper slip was entered or made void before, or was not entered yet. Compare its number.",
    ),
    Reason.LEGAL_HOLD: Text(
        "Dữ liệu của công dân đang được giữ theo yêu cầu pháp lý, chưa được xóa hay chuyển đi. Hãy báo quản trị viên.",
        "The citizen's data are under a legal hold and may not be erased or moved yet. Tell the administrator.",
    ),
    Reason.LEGAL_HOLD_NOT_FOUND: Text(
        "Không có lệnh giữ dữ liệu nào mang mã này đối với công dân, hoặc đã gỡ. Hãy xem lại danh sách.",
        "There is no such legal hold on the citizen, or it was released. Look it up in the list.",
    ),
    Reason.SUBJECT_REQUEST_NOT_FOUND: Text(
        "Không có yêu cầu nào mang mã này. Hãy xem lại danh sách yêu cầu.",
        "There is no request with this id. Look it up in the list of requests.",
    ),
    Reason.SUBJECT_REQUEST_DECIDED: Text(
        "Yêu cầu này không còn ở bước đó, hoặc chưa được chấp nhận. Hãy xem lại danh sách yêu cầu.",
        "The request is past this step, or is not accepted yet. Look it up in the list of requests.",
    ),
    Reason.EXCEPTION_UNCONFIRMED: Text(
        "Cần hai cán bộ cùng xác nhận. Hãy mời cán bộ thứ hai xác nhận trên máy của mình.",
        "Two officers must vouch for the citizen. Ask the second one to confirm on a machine of their own.",
    ),
    Reason.PRINTING_UNAVAILABLE: Text(
        "Hệ thống chưa in được xác nhận. Hãy báo quản trị viên; bản điện tử vẫn có giá trị.",
        "The system cannot print confirmations. Tell the administrator; the electronic one holds.",
    ),
    Reason.ASSERTION_INVALID: Text(
        "Kết quả xác minh này không dùng được. Hãy xác minh lại công dân.",
        "This verification cannot be used. Verify the citizen again.",
    ),
    Reason.CONFIRMATION_NOT_FOUND: Text(
        "Không có xác nhận này, hoặc do nơi khác cấp. Hãy kiểm tra lại mã.",
        "There is no such confirmation, or somebody else had it issued. Check its id.",
    ),
    Reason.CONSENT_WITHDRAWN: Text(
        "Công dân đã rút lại sự đồng ý. Hãy yêu cầu bản giấy, hoặc hỏi lại.",
        "The citizen has withdrawn the consent. Ask for the papers, or ask anew.",
    ),
    Reason.CLIENT_NOT_FOUND: Text(
        "Không có hệ thống nào đăng ký với tên này.",
        "No client system is registered under this name.",
    ),
    Reason.SUBJECT_NOT_FOUND: Text(
        "Chưa có người này trong hệ thống. Hãy kiểm tra lại số định danh, hoặc đăng ký.",
        "This person is not enrolled. Check the number again, or enrol them.",
    ),
    Reason.FINGER_NOT_ENROLLED: Text(
        "Ngón này chưa đăng ký. Hãy dùng ngón khác.",
        "This finger is not enrolled. Use another one.",
    ),
    Reason.OPERATION_NOT_FOUND: Text(
        "Không có công việc này, hoặc đã bị xóa.",
        "There is no such operation, or it was deleted.",
    ),
    Reason.PROCEDURE_NOT_FOUND: Text(
        "Không có thủ tục với mã này. Hãy chọn lại trong danh mục.",
        "There is no procedure with this code. Choose it from the list.",
    ),
    Reason.RECORD_TYPE_NOT_FOUND: Text(
        "Không có loại giấy tờ này. Hãy chọn lại trong danh mục.",
        "There is no such type of record. Choose it from the list.",
    ),
    Reason.RECORD_NOT_FOUND: Text(
        "Người này chưa có giấy tờ điện tử loại này. Hãy yêu cầu bản giấy.",
        "This person has no record of this type. Ask for the paper.",
    ),
    Reason.REFERENCE_EXISTS: Text(
        "Số định danh này đã đăng ký. Nếu đúng người, hãy thêm vân tay; nếu là người khác, dừng lại và báo cáo.",
        "This number is enrolled already. If it is this person, add fingerprints; if not, stop and report it.",
    ),
    Reason.DUPLICATE_PERSON_SUSPECTED: Text(
        "Vân tay này có thể đã đăng ký cho người khác. Hãy để cán bộ phụ trách xem xét.",
        "These fingerprints may be enrolled for somebody else. Have the officer in charge look at it.",
    ),
    Reason.SAME_FINGER_SUSPECTED: Text(
        "Có vẻ một ngón được lấy hai lần với hai tên. Hãy lấy lại từng ngón.",
        "One finger seems to have been taken under two names. Take each finger again.",
    ),
    Reason.CLIENT_EXISTS: Text(
        "Tên hoặc chứng thư này đã đăng ký. Hãy dùng tên và chứng thư khác.",
        "This name or certificate is registered already. Use others.",
    ),
    Reason.REQUEST_REPLAYED: Text(
        "Yêu cầu này đã gửi trước đây. Hãy làm lại từ đầu.",
        "This request was sent before. Begin again.",
    ),
    Reason.ACT_NOT_FOUND: Text(
        "Không có việc nào chờ duyệt với mã này.",
        "Nothing waits for approval under this id.",
    ),
    Reason.SECOND_PERSON_REQUIRED: Text(
        "Việc này cần người thứ hai duyệt. Hãy chờ duyệt rồi gửi lại.",
        "A second person has to approve this. Wait for it, then send it again.",
    ),
    Reason.ACT_REJECTED: Text(
        "Người thứ hai đã từ chối việc này. Hãy hỏi lý do.",
        "The second person has rejected this. Ask why.",
    ),
    Reason.ACT_EXPIRED: Text(
        "Đã quá thời gian chờ duyệt. Hãy gửi yêu cầu mới.",
        "Nobody approved this in time. Ask anew.",
    ),
    Reason.ACT_APPROVED: Text(
        "Việc này đã được duyệt, không từ chối được nữa.",
        "This was approved, and cannot be rejected any more.",
    ),
    Reason.ACT_NO_LONGER_ALLOWED: Text(
        "Người yêu cầu không còn quyền làm việc này. Hãy từ chối.",
        "Whoever asked for this may not do it any more. Reject it.",
    ),
    Reason.ACT_STALE: Text(
        "Nội dung liên quan đã thay đổi từ khi yêu cầu. Hãy gửi yêu cầu mới.",
        "What this is about was changed since it was asked for. Ask anew.",
    ),
    Reason.ACTS_EXCEEDED: Text(
        "Quá nhiều việc đang chờ duyệt. Hãy chờ duyệt bớt.",
        "Too many requests wait for approval. Wait until some are decided.",
    ),
    Reason.CLIENT_STATE_FINAL: Text(
        "Hệ thống này đã bị thu hồi, không khôi phục được. Hãy đăng ký với tên khác.",
        "This client system was revoked for good. Register it under another name.",
    ),
    Reason.OPERATION_RUNNING: Text(
        "Một công việc khác đang chạy. Hãy chờ, hoặc hủy nó.",
        "Another operation is running. Wait for it, or cancel it.",
    ),
    Reason.SAMPLE_QUALITY_LOW: Text(
        "Dấu vân tay không đủ rõ. Hãy lấy lại, hoặc dùng ngón khác.",
        "The fingerprint is not clear enough. Take it again, or use another finger.",
    ),
    Reason.SAMPLE_IMPLAUSIBLE: Text(
        "Dấu này không giống vân tay thật. Hãy lấy lại trực tiếp từ ngón tay.",
        "This does not look like a print of a real finger. Take a new one from the finger itself.",
    ),
    Reason.SLAP_COUNT_MISMATCH: Text(
        "Số ngón trên ảnh bàn tay không khớp. Hãy xòe các ngón và lấy lại, hoặc khai báo ngón thiếu.",
        "The slap shows another number of fingers. Spread them and take it again, or state which are missing.",
    ),
    Reason.FINGER_SEQUENCE_MISMATCH: Text(
        "Một ngón không khớp với ảnh bàn tay, có thể đã nhầm ngón. Hãy lấy lại ngón đó.",
        "One finger is not the one on the slap; perhaps it was mixed up. Take that finger again.",
    ),
    Reason.SAMPLE_REPLAYED: Text(
        "Dấu vân tay này đã gửi trước đây. Hãy lấy dấu mới.",
        "This fingerprint was sent before. Take a new one.",
    ),
    Reason.GALLERY_TOO_LARGE_FOR_TARGET_FPIR: Text(
        "Số ngón chưa đủ để tìm chắc chắn. Hãy lấy thêm ngón, hoặc nhập số định danh.",
        "There are too few fingers for a sure search. Take more, or enter the citizen number.",
    ),
    Reason.ATTEMPTS_LOCKED: Text(
        "Đã thử sai quá nhiều lần nên bị khóa. Hãy dừng lại và xác minh bằng cách khác.",
        "It is locked after too many tries that failed. Stop, and identify the person by other means.",
    ),
    Reason.OPERATION_INTERRUPTED: Text(
        "Công việc bị ngắt giữa chừng. Hãy chạy lại.",
        "The operation was interrupted. Start it again.",
    ),
    Reason.VERSION_MISMATCH: Text(
        "Có người vừa sửa thông tin này. Hãy mở lại rồi sửa.",
        "Somebody has just changed this. Open it again, then change it.",
    ),
    Reason.CLIENT_UNKNOWN: Text(
        "Máy này chưa đăng ký. Hãy báo cho người vận hành.",
        "This workstation is not registered. Tell the operator.",
    ),
    Reason.CLIENT_ASSERTION_INVALID: Text(
        "Hệ thống này không đăng nhập được. Hãy báo cho người vận hành.",
        "This client system cannot sign in. Tell the operator.",
    ),
    Reason.TOKEN_INVALID: Text(
        "Phiên của hệ thống này đã hết. Hãy thử lại; nếu vẫn lỗi, báo cho người vận hành.",
        "The time of this client system is over. Try again; if it fails again, tell the operator.",
    ),
    Reason.CLIENT_REVOKED: Text(
        "Quyền của hệ thống này đã bị thu hồi. Hãy báo cho người vận hành.",
        "This client system was revoked. Tell the operator.",
    ),
    Reason.CERTIFICATE_REVOKED: Text(
        "Chứng thư của máy này đã bị thu hồi. Hãy báo cho người vận hành.",
        "The certificate of this workstation was revoked. Tell the operator.",
    ),
    Reason.DEVICE_NOT_FOUND: Text(
        "Không có máy quét này trong danh sách. Hãy kiểm tra mã máy.",
        "There is no such scanner in the registry. Check its id.",
    ),
    Reason.DEVICE_EXISTS: Text(
        "Mã hoặc khóa của máy quét này đã được dùng. Hãy chọn mã khác hoặc tạo khóa mới.",
        "This id or key of a scanner is or was taken. Choose another id, or make another key.",
    ),
    Reason.DEVICE_NOT_REGISTERED: Text(
        "Máy quét chưa được đăng ký cho đơn vị này. Hãy báo cho người vận hành.",
        "The scanner is not registered for your office. Tell the operator.",
    ),
    Reason.DEVICE_REVOKED: Text(
        "Máy quét này đã bị thu hồi. Hãy dùng máy khác.",
        "This scanner was revoked. Take another.",
    ),
    Reason.DEVICE_ATTESTATION_INVALID: Text(
        "Không xác nhận được ảnh là của máy quét. Hãy lấy lại; nếu vẫn không được, kiểm tra đồng hồ của máy quét.",
        "The scanner does not vouch for this image. Take it again; if that does not help, check the scanner's clock.",
    ),
    Reason.PRESENTATION_ATTACK_SUSPECTED: Text(
        "Máy quét báo đây không phải ngón tay thật. Hãy nhìn ngón tay của công dân rồi lấy lại.",
        "The scanner says that this is no real finger. Look at the citizen's finger, then take it again.",
    ),
    Reason.CLIENT_SUSPENDED: Text(
        "Hệ thống này đang bị tạm dừng. Hãy hỏi người vận hành.",
        "This client system is suspended. Ask the operator.",
    ),
    Reason.CLIENT_NOT_ENTITLED: Text(
        "Đơn vị không được dùng thủ tục hoặc giấy tờ này. Hãy kiểm tra mã thủ tục.",
        "Your office may not use this procedure or record. Check the code of the procedure.",
    ),
    Reason.CLIENT_NOT_AUTHORIZED: Text(
        "Đơn vị không được làm việc này. Hãy hỏi người vận hành.",
        "Your office may not do this. Ask the operator.",
    ),
    Reason.SAMPLE_KIND_NOT_ALLOWED: Text(
        "Máy này không được gửi dấu vân tay ở dạng đó. Hãy báo cho người vận hành.",
        "This workstation may not send fingerprints of that kind. Tell the operator.",
    ),
    Reason.READ_BUDGET_EXCEEDED: Text(
        "Hôm nay đã xem đủ số người cho phép. Hãy tiếp tục vào ngày mai.",
        "As many people as allowed have been read today. Go on tomorrow.",
    ),
    Reason.CALL_BUDGET_EXCEEDED: Text(
        "Gửi quá nhiều yêu cầu trong một phút. Hãy chờ một lát.",
        "Too many requests were sent within a minute. Wait a moment.",
    ),
    Reason.TRANSACTIONS_EXCEEDED: Text(
        "Quá nhiều giao dịch đang mở. Hãy kết thúc bớt rồi thử lại.",
        "Too many transactions are open. End some and try again.",
    ),
    Reason.TOO_MANY_OPEN: Text(
        "Quá nhiều kết nối đang mở. Hãy đóng bớt rồi thử lại.",
        "Too many connections are open. Close some and try again.",
    ),
    Reason.SERVER_BUSY: Text(
        "Hệ thống đang bận. Hãy chờ một lát rồi thử lại.",
        "The system is busy. Wait a moment and try again.",
    ),
    Reason.ATTEMPTS_EXCEEDED: Text(
        "Vừa thử không khớp. Hãy chờ, lau ngón tay và máy quét, rồi thử lại.",
        "The last tries did not match. Wait, clean finger and scanner, then try again.",
    ),
    Reason.MATCHER_UNAVAILABLE: Text(
        "Chưa so được vân tay lúc này. Hãy thử lại; nếu vẫn không được, báo cho người vận hành.",
        "Fingerprints cannot be compared now. Try again; if that does not help, tell the operator.",
    ),
    Reason.STORE_UNAVAILABLE: Text(
        "Chưa kết nối được cơ sở dữ liệu. Hãy thử lại; nếu vẫn không được, báo cho người vận hành.",
        "The database cannot be reached. Try again; if that does not help, tell the operator.",
    ),
    Reason.STORE_NOT_WRITABLE: Text(
        "Chưa lưu được dữ liệu. Hãy báo cho người vận hành.",
        "Nothing can be stored now. Tell the operator.",
    ),
    Reason.KEYS_UNAVAILABLE: Text(
        "Hệ thống chưa ký được kết quả. Hãy báo cho người vận hành.",
        "The system cannot sign its answers now. Tell the operator.",
    ),
    Reason.DEADLINE_EXCEEDED: Text(
        "Quá thời gian chờ. Hãy thử lại.",
        "It took too long. Try again.",
    ),
}
