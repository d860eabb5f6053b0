# What to do after a refusal, in terms of this command line

next-UNAVAILABLE = Is the service running? Start it with 'idverify serve', or name it with --server.
next-DEADLINE_EXCEEDED = Repeat the call with the same --request-id, or wait longer with --timeout.
next-CLIENT_UNKNOWN = Give the certificate and key of a registered client with --cert and --key.
next-CLIENT_NOT_AUTHORIZED = Use the certificate of a client whose role allows this.
next-CLIENT_NOT_ENTITLED = Have 'idverify clients update NAME --procedure CODE' run by an administrator.
next-CLIENT_NOT_FOUND = 'idverify clients list' tells the names.
next-CLIENT_SUSPENDED = Have 'idverify clients reinstate NAME' run by an administrator.
next-SUBJECT_NOT_FOUND = Enrol the citizen with 'idverify enrol'.
next-REFERENCE_EXISTS = Add further prints with 'idverify add-fingers'.
next-DUPLICATE_PERSON_SUSPECTED = 'idverify get --subject ID' shows whom; '--duplicates report' enrols nevertheless.
next-SECOND_PERSON_REQUIRED = Another administrator: 'idverify acts approve ACT'; then repeat with that --request-id.
next-REQUEST_REPLAYED = Leave --request-id out for a new call.
next-FINGER_NOT_ENROLLED = Use one of the enrolled fingers; 'idverify get' lists them.
next-SAMPLE_RESOLUTION_UNKNOWN = State the scanner's resolution with --resolution, e.g. --resolution 500; of an xyt text its image's size too, 'FILE:300x400' ('idverify convert': --size).
next-SAMPLE_QUALITY_LOW = 'idverify quality FILE' says what to do better.
next-PROCEDURE_NOT_FOUND = 'idverify procedures' lists the codes.
next-RECORD_TYPE_NOT_FOUND = 'idverify records types' lists the types.
next-RECORD_INVALID = 'idverify records types --json' shows the schemas.
next-VERSION_MISMATCH = Read the record again with 'idverify records get' and repeat the change.
next-BACKUP_BROKEN = Try another copy of the file, or take a new backup with 'idverify backup take'.
next-SERVER_BUSY = Wait a moment and repeat the call with the same --request-id.
name-the-finger = Name the finger, e.g. '--finger right-index', or 'right-index=FILE' for one of several files.
another-person = Another person has to do this, with a certificate of their own (--cert, --key).
connection-certificate = The server's certificate is not of the authority in --ca, or is out of date.
connection-name = Name the server in --server as its certificate does, or have one issued for this address.
connection-no-tls = What listens there has no TLS: leave --ca, --cert and --key out, or name another with --server.
connection-wants-tls = The server wants TLS: give --ca, --cert and --key.
connection-wants-certificate = The server wants to know you: give --cert and --key.
connection-certificate-refused = The certificate in --cert is not of an authority that the server trusts, or is out of date.

# Where the refusal is not the service's

local-UNAVAILABLE = The service cannot be reached.
local-FILE_UNUSABLE = A file cannot be read or written.
local-USAGE = The command, or a file that was given, is not right.

# Who asked about a citizen

history-time = time
history-who = who asked
history-procedure = procedure
history-dossier = dossier
history-what = what
history-outcome = outcome
history-disclosed = disclosed
history-merged = (entry that was merged)
history-more = There is more: use --most or --since.
history-archived = What was asked before is in an archive.

# Results

decision-MATCH = MATCH
decision-NO_MATCH = NO_MATCH
decision-INCONCLUSIVE = INCONCLUSIVE
one-in = 1 in { $number }
extrapolated = { $rate } (extrapolated)
quality = { $score }/100, { $minutiae } minutiae
quality-unusable = { $score }/100, { $minutiae } minutiae, not usable
of-a-finger = quality { $quality }
of-a-finger-scored = score { $score }, quality { $quality }
scored = { $subject } (score { $score })
print = print { $place }
tries-left = { $left }, the next in { $seconds } s
number-superseded = reissued; the citizen bears another by now

# Asked before something is done

ask-delete = Delete this citizen with all prints and records?
ask-approve = Approve this, and have it done?
ask-revoke-client = Revoke this client for good?

# Chart of papers saved

chart-month = Papers that nobody had to bring, by month
chart-procedure_code = By procedure
chart-agency_code = By agency

# Citizens and their prints

state-ACTIVE = active
state-LOCKED = locked
state-DEACTIVATED = deactivated
state-DECEASED = deceased
state-MERGED = merged
number-says = registered in { $place }; born { $year }; { $sex }
place-until = { $place }, until { $day }, now { $now }
unknown-place = an unknown place ({ $code })
source-REGISTER = register
source-ENROLMENT = enrolment
source-OWNER = owner
source-kept = { $source }, asked { $time }
fault-MISSING = missing
fault-DAMAGED = damaged
fault-BANDAGED = bandaged
cannot = { $finger } ({ $fault })
cannot-until = { $finger } ({ $fault } until { $day })
change-RECORDING_ERROR = recording-error
change-LEGAL_CHANGE = legal-change
change-NUMBER_REISSUED = number-reissued
change-CITIZEN_REQUEST = citizen-request
change-MISUSE_SUSPECTED = misuse-suspected
change-LEGAL_DECISION = legal-decision
change-DEATH_REGISTERED = death-registered
change-RESOLVED = resolved
change-FINGERS_SEEN = fingers-seen
two-fingers = { $one } and { $other }
own-image = its own image
own-image-agrees = its own image, as on the slap
own-image-swapped = its own image, of the slap's { $finger }
own-image-unlike = its own image, like none on the slap
from-slap = slap { $slap }, { $width } x { $height } at { $x }, { $y }

# Procedures

dry-run = nothing was changed
no-difference = nothing is different
difference-ADDED = added
difference-CHANGED = changed
difference-WITHDRAWN = withdrawn
withdrawn = withdrawn
on-consent = none: the citizen's consent
vouching-allowed = two officers may vouch
vouching-never = never
none-held = none that held
