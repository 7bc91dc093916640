"""Check what was read of a dump, before it is published in the lake."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.check import KEPT, Check
from discogs_assets.tables.outcome import Outcome
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.checks import Counts, check_before

ALL_READ = Check(
    "every_record_read_or_quarantined",
    "Every record that starts in the dump is in a table or in quarantine.",
    is_blocking=True,
)
KEPT_SINCE = replace(
    KEPT,
    description="The number of records has not dropped unexpectedly since the month before, or "
    "since an earlier import of the month.",
)
PARTS = {"XML": "XML element and attribute", "JSON": "key of the JSON"}
"""What is to be known, by the form of the records."""

EXAMPLES = 3
"""How many paths that no table reads are named in a sentence."""


def paths_check(form: str) -> Check:
    """Return the check that every path is known, of records in a form."""
    return Check(
        f"no_unknown_{form.lower()}_paths",
        f"Every {PARTS[form]} is one that the tables know, in a sample of the records.",
    )


def record_checks(dump_type: DumpType) -> tuple[Check, ...]:
    """Return the checks of what was read."""
    return ALL_READ, KEPT_SINCE, paths_check(dump_type.form)


def iter_earlier(lake: Lake, group: str, month: date) -> Iterable[Manifest]:
    """Yield what the month is in the lake, then the newest month before, where in full."""
    now = lake.find(group, month)
    if now is not None and now.is_full:
        yield now
    for before in lake.iter_before(group, month):
        yield before
        return


def check_records(
    dump_type: DumpType, manifest: Manifest, earlier: Iterable[Manifest]
) -> list[Outcome]:
    """Check the numbers of a month that is about to be published, or was."""
    kept = check_kept(dump_type.record_table, manifest, earlier)
    return [check_lost(manifest), kept, check_paths(dump_type.form, manifest)]


def check_lost(manifest: Manifest) -> Outcome:
    """Check that every record was read or refused."""
    numbers = {
        "records_started": manifest.started,
        "records": manifest.records,
        "records_in_quarantine": manifest.refused,
    }
    # More can be read than were seen to start: those in an unusual form.
    lost = max(manifest.started - manifest.records - manifest.refused, 0)
    found = (
        f"Records lost: {f'{lost:,}' if lost else 'none'} of {manifest.started:,} "
        f"({manifest.records:,} read, {manifest.refused:,} in quarantine)."
    )
    return Outcome(ALL_READ.name, not lost, found, is_fatal=True, numbers=numbers)


def check_kept(table: Table, manifest: Manifest, earlier: Iterable[Manifest]) -> Outcome:
    """Check that there are hardly fewer records than in any of some earlier months."""
    if not manifest.is_full:
        found = f"Not compared: only {manifest.limit:,} records were asked for."
        return Outcome(KEPT.name, True, found, is_fatal=True)
    outcomes = [check_before(table, counts(manifest), counts(one))[0] for one in earlier]
    nothing = "Not compared: no earlier month is in the lake."
    good = outcomes[0] if outcomes else Outcome(KEPT.name, True, nothing, is_fatal=True)
    return next((one for one in outcomes if not one.passed), good)


def counts(manifest: Manifest) -> Counts:
    return Counts(date.fromisoformat(manifest.month), manifest.records, {})


def described_paths(form: str, undeclared: Mapping[str, int]) -> str:
    """Return how many paths no table reads or leaves out, and the first of them."""
    if not undeclared:
        return f"No unknown {form} path."
    first = ", ".join([*undeclared][:EXAMPLES]) + ", …" * (len(undeclared) > EXAMPLES)
    return f"{len(undeclared):,} unknown {form} path{'s'[: len(undeclared) > 1]}: {first}."


def check_paths(form: str, manifest: Manifest) -> Outcome:
    """Check that every path is declared."""
    undeclared = [{"path": path, "times": times} for path, times in manifest.undeclared.items()]
    return Outcome(
        paths_check(form).name,
        not undeclared,
        described_paths(form, manifest.undeclared),
        examples=undeclared,
        numbers={f"unknown_{form.lower()}_paths": len(undeclared)},
    )
