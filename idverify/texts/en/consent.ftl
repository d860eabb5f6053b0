# What a citizen agrees to. Whoever changes a word gives the text another version in idverify/domain/consent.py: what was agreed to is kept by its digest.

consent = I agree that { $agency } verifies my identity by my fingerprint for the procedure { $code } “{ $title }”, and sees the following: { $records }. The impressions taken now serve this verification only. I may withdraw my consent at any time; then I bring the papers instead.
no-records = nothing
agency = the receiving agency
