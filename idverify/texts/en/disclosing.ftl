# Why a record is kept back, and what to do

kept-back-NOT_ENTITLED = This office is not given this record. Ask the citizen for the paper.
kept-back-PURPOSE = It is not given for the purpose that is stated. State the purpose of the procedure.
kept-back-CONSENT_MISSING = This procedure needs the citizen's consent. Ask for it in a transaction, or ask for the paper.
kept-back-CONSENT_SCOPE = The citizen has not agreed to this record. Ask anew, or ask for the paper.
kept-back-ASSURANCE = This needs more than was shown. Ask for the paper.

# What may be shown besides, so that it is given

besides-pin = Or begin a new transaction, and have the citizen enter their PIN too.
besides-sc = Or begin a new transaction, and read the identity card's chip too.
besides-either = Or begin a new transaction, with PIN or identity card too.
besides-both = Or begin a new transaction, with both PIN and identity card.
