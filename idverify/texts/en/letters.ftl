# What citizens are written about their requests on personal data

kind-ACCESS = access to personal data
kind-CORRECTION = correction of personal data
kind-ERASURE = erasure of personal data
kind-HISTORY = who has asked about the data
kind-RESTRICTION = restriction of processing
kind-OBJECTION = objection to processing

state-OPEN = The request for { $kind }, received on { DAY($received) }, number { $id }, has been noted.
state-ACCEPTED = The request for { $kind }, received on { DAY($received) }, number { $id }, is accepted.
state-REFUSED = The request for { $kind }, received on { DAY($received) }, number { $id }, is refused.
state-DONE = The request for { $kind }, received on { DAY($received) }, number { $id }, has been carried out.

reply-due = The agency answers by { DAY($day) }.
due = It is to be carried out by { DAY($day) }.
