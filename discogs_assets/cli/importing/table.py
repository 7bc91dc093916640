"""The results of an import as rows of a table."""

from collections.abc import Sequence

from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.display.text import per_second

HEADS = ("type", " records", " rows", " seconds", " records/s", " warnings")
SKIPPED = "skipped"


def rows_of(
    results: Sequence[ImportResult], seconds: float, computed: int | None
) -> list[Sequence[str]]:
    """Return a row for each dump type, one for the computed tables, and the total.

    `seconds` is the time of the whole import, `computed` the number of warnings of the computed
    tables, None where the source has no such tables. Rates count imported records only, not
    skipped ones.
    """
    computing = max(seconds - sum(result.seconds for result in results), 0)
    imported = sum(result.imported for result in results)
    skipped = sum(result.skipped for result in results)
    rows = sum(result.rows for result in results)
    warnings = (computed or 0) + sum(len(result.warnings) for result in results)
    of_computed = ("computed tables", "", "", f"{computing:,.1f}", "", f"{computed or 0:,}")
    return [
        *map(row_of, results),
        *([] if computed is None else [of_computed]),
        cells("total", imported, skipped, rows, seconds, warnings),
    ]


def row_of(result: ImportResult) -> Sequence[str]:
    counts = result.imported, result.skipped, result.rows
    return cells(result.dump_type, *counts, result.seconds, len(result.warnings))


def cells(
    name: str, imported: int, skipped: int, rows: int, seconds: float, warnings: int
) -> Sequence[str]:
    """Return a row of `HEADS`; skipped records were not checked."""
    is_skipped = skipped and not imported
    rate = SKIPPED if is_skipped else f"{per_second(imported, seconds):,}"
    warned = "" if is_skipped and not warnings else f"{warnings:,}"
    return name, f"{imported + skipped:,}", f"{rows:,}", f"{seconds:,.1f}", rate, warned
