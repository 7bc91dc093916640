"""Waits for a publisher that is busy or breaks off, for as long as that brings the file nearer."""

import logging
from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from discogs_assets.errors import DownloadError, TransientError
from discogs_assets.sources.dumps.partial_file import PartialFile

ATTEMPTS = 5
FIRST_WAIT_S = 5.0
MAX_WAIT_S = 300.0
MAX_RETRY_AFTER_S = 2 * 3600.0
"""A longer wait than this is not sat out: the error tells of it."""

logger = logging.getLogger(__name__)


class DownloadRetry:
    """Waits for a busy publisher until five attempts in a row brought nothing new."""

    def __init__(self, part: PartialFile, sleep: Callable[[float], None]) -> None:
        self.part, self.sleep = part, sleep
        self.furthest = part.next_byte
        self.fruitless = 0

    def call(self, attempt: Callable[[], None]) -> None:
        """Run `attempt` until it raises no TransientError; DownloadError when it does not help."""
        retrying = Retrying(
            sleep=self.sleep,
            retry=retry_if_exception_type(TransientError),
            wait=self._wait_s,
            stop=self._is_over,
            before_sleep=self._log,
            reraise=True,
        )
        try:
            retrying(self._counted, attempt)
        except TransientError as error:
            raise DownloadError(
                f"{self.part.name}: {error}; {self.part.size} bytes are in {self.part.path}:"
                " run again later to continue"
            ) from error

    def _counted(self, attempt: Callable[[], None]) -> None:
        try:
            attempt()
        except TransientError:
            # What a publisher without ranges sends again from the start is not new.
            self.fruitless = 0 if self.part.next_byte > self.furthest else self.fruitless + 1
            self.furthest = max(self.furthest, self.part.next_byte)
            raise

    def _wait_s(self, state: RetryCallState) -> float:
        backoff = FIRST_WAIT_S * 2.0 ** max(self.fruitless - 1, 0)
        return max(min(backoff, MAX_WAIT_S), _retry_after_s(state))

    def _is_over(self, state: RetryCallState) -> bool:
        return self.fruitless >= ATTEMPTS or _retry_after_s(state) > MAX_RETRY_AFTER_S

    def _log(self, state: RetryCallState) -> None:
        error = state.outcome and state.outcome.exception()
        logger.warning("%s: %s; waiting %.0f s", self.part.name, error, state.upcoming_sleep)


def _retry_after_s(state: RetryCallState) -> float:
    error = state.outcome and state.outcome.exception()
    return (isinstance(error, TransientError) and error.retry_after_s) or 0.0
