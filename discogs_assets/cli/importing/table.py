"""What an import came to, as the rows of a table: how it is computed is for `month_import`."""

from collections.abc import Sequence

from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.display.text import per_second

HEADS = ("type", " records", " rows", " seconds", " records/s", " warnings")
SKIPPED = "skipped"


def rows_of(done: Sequence[ImportResult], seconds: float, computed: int) -> list[Sequence[str]]:
    """Return a row a dump type, one of what was computed of them all, and the total.

    `seconds` is how long it took in all, `computed` the number of warnings of what was computed. A
    rate is that of what was imported now.
    """
    computing = max(seconds - sum(one.seconds for one in done), 0)
    imported, skipped = (sum(getattr(one, name) for one in done) for name in ("imported", SKIPPED))
    rows = sum(one.rows for one in done)
    warnings = computed + sum(len(one.warnings) for one in done)
    return [
        *(row_of(one) for one in done),
        ("computed tables", "", "", f"{computing:,.1f}", "", f"{computed:,}"),
        cells("total", imported, skipped, rows, seconds, warnings),
    ]


def row_of(one: ImportResult) -> Sequence[str]:
    counts = one.imported, one.skipped, one.rows
    return cells(one.dump_type, *counts, one.seconds, len(one.warnings))


def cells(
    name: str, imported: int, skipped: int, rows: int, seconds: float, warnings: int
) -> Sequence[str]:
    """Return a row by `HEADS`; of what was skipped, nothing was checked."""
    is_skipped = skipped and not imported
    rate = SKIPPED if is_skipped else f"{per_second(imported, seconds):,}"
    warned = "" if is_skipped and not warnings else f"{warnings:,}"
    return name, f"{imported + skipped:,}", f"{rows:,}", f"{seconds:,.1f}", rate, warned
