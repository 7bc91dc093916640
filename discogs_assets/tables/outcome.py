"""What a check of a table found, and the error of a month that must not be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from discogs_assets.errors import DiscogsAssetsError


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


def waive(outcome: Outcome) -> Outcome:
    """Return an outcome as someone takes it who wants the month all the same."""
    if outcome.passed or not outcome.is_fatal:
        return outcome
    return replace(outcome, passed=True, found=f"Accepted all the same. {outcome.found}")


def raise_on_blocking(where: str, outcomes: Outcomes, what_to_do: Sequence[str]) -> None:
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


class CheckError(DiscogsAssetsError):
    """A month fails a check that it must pass; `outcomes` are what all its checks found."""

    def __init__(self, message: str, outcomes: Outcomes) -> None:
        super().__init__(message)
        self.outcomes = outcomes
