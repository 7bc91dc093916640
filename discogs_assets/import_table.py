"""What an import came to, as the rows of a table: how it is computed is for `importing`."""

from collections.abc import Sequence

from discogs_assets.importing import Imported
from discogs_assets.progress import per_second

HEADS = ("type", " records", " rows", " seconds", " records/s")
SKIPPED = "skipped"


def rows_of(done: Sequence[Imported], seconds: float) -> list[Sequence[str]]:
    """Return a row a dump type, one of what was computed of them all, and the total.

    `seconds` is how long it took in all. A rate is that of what was imported now.
    """
    computing = max(seconds - sum(one.seconds for one in done), 0)
    imported, skipped = (sum(getattr(one, name) for one in done) for name in ("imported", SKIPPED))
    return [
        *(cells(one.dump_type, one.imported, one.skipped, one.rows, one.seconds) for one in done),
        ("computed tables", "", "", f"{computing:,.1f}", ""),
        cells("total", imported, skipped, sum(one.rows for one in done), seconds),
    ]


def cells(name: str, imported: int, skipped: int, rows: int, seconds: float) -> Sequence[str]:
    """Return a row by `HEADS`."""
    rate = f"{per_second(imported, seconds):,}" if imported or not skipped else SKIPPED
    return name, f"{imported + skipped:,}", f"{rows:,}", f"{seconds:,.1f}", rate
