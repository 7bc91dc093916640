"""The checks of tables: what each expects, which stop a month, how outcomes are summed up.

`warehouse/checks` makes the outcomes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from discogs_assets.tables.outcome import Outcome
from discogs_assets.tables.table import Table


def every_table(_table: Table) -> bool:
    return True


@dataclass(frozen=True)
class Check:
    """A check as Dagster shows it; a month that fails a blocking one is not published.

    `parts` are the outcomes that it sums up; without them it has an outcome of its own name.
    """

    name: str
    description: str
    is_blocking: bool = False
    parts: tuple[str, ...] = ()
    applies: Callable[[Table], bool] = every_table


TYPES, UNIQUE, COMPLETE = "types_as_declared", "key_is_unique", "all_rows_are_there"
HAS_RECORDS, HAS_ROWS = "has_records", "has_rows"
ROWS_NEAR, NULLS_NEAR = "rows_as_before", "nulls_as_before"
"""Names of outcomes that are parts of a check."""

SOUND = Check(
    "keys_unique_and_rows_complete",
    "The key is unique and never NULL, every row was loaded, and every column has its "
    "declared type.",
    is_blocking=True,
    parts=(TYPES, UNIQUE, COMPLETE, HAS_RECORDS),
)
KEPT = Check(
    "record_count_not_dropped",
    "The number of records has not dropped unexpectedly since the month before.",
    is_blocking=True,
    applies=lambda table: table.is_of_records and not table.is_quarantine,
)
NEAR = Check(
    "rows_and_nulls_near_month_before",
    "The number of rows, and the share of empty values in each column, are close to those "
    "of the month before.",
    parts=(ROWS_NEAR, NULLS_NEAR, HAS_ROWS),
    applies=lambda table: not table.is_quarantine,
)
UNREAD = Check(
    "nothing_in_quarantine",
    "Every record of the dump could be read.",
    applies=lambda table: table.is_quarantine,
)
TABLE_CHECKS = (SOUND, KEPT, NEAR, UNREAD)

COMPARED = (KEPT.name, ROWS_NEAR, NULLS_NEAR)
"""The outcomes of comparing with the month before."""

SUMMED_UP = {part: check.name for check in TABLE_CHECKS for part in check.parts}


def checks_of(table: Table) -> list[Check]:
    return [check for check in TABLE_CHECKS if check.applies(table)]


def sum_up(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return outcomes as they are shown: several become one, which fails with any of them."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(SUMMED_UP.get(outcome.check, outcome.check), []).append(outcome)
    return [merge_outcomes(name, group) for name, group in groups.items()]


def merge_outcomes(name: str, group: Sequence[Outcome]) -> Outcome:
    """Return one outcome for several: a line each or, when it fails, a line for each that does."""
    if [outcome.check for outcome in group] == [name]:
        return group[0]
    group = sorted(group, key=lambda outcome: outcome.passed)
    failed = [outcome for outcome in group if not outcome.passed]
    return Outcome(
        name,
        not failed,
        "\n".join(dict.fromkeys(outcome.found for outcome in failed or group)),
        any(outcome.is_fatal for outcome in group),
        next((outcome.examples for outcome in group if outcome.examples), ()),
        {key: number for outcome in reversed(group) for key, number in outcome.numbers.items()},
    )
