# What the officer does next

action-CAPTURE = Have the citizen place the { $finger } on the scanner.
action-READ_CARD = Read the chip of the citizen's identity card.
action-ENTER_PIN = Have the citizen enter their PIN themselves.
action-CONSENT = Show or read the consent text to the citizen, and note the answer.
action-AUTHENTICATE = Enough was captured: have it compared.
action-SECOND_OFFICER = Ask a second officer to look at the documents and confirm on a machine of their own.
action-CONCLUDE = Two officers vouch for the citizen: have it concluded without a finger.
action-STOP = Stop capturing: no try is left. Identify the citizen by other means.
action-DONE = The transaction has ended.
may-be-passed = Where the citizen has none, have the fingers compared: some fields are kept back then.
expired = Its time is over: begin a new one.
wait = Wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
 } before the comparison.

# Which finger

finger-any = finger
finger-UNKNOWN = enrolled finger
finger-RIGHT_THUMB = right thumb
finger-RIGHT_INDEX = right index finger
finger-RIGHT_MIDDLE = right middle finger
finger-RIGHT_RING = right ring finger
finger-RIGHT_LITTLE = right little finger
finger-LEFT_THUMB = left thumb
finger-LEFT_INDEX = left index finger
finger-LEFT_MIDDLE = left middle finger
finger-LEFT_RING = left ring finger
finger-LEFT_LITTLE = left little finger

# How to take a clearer print

advice-NO_FINGER = No finger is seen: place it in the middle of the sensor.
advice-TOO_FEW_MINUTIAE = Press the flat of the finger, not its tip; or take another finger.
advice-SMALL_AREA = Centre the finger and press a little more.
advice-TOO_WET = The finger is wet: dry it and press less.
advice-TOO_DRY = The finger is dry: moisten it a little and press more.
advice-LOW_CONTRAST = Little contrast: clean the sensor.

# Which finger is not to be asked for, why, and until when

fault-MISSING = is missing
fault-DAMAGED = shows no ridges
fault-BANDAGED = is bandaged
unavailable = The { $finger } { $fault }.
unavailable-until = The { $finger } { $fault } until { DAY($day) }.
second-officer-signed-in = Done. You may close this window.
