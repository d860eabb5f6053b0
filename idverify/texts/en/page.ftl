# The pages of the counter, of the supervisor and of the auditor

brand = Fingerprint verification
pages = Pages
page-counter = Counter
page-supervisor = Supervisor
page-auditor = Audit
skip = To the main content
other-language = Tiếng Việt
officer-claimed = Officer { $officer } (own statement, trial)
sign-in = Sign in
sign-in-again = Sign in again (new window)
sign-in-title = Sign in
sign-in-why = Sign in to work at the counter.
sign-in-failed = Signing in did not work. Try again, or tell the administrator.
sign-in-no-role = This account has no task here. Tell the administrator.
sign-out = Sign out
session-over = Your session is over. Sign in again, then press “Try now”; what you entered is still there.
service-gone = The service cannot be reached. What you entered is still there and is tried again by itself. If it takes long, use a paper slip.
try-now = Try now
working = Working…
still-working = Still working, please wait…
go-on = Go on
back = Back
leave = Give this transaction up
yes = yes
no = no
untold = not known

## Step by step

progress = Steps
stage-begin = Procedure and citizen
stage-finger = Finger
stage-decision = Comparison
stage-done = Result

officer-title = Who is at the counter?
officer-why = The service runs on trial and knows of no sign-in. Say who you are; the audit trail notes that you said so yourself.
officer-id = Officer
officer-missing = Enter the officer.
agency-code = Agency
agency-hint = For example the code of the commune's people's committee
counter-id = Counter (if any)

begin-title = What has the citizen come for?
procedure = Procedure
procedure-hint = Type the code or some words of the name, with or without marks, then choose by arrow keys and Enter.
procedure-missing = Choose a procedure of the list.
procedures = Procedures found
procedures-found = { $count } procedures, choose by arrow keys
procedures-none = There is no such procedure
papers-spared = May not be needed: { $papers }
number = Citizen number
number-hint = 12 digits on the identity card, or the citizen's virtual number
number-missing = Enter the citizen number.
dossier = Dossier
dossier-hint = May be left empty; needed for the confirmation.
dossier-missing = Enter the dossier.
slip-have = The citizen has a paper slip
slip = Number of the slip
slip-hint = A slip that was written while there was no service; today's finger confirms it.
begin = Begin

resume-looking = Looking at the open transaction
resume-title = A transaction is open
resume-until = It can be gone on with until
resume-ended = This transaction has just come to its result. Enter the citizen number again to see it.
resume-number = Once more, since the browser does not keep it.
over-title = The transaction has ended
begin-again = Begin again

## Finger

finger-title = Take a fingerprint
which-finger = Which finger?
finger-best = (best)
finger-RIGHT_THUMB = Right thumb
finger-RIGHT_INDEX = Right index finger
finger-RIGHT_MIDDLE = Right middle finger
finger-RIGHT_RING = Right ring finger
finger-RIGHT_LITTLE = Right little finger
finger-LEFT_THUMB = Left thumb
finger-LEFT_INDEX = Left index finger
finger-LEFT_MIDDLE = Left middle finger
finger-LEFT_RING = Left ring finger
finger-LEFT_LITTLE = Left little finger
file = Choose a fingerprint file
file-hint = Or drag an image here, or paste one (Ctrl+V).
resolution = Resolution
resolution-stated = as the file says
looking = Looking at the image…
quality = Quality
quality-good = Good image
quality-fair = The image will do
quality-poor = The image will not do, take another
quality-score = Quality { $score } of 100, { $minutiae } minutiae.
poor-count = Images so far that would not do: { $count }.
print-alt = The fingerprint that was taken
print-drawn = The fingerprint that was taken, with { $minutiae } minutiae marked
print-not-shown = The browser cannot show this kind of image.
print-centre = The print is in the middle.
print-left = The print is too far left: place the finger further right.
print-right = The print is too far right: place the finger further left.
print-high = The print is too high: pull the finger back a little.
print-low = The print is too low: push the finger forward a little.
print-few = Too few minutiae are seen.
paired = { $count } encircled minutiae are those of the enrolled finger.
to-compare = Go on to compare

## Scanner

scanner = Scanner
scan = Scan the finger
scanner-looking = Looking for scanners…
scanner-none = No scanner is found on this machine.
scanner-again = Look for scanners again
scanner-place = Ask the citizen to place the finger on the scanner.

## Consent, PIN, card

consent-title = Does the citizen agree?
consent-manner = How does the citizen agree?
consent-giver = Who agrees?
consent-missing = Choose how and who.
consent-yes = The citizen agrees
consent-no = The citizen does not agree
manner-SPOKEN = Spoken to the officer
manner-SIGNATURE = By signature
manner-FINGER = By placing the finger after the text was read out
giver-CITIZEN = The citizen
giver-REPRESENTATIVE = Who acts for them by law
pin-title = Ask the citizen to enter the PIN
pin = PIN
pin-hint = 6 to 12 digits. Turn the keyboard to the citizen and look away.
pin-form = A PIN has 6 to 12 digits.
pin-wrong = The PIN is wrong. Tries left: { $left }.
pass-by = Pass this step by
card-title = Read the chip of the identity card
card-sod = File EF.SOD
card-dg1 = File EF.DG1
card-hint = Both files are written by the card reader.
card-file-missing = Choose the file.

## What the comparison said

compare-title = Ready to compare
compare = Compare with the enrolled finger
decision-title = Result of the comparison
no-match = NO MATCH
inconclusive = NOT DECIDED
again = Take a fingerprint again
wait = Wait { $seconds } seconds
tries-left = Tries left: { $left }.
stopped-title = No more tries
stopped = STOP

result-title = Result
match = THIS IS THE CITIZEN
match-next = The fingerprint matches. Go on with the procedure.
vouched = TWO OFFICERS HAVE CONFIRMED
vouched-next = There is no fingerprint; go on with the procedure at the word of two officers.
number-superseded = This number was superseded by another. Remind the citizen to use the new one.
papers-spared-title = Papers no longer needed
papers-spared-none = No paper is spared.
papers-needed-title = Papers still needed
papers-needed-none = No other paper is needed.
paper-unnamed = The paper is not named
disputed = { $title }: disagrees with the citizen's data
records = What was disclosed
records-none = Nothing is disclosed for this procedure.
absent = not there, ask the citizen
ground-law = Ground: { $law }
ground-consent = Ground: the citizen's consent
confirmation-title = Confirmation for the dossier
confirmation-hint = A confirmation is for one dossier.
confirmation-make = Make the confirmation (PDF)
confirmation-made = The confirmation is made
confirmation-id = Id { $id }.
confirmation-until = It holds until
pdf-save = Save the PDF
pdf-open = Open and print
next-citizen = Next citizen

## No finger can be taken

exception = No finger can be taken
exception-title = Vouch without a finger
exception-why = Two officers vouch for the citizen together. The second confirms by an account of their own.
exception-reason = Why is there no finger?
exception-reason-missing = Choose a reason.
exception-NO_USABLE_FINGER = No finger can be used (as noted)
exception-INJURED = The hands are injured today
exception-CAPTURE_FAILED = Three impressions were taken in vain
exception-SCANNER_BROKEN = The scanner does not work
exception-ask = Ask the second officer to confirm
documents = Documents seen
document-kind = Kind of document
document-number = Number of the document
document-more = One more document
document-missing = Enter the number of one document at least that you have seen.
document-IDENTITY_CARD = Identity card
document-PASSPORT = Passport
document-BIRTH_CERTIFICATE = Birth certificate
document-DRIVING_LICENCE = Driving licence
document-HEALTH_INSURANCE_CARD = Health insurance card
document-OTHER = Another (say which in the note)
note = Note
second-title = Waiting for the second officer
second-why = The second officer opens their own page and enters the id of the transaction below, the citizen number and the reason.
second-waiting = Waiting for the confirmation. The page goes on by itself.
second-here = The second officer signs in at this counter
second-is = Second officer: { $officer }
second-number-hint = The second officer reads the number off the document and enters it.
second-missing = Enter the citizen number and choose a reason.
second-confirm = I vouch for this citizen
second-other = Confirm for a colleague
second-other-title = Confirm as the second officer
second-done-title = Confirmed
second-done = Confirmed together with officer { $officer }.
transaction = Transaction
transaction-hint = The id that the first officer tells you.
transaction-missing = Enter the id of the transaction.
conclude-title = The second officer has confirmed
conclude = End and get the data
