"""Whether a dump file whose run failed is asked for again, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from discogs_assets import errors
from discogs_assets.tables.outcome import CheckError

RETRYABLE = (
    errors.SourceError,
    errors.DownloadError,
    errors.StoreError,
    errors.SpaceError,
    errors.WarehouseLockedError,
)
"""What may be otherwise an hour later. All else would fail the same way: a person has to look."""
FINAL = (
    errors.DamageError,
    errors.UnsupportedError,
    errors.RegionError,
    errors.OtherContentError,
    errors.DumpGoneError,
)
"""Errors of those kinds that come again."""

ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(hours=1), timedelta(days=1)

IS_RETRYABLE = {
    name: issubclass(one, RETRYABLE) and one not in FINAL
    for name, one in {**vars(errors), CheckError.__name__: CheckError}.items()
    if isinstance(one, type) and issubclass(one, errors.DiscogsAssetsError)
} | {"DagsterExecutionInterruptedError": True}
"""By the names of classes, since nothing else of an error is kept with a run."""

Chain = tuple[str, ...]
"""The class of an error and those of its causes, such as Dagster's, ours, and the library's."""


@dataclass(frozen=True)
class FailedAttempt:
    """The newest attempt at a dump file: its number from 1, its end, an error a failed step."""

    attempt: int
    ended: datetime
    chains: tuple[Chain, ...]

    @property
    def is_final(self) -> bool:
        """Whether it is not asked for again; a run without a failed step was killed, and is."""
        return self.attempt >= ATTEMPTS or not all(is_retryable(one) for one in self.chains)

    @property
    def next_at(self) -> datetime:
        """Return the time before which it is not asked for again."""
        return self.ended + wait_after(self.attempt)

    @property
    def text(self) -> str:
        names = ", ".join(name_of(chain) for chain in self.chains) or "killed"
        return f"{names}, attempt {self.attempt} of {ATTEMPTS}"


def wait_after(attempt: int) -> timedelta:
    return min(FIRST_WAIT * (1 << (attempt - 1)), LONGEST_WAIT)


def is_retryable(chain: Chain) -> bool:
    return IS_RETRYABLE.get(name_of(chain), False)


def name_of(chain: Chain) -> str:
    """Return the outermost name that is known, else the outermost that is not Dagster's."""
    known = [name for name in chain if name in IS_RETRYABLE]
    foreign = [name for name in chain if not name.startswith("Dagster")]
    return [*known, *foreign, *chain][0]
