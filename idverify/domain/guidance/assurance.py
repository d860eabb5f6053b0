"""The rules of assurance, in words: what was shown, and what that amounts to."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.assurance import Assurance
from idverify.domain.guidance.language import Text

ASSURANCE_TEXTS: Mapping[Assurance, Text] = {
    Assurance.SINGLE_BIOMETRIC: Text(
        "Chỉ có vân tay: một yếu tố sinh trắc học, chưa đạt mức độ nào của Nghị định 69/2024/NĐ-CP.",
        "A fingerprint alone: one biometric factor, which reaches no level of Decree 69/2024/ND-CP.",
    ),
    Assurance.LEVEL_1: Text(
        "Một yếu tố, không có sinh trắc học: mức độ 1 của Nghị định 69/2024/NĐ-CP.",
        "One factor, and no biometric one: level 1 of Decree 69/2024/ND-CP.",
    ),
    Assurance.LEVEL_2: Text(
        "Hai yếu tố khác nhau, không có sinh trắc học: mức độ 2 của Nghị định 69/2024/NĐ-CP.",
        "Two different factors, and no biometric one: level 2 of Decree 69/2024/ND-CP.",
    ),
    Assurance.LEVEL_3: Text(
        "Hai yếu tố khác nhau, trong đó có sinh trắc học: mức độ 3 của Nghị định 69/2024/NĐ-CP.",
        "Two different factors, one of them biometric: level 3 of Decree 69/2024/ND-CP.",
    ),
    Assurance.LEVEL_4: Text(
        "Sinh trắc học, vật đang giữ và điều chỉ công dân biết: mức độ 4 của Nghị định 69/2024/NĐ-CP.",
        "Something one is, something one has and something one knows: level 4 of Decree 69/2024/ND-CP.",
    ),
}

NO_BIOMETRIC_TEXT = Text(
    "Hai cán bộ xác nhận, không có yếu tố nào được máy kiểm tra: không đạt mức độ nào.",
    "Two officers vouch, and no machine has checked anything: no level is reached.",
)
