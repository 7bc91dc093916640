"""The state of a sink, as it notes it itself: which import of a dump type, and how complete."""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from discogs_assets.warehouse.loaded import Provenance

NOTES = "discogs_export"
"""Where a sink keeps its notes, one a dump type: a table, a collection, a label or a key."""


class Status(StrEnum):
    """How complete a feed is. The values are in databases: they stay as they are."""

    DONE = "done"
    INCOMPLETE = "partly"
    """Interrupted: records with the right hash are right, others are missing or old."""
    INCONSISTENT = "mixed"
    """Interrupted: records with the right hash may have been written in another form."""


@dataclass(frozen=True)
class SinkState:
    """The state of a dump type in a sink.

    `shape` names the form of its records: those of the same hash and another shape have to be
    written anew. `kept` is the note of the records kept from earlier months.
    """

    provenance: Provenance
    shape: str
    status: Status = Status.DONE
    kept: str = ""

    def is_alike(self, other: "SinkState") -> bool:
        """Whether records of the same hash have the same form in both."""
        return self.shape == other.shape and self.provenance.same_code(other.provenance)

    def to_text(self) -> str:
        """Return the note as databases have it: its names stay as they are."""
        content = {
            "month": str(self.provenance.month),
            "source": self.provenance.import_id,
            "is_full": self.provenance.is_full,
            "made_with": self.provenance.code_version,
            "shape": self.shape,
            "state": self.status,
        }
        return json.dumps(content | ({"kept": self.kept} if self.kept else {}))

    @classmethod
    def from_text(cls, text: str) -> "SinkState":
        note = json.loads(text)
        month = date.fromisoformat(note["month"])
        provenance = Provenance(month, note["source"], note["is_full"], note.get("made_with", ""))
        return cls(provenance, note["shape"], Status(note["state"]), note.get("kept", ""))
