"""Months as stages hold them, written in a few words."""

from dataclasses import replace
from datetime import date

from discogs_assets.sources.dumps.changes.compare import import_id_of
from discogs_assets.sources.dumps.retention.inventory import (
    DumpCopy,
    LakeCopy,
    MonthInventory,
    TableCopy,
)

RAW_BYTES, LAKE_BYTES, ROWS = 12, 8, 100

WORDS = {
    "raw": "the dump file of which the lake is made",
    "raw-other": "a second dump file of the month, another one",
    "raw-unknown": "a dump file whose checksum was never recorded",
    "lake": "published in full",
    "lake-part": "only its first 10 records are published",
    "lake-old": "published with columns of another version",
    "lake-broken": "published, but a file is missing",
    "retired": "taken out of the lake",
    "tables": "loaded from that import, and shown",
    "tables-part": "the first 10 records are loaded from that import",
    "tables-other": "loaded from another import of the month",
    "tables-few": "one of the tables has fewer rows than the lake says",
    "hidden": "loaded from that import, not shown",
    "bad": "3 rows are in quarantine, in the warehouse too where it has tables",
    "bad-gone": "3 rows are in quarantine, and not in the warehouse",
    "compared": "changes since the month before are computed",
    "compared-1": "changes since January are computed",
    "left": "a killed run has left a file in the lake",
}


def held(number: int, words: str, group: str = "artists") -> MonthInventory:
    """Return a month of 2026, described by some of `WORDS`."""
    said = words.split()
    assert {*said} <= {*WORDS}, words
    import_id, sha256 = f"A{number}", f"{number}" * 8
    bad = 3 if {"bad", "bad-gone"} & {*said} else 0
    is_part = "lake-part" in said or "tables-part" in said
    copy = LakeCopy(
        import_id,
        sha256,
        {"artist": ROWS, "artist_url": 0, "artist_quarantine": bad},
        LAKE_BYTES,
        10 if is_part else None,
        is_readable="lake-old" not in said,
        missing=int("lake-broken" in said),
    )
    stem = f"raw/discogs/2026/discogs_2026{number:02}"
    dumps = {
        "raw": DumpCopy(f"{stem}01_{group}.xml.gz", RAW_BYTES, sha256),
        "raw-other": DumpCopy(f"{stem}15_{group}.xml.gz", RAW_BYTES, "other"),
        "raw-unknown": DumpCopy(f"{stem}01_{group}.xml.gz", RAW_BYTES, ""),
    }
    tables = any(word.startswith(("tables", "hidden")) for word in said)
    return MonthInventory(
        group,
        date(2026, number, 1),
        tuple(dump for word, dump in dumps.items() if word in said),
        copy if any(word.startswith("lake") for word in said) else None,
        replace(copy, bytes=0) if "retired" in said else None,
        loaded(said, import_id, bad, is_part=is_part) if tables else (),
        changes(said, number),
        {f"lake/discogs/artist/month=2026-{number:02}-01/a.parquet": 5} if "left" in said else {},
    )


def loaded(said: list[str], import_id: str, bad: int, *, is_part: bool) -> tuple[TableCopy, ...]:
    """Return the tables of a month; row counts of the lake's, the quarantine only when it is."""
    source = "B" if "tables-other" in said else import_id
    rows = ROWS - ("tables-few" in said)
    shown = "hidden" not in said
    tables = (
        TableCopy("artist", source, rows, not is_part, shown),
        TableCopy("artist_url", source, 0, not is_part, shown),
        TableCopy("artist_quarantine", source, bad, not is_part, True, is_quarantine=True),
    )
    is_there = "bad-gone" not in said and (shown or bad)
    return tables if is_there else tables[:2]


def changes(said: list[str], number: int) -> str:
    """Return the name of the changes that are loaded, "" when none are."""
    before = {"compared": number - 1, "compared-1": 1}
    since = [month for word, month in before.items() if word in said]
    return import_id_of(f"A{number}", f"A{since[0]}") if since else ""
