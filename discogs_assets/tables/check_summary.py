"""What checks of a table find, how it is summed up to be shown, and what stops a month.

How it is found out stands in `warehouse/checks`.
"""

from collections.abc import Sequence

from discogs_assets.tables.outcome import Outcome
from discogs_assets.tables.table import Table

SOUND = "keys_unique_and_rows_complete"
KEPT = "record_count_not_dropped"
NEAR = "rows_and_nulls_near_month_before"
UNREAD = "nothing_in_quarantine"

CHECKS = {
    SOUND: "The key is unique and never NULL, every row was loaded, and every column has its "
    "declared type.",
    KEPT: "The number of records has not dropped unexpectedly since the month before.",
    NEAR: "The number of rows, and the share of empty values in each column, are close to those "
    "of the month before.",
    UNREAD: "Every record of the dump could be read.",
}
"""The checks of tables as they are shown, and what each expects."""

CAN_STOP = {SOUND, KEPT}
"""The checks that stop a month."""

PARTS_OF_SOUND = ("types_as_declared", "key_is_unique", "all_rows_are_there")
PARTS_OF_NEAR = ("rows_as_before", "nulls_as_before")
"""What is summed up in a check; `not_empty` stops only a table of records, like `release`."""

COMPARED = (KEPT, *PARTS_OF_NEAR)
"""What is checked against the month before."""


def checks_of(table: Table) -> list[str]:
    """Return the names of the checks that are shown of a table."""
    if table.is_quarantine:
        return [SOUND, UNREAD]
    return [SOUND, *([KEPT] if table.is_of_records else []), NEAR]


def sum_up(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return outcomes as they are shown: several become one, which fails with any of them."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(shown_check(outcome), []).append(outcome)
    return [merge_outcomes(name, group) for name, group in groups.items()]


def shown_check(outcome: Outcome) -> str:
    if outcome.check in PARTS_OF_SOUND or (outcome.check == "not_empty" and outcome.is_fatal):
        return SOUND
    return NEAR if outcome.check in (*PARTS_OF_NEAR, "not_empty") else outcome.check


def merge_outcomes(name: str, group: Sequence[Outcome]) -> Outcome:
    """Return one outcome for several: a line each or, when it fails, a line for each that does."""
    if [one.check for one in group] == [name]:
        return group[0]
    group = sorted(group, key=lambda one: one.passed)
    failed = [one for one in group if not one.passed]
    numbers = {what: number for one in reversed(group) for what, number in one.numbers.items()}
    return Outcome(
        name,
        not failed,
        "\n".join(dict.fromkeys(one.found for one in failed or group)),
        any(one.is_fatal for one in group),
        next((one.examples for one in group if one.examples), ()),
        numbers,
    )
