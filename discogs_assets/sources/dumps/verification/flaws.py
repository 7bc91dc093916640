"""What is wrong with a copy of a month, and the command that makes it whole."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from discogs_assets.display.text import dump_day
from discogs_assets.sources.dumps.retention.inventory import COMPUTED, Stage

NEVER_NOTED = "its digests were never noted, so nobody can tell"
NEWER = "a newer release of this package has published it"
OTHER_NOTED = "it is damaged: the dump file is the one that was imported"
WHOLE_FILE = "all"
"""What stands for the dump type of the DuckDB file as a whole."""


@dataclass(frozen=True)
class Flaw:
    """A copy that is not what was published; without `is_damage`, one that nobody can tell of.

    `place` is a key of the store, a table of the warehouse or the DuckDB file; only of that one
    `month` is None.
    """

    stage: Stage
    group: str
    month: date | None
    place: str
    what: str
    is_damage: bool = True

    @property
    def advice(self) -> str:
        """The command that makes it whole."""
        month = f" --year-month {dump_day(self.month)}" if self.month else ""
        types = "" if self.group in (COMPUTED, WHOLE_FILE) else f" --types {self.group}"
        return f"discogs-assets import {'--repair' if self.is_damage else '--force'}{month}{types}"

    def __str__(self) -> str:
        if self.stage != "warehouse" or self.month is None:
            return self.place
        return f"table {self.place} of {dump_day(self.month)}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"month": self.month and str(self.month)}


def flaw_from_json(fields: Mapping[str, Any]) -> Flaw:
    month = fields["month"] and date.fromisoformat(fields["month"])
    return Flaw(**{**fields, "month": month})
