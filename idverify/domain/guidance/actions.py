"""What each method does, as a clerk would call it; by its name, which is the action in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.guidance.language import Text

ACTION_TEXTS: Mapping[str, Text] = {
    "EnrolCitizen": Text("Đăng ký công dân", "Enrol a citizen"),
    "AddFingerprints": Text("Thêm vân tay", "Add fingerprints"),
    "GetCitizen": Text("Xem thông tin công dân", "See a citizen's data"),
    "ListCitizens": Text("Xem danh sách công dân", "List citizens"),
    "DeleteCitizen": Text("Xóa công dân", "Delete a citizen"),
    "Verify": Text("Xác minh công dân", "Verify a citizen"),
    "Identify": Text("Tìm người theo vân tay", "Find a person by fingerprint"),
    "IdentifyStream": Text("Tìm nhiều người theo vân tay", "Find many people by fingerprint"),
    "StartTransaction": Text("Bắt đầu giao dịch", "Begin a transaction"),
    "AddCapture": Text("Lấy vân tay", "Take a fingerprint"),
    "GiveConsent": Text("Ghi nhận sự đồng ý", "Note a consent"),
    "AuthenticateCitizen": Text("Xác thực công dân", "Authenticate a citizen"),
    "EndTransaction": Text("Kết thúc giao dịch", "End a transaction"),
    "GetTransaction": Text("Xem giao dịch", "See a transaction"),
    "ListConsents": Text("Xem các lần đồng ý", "List consents"),
    "WithdrawConsent": Text("Rút lại sự đồng ý", "Withdraw a consent"),
    "ExtractTemplate": Text("Trích đặc điểm vân tay", "Extract a fingerprint's template"),
    "CompareSamples": Text("So hai dấu vân tay", "Compare two fingerprints"),
    "CheckQuality": Text("Kiểm tra độ rõ của vân tay", "Check a fingerprint's quality"),
    "PutRecord": Text("Lưu giấy tờ điện tử", "Store a record"),
    "GetRecord": Text("Xem giấy tờ điện tử", "See a record"),
    "ListRecordTypes": Text("Xem các loại giấy tờ", "List types of records"),
    "ListProcedures": Text("Xem danh mục thủ tục", "List procedures"),
    "GetProcedure": Text("Xem thủ tục", "See a procedure"),
    "GetKeySet": Text("Lấy khóa kiểm tra chữ ký", "Get the keys that check signatures"),
    "GetGalleryStatus": Text("Xem tình trạng kho vân tay", "See the state of the gallery"),
    "StartFindDuplicates": Text("Tìm người đăng ký hai lần", "Search for people enrolled twice"),
    "ListAttemptLimits": Text("Xem các giới hạn số lần thử", "List limits on tries"),
    "LiftAttemptLimit": Text("Mở khóa số lần thử", "Lift a limit on tries"),
    "ListOperations": Text("Xem các công việc đang chạy", "List operations"),
    "GetOperation": Text("Xem một công việc", "See an operation"),
    "DeleteOperation": Text("Xóa một công việc", "Delete an operation"),
    "CancelOperation": Text("Hủy một công việc", "Cancel an operation"),
    "WaitOperation": Text("Chờ một công việc", "Wait for an operation"),
    "RegisterClient": Text("Đăng ký hệ thống kết nối", "Register a client system"),
    "UpdateClient": Text("Sửa hệ thống kết nối", "Change a client system"),
    "SuspendClient": Text("Tạm dừng hệ thống kết nối", "Suspend a client system"),
    "ReinstateClient": Text("Cho hệ thống kết nối hoạt động lại", "Reinstate a client system"),
    "RevokeClient": Text("Thu hồi hệ thống kết nối", "Revoke a client system"),
    "GetClient": Text("Xem hệ thống kết nối", "See a client system"),
    "ListClients": Text("Xem danh sách hệ thống kết nối", "List client systems"),
    "ListAuditEvents": Text("Xem nhật ký", "Read the audit trail"),
    "CheckAuditTrail": Text("Kiểm tra nhật ký", "Check the audit trail"),
}
