"""What one view, or one transaction, knows of citizens already, and need not ask the database again."""

from __future__ import annotations

from dataclasses import dataclass, field

from idverify.storage.tables import AnyRow

_MOST = 64
"""Citizens: a call is about a few people, and who goes through all needs each once."""


@dataclass(slots=True)
class Remembered:
    """Of citizens, by subject id; for one thread, and as long as its view or transaction.

    In a view everything stays as it is. In a transaction a citizen who is held stays: nobody else deletes them, or
    gives them another number; what the transaction itself does to them is forgotten here.

    Attributes:
        found: data keys of those who are there, in a view; None: in a transaction, which holds whom it asks about.
        held: data keys of those whom the transaction keeps from being deleted.
        numbers: what those bear who are held.
        rows: as they were found by number, whether they were changed and renamed; in a transaction only of those held.
    """

    found: dict[str, bytes] | None
    held: dict[str, bytes] = field(default_factory=dict, repr=False)
    numbers: dict[str, str] = field(default_factory=dict, repr=False)
    rows: dict[str, AnyRow] = field(default_factory=dict, repr=False)

    def note(self, row: AnyRow) -> None:
        """Note the row of somebody who was found by number."""
        if len(self.rows) >= _MOST:
            self.rows.clear()
        self.rows[row.subject_id] = row

    def is_unchanged(self, subject_id: str) -> bool:
        """Tell whether it is known that nothing was ever changed about somebody."""
        return subject_id in self.rows and self.rows[subject_id].changed is None

    def has_one_number(self, subject_id: str) -> bool:
        """Tell whether it is known that somebody never bore another number."""
        return subject_id in self.rows and not self.rows[subject_id].renamed

    def find(self, subject_id: str, key: bytes) -> None:
        """Note the data key of somebody who is there, in a view."""
        if self.found is not None:
            if len(self.found) >= _MOST:
                self.found.clear()
            self.found[subject_id] = key

    def hold(self, subject_id: str, key: bytes) -> None:
        """Note that somebody is held."""
        if len(self.held) >= _MOST:
            self.held.clear()
            self.numbers.clear()
            self.rows.clear()
        self.held[subject_id] = key

    def forget(self, subject_id: str) -> None:
        """Forget somebody whom the transaction changes or deletes."""
        self.held.pop(subject_id, None)
        self.numbers.pop(subject_id, None)
        self.rows.pop(subject_id, None)
