"""What checks of a table find, how it is summed up to be shown, and what stops a month.

How it is found out stands in `audit`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from discogs_assets.errors import CheckError
from discogs_assets.tables import Table

CHECKS = {
    "is_sound": "Every column has its declared type, the key is never NULL and tells all rows "
    "apart, and no row is missing.",
    "records_are_kept": "Hardly fewer records than in the month before.",
    "is_as_before": "There are rows, about as many as in the month before, and no column has "
    "lost or got many more values.",
    "is_empty": "The whole dump could be read: nothing is in quarantine.",
}
"""The checks of tables as they are shown, and what each expects."""

CAN_STOP = {"is_sound", "records_are_kept"}
"""The checks that stop a month."""

IS_SOUND = ("types_as_declared", "key_is_unique", "all_rows_are_there")
IS_AS_BEFORE = ("rows_as_before", "nulls_as_before")
"""What is summed up in a check; `not_empty` stops only a table of records, like `release`."""

COMPARED = ("records_are_kept", *IS_AS_BEFORE)
"""What is checked against the month before."""


@dataclass(frozen=True)
class Outcome:
    """What a check found; when `is_fatal`, the month must not be published.

    `found` has a sentence a line, what failed first. `numbers` are what it counted, by what they
    are: drawn by month they show a trend.
    """

    check: str
    passed: bool
    found: str
    is_fatal: bool = False
    examples: Sequence[Mapping[str, object]] = field(default_factory=list)
    numbers: Mapping[str, float] = field(default_factory=dict)


Outcomes = Mapping[str, Sequence[Outcome]]
"""What the checks of several tables found, by table."""


def checks_of(table: Table) -> list[str]:
    """Return the names of the checks that are shown of a table."""
    if table.is_quarantine:
        return ["is_sound", "is_empty"]
    return ["is_sound", *(["records_are_kept"] if table.is_of_records else []), "is_as_before"]


def sum_up(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return outcomes as they are shown: several become one, which fails with any of them."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(shown_as(outcome), []).append(outcome)
    return [summed_up(name, group) for name, group in groups.items()]


def shown_as(outcome: Outcome) -> str:
    if outcome.check in IS_SOUND or (outcome.check == "not_empty" and outcome.is_fatal):
        return "is_sound"
    return "is_as_before" if outcome.check in (*IS_AS_BEFORE, "not_empty") else outcome.check


def summed_up(name: str, group: Sequence[Outcome]) -> Outcome:
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


def accept(outcome: Outcome) -> Outcome:
    """Return an outcome as someone takes it who wants the month all the same."""
    if outcome.passed or not outcome.is_fatal:
        return outcome
    return replace(outcome, passed=True, found=f"Accepted all the same. {outcome.found}")


def refuse_failed(where: str, outcomes: Outcomes, what_to_do: Sequence[str]) -> None:
    """Raise CheckError when any outcome, by table, is one that must not be published.

    Its first line says what failed; `what_to_do` has a sentence for each line that follows.
    """
    failed = [
        f"[{table}] {one.found}" if len(outcomes) > 1 else one.found
        for table, found in outcomes.items()
        for one in found
        if one.is_fatal and not one.passed
    ]
    if failed:
        lines = [*"\n".join(failed).splitlines(), "What was there before stays.", *what_to_do]
        raise CheckError(f"{where}: not published. " + "\n  ".join(lines), outcomes)
