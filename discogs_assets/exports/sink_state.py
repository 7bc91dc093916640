"""What a sink notes down of itself: which import of a dump type it was fed from, and how far."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from discogs_assets.warehouse.loaded import Import

NOTES = "discogs_export"
"""Where a sink keeps its notes, one a dump type: a table, a collection, a label or a key."""


class State(StrEnum):
    """How far a sink is with what it was last fed."""

    DONE = "done"
    PARTLY = "partly"
    """It was broken off: records whose hash is right are right, others are missing or old."""
    MIXED = "mixed"
    """It was broken off, and records of the right hash may have been written in another way."""


@dataclass(frozen=True)
class Held:
    """What a sink holds of a dump type.

    `shape` tells in which form records were written: those of the same hash and another shape
    have to be written anew. `kept` is the note of the records that are kept from earlier months.
    """

    what: Import
    shape: str
    state: State = State.DONE
    kept: str = ""

    def is_alike(self, other: "Held") -> bool:
        """Whether a record of the same hash was written the same way for both."""
        return self.shape == other.shape and self.what.made_with == other.what.made_with != ""

    def to_text(self) -> str:
        content = {**asdict(self.what), "month": str(self.what.month)}
        content |= {"shape": self.shape, "state": self.state}
        return json.dumps(content | ({"kept": self.kept} if self.kept else {}))

    @classmethod
    def from_text(cls, text: str) -> "Held":
        content = json.loads(text)
        shape, state = content.pop("shape"), State(content.pop("state"))
        kept = content.pop("kept", "")
        content["month"] = date.fromisoformat(content["month"])
        return cls(Import(**content), shape, state, kept)
