# Why an owning agency gave no record

fault-SLOW = The office did not answer in time.
fault-UNREACHABLE = The office cannot be reached.
fault-RESTING = The office has not been answering for a while.
fault-REFUSED = The office refuses to give it.
fault-SIGNATURE = The office's signature is not right.
fault-WRONG_PERSON = The office gave another person's record.
fault-WRONG_ANSWER = The answer is not to what was asked.
fault-STALE = The record that was given is out of date.
fault-MALFORMED = The record that was given does not have its form.

# What to do

recourse-PAPER = Ask the citizen for the paper.
recourse-LATER = Try again in a few minutes.
recourse-OTHER_OFFICE = Send the citizen to the office that keeps this record.
