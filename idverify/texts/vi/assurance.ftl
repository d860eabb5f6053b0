# Đã xuất trình những gì, đạt mức độ nào

single-biometric = Chỉ có vân tay: một yếu tố sinh trắc học, chưa đạt mức độ nào của Nghị định 69/2024/NĐ-CP.
level-1 = Một yếu tố, không có sinh trắc học: mức độ 1 của Nghị định 69/2024/NĐ-CP.
level-2 = Hai yếu tố khác nhau, không có sinh trắc học: mức độ 2 của Nghị định 69/2024/NĐ-CP.
level-3 = Hai yếu tố khác nhau, trong đó có sinh trắc học: mức độ 3 của Nghị định 69/2024/NĐ-CP.
level-4 = Sinh trắc học, vật đang giữ và điều chỉ công dân biết: mức độ 4 của Nghị định 69/2024/NĐ-CP.
no-biometric = Hai cán bộ xác nhận, không có yếu tố nào được máy kiểm tra: không đạt mức độ nào.
