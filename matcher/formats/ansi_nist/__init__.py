"""Files of ANSI/NIST-ITL 1-2011 and its updates of 2013 and 2015: fingerprints as police and border agencies send them.

records      the file, taken apart into its records and fields
transaction  all fingers of a file, and those that it says are missing
images       records of type 4 (binary), 13 and 14 (tagged)
minutiae     records of type 9, of INCITS 378 and of the standard's own form
codes        finger positions, and what is refused by its name
"""

from matcher.formats.ansi_nist.images import FingerImage, Segment
from matcher.formats.ansi_nist.records import looks_like_ansi_nist
from matcher.formats.ansi_nist.transaction import FingerMinutiae, Transaction, read_transaction

__all__ = [
    "FingerImage",
    "FingerMinutiae",
    "Segment",
    "Transaction",
    "looks_like_ansi_nist",
    "read_transaction",
]
