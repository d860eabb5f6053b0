# The printed confirmation; it is printed in Vietnamese, and this is for who reads it in English

state = SOCIALIST REPUBLIC OF VIET NAM
motto = Independence - Freedom - Happiness
title = CONFIRMATION THAT AN IDENTITY WAS AUTHENTICATED
qr-note = The QR code holds the electronic confirmation (SD-JWT). Check it with the public keys and the status list of the service; the print is worth something only while the electronic one is valid and not revoked.
signed-note = This document is signed digitally. Whatever is changed after that is found when the signature is checked.

row-jti = Confirmation
row-iss = Confirmed by
row-aud = Asked for by
row-vn_dossier = Code of the dossier
row-vn_proc = Code of the procedure
row-title = Procedure
row-auth_time = Authenticated at
row-exp = Valid until
row-amr = Authenticated by
row-acr = Level of authentication

method-fpt = fingerprint
method-sc = identity card
method-pin = PIN

acr-no-biometric = nothing that the system has checked
acr-single-biometric = one biometric factor (which reaches no level of Decree 69/2024/ND-CP)
acr-level-1 = level 1 of Decree 69/2024/ND-CP
acr-level-2 = level 2 of Decree 69/2024/ND-CP
acr-level-3 = level 3 of Decree 69/2024/ND-CP
acr-level-4 = level 4 of Decree 69/2024/ND-CP

# Exceptions: two officers vouch

exception = EXCEPTION
exception-means = Not authenticated by biometrics: two officers vouch
exception-reason = Reason
exception-officers = Officers who vouch
exception-documents = Documents seen
no-documents = none

reason-NO_USABLE_FINGER = no finger can be used
reason-INJURED = the hands are injured
reason-CAPTURE_FAILED = fingerprints were tried repeatedly in vain
reason-SCANNER_BROKEN = the scanner is broken

document-IDENTITY_CARD = identity card
document-PASSPORT = passport
document-BIRTH_CERTIFICATE = birth certificate
document-DRIVING_LICENCE = driving licence
document-HEALTH_INSURANCE_CARD = health insurance card
document-OTHER = another document

# Values in records

sex-M = male
sex-F = female
yes = yes
no = no

# Paper slips, for when there is no service

slip-title = SLIP FOR WHEN THE SYSTEM IS DOWN
slip-number = Number: { $number }
slip-agency = Agency: { $agency }
slip-when = Day and hour at which the citizen was there
slip-procedure = Codes of procedure and dossier
slip-citizen = Citizen number
slip-name = Full name
slip-documents = Documents seen (kind, number)
slip-given = Handed to the citizen
slip-first-officer = First officer (code, signature)
slip-second-officer = Second officer (code, signature)
slip-signed = Signature of the citizen
slip-note = No fingerprint was compared. A slip is used once, needs the signatures of two officers, and is entered as soon as the system is up again. One that is spoilt or lost has to be made void in the system.
