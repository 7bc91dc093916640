"""Feed a sink, and again when it was gone: what it has by then need not be written twice."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from discogs_assets.errors import SinkGoneError
from discogs_assets.exports.sink import Counts

logger = logging.getLogger(__name__)

ATTEMPTS = 8
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
"""In all some three minutes: a server is started again in less, or it takes a person."""


@dataclass
class Patience:
    """Tries again after SinkGoneError, and waits longer each time; the fields are for tests."""

    sleep: Callable[[float], None] = time.sleep
    attempts: int = ATTEMPTS

    def call(self, feed: Callable[[], dict[str, Counts]]) -> dict[str, Counts]:
        retrying = Retrying(
            sleep=self.sleep,
            retry=retry_if_exception_type(SinkGoneError),
            stop=stop_after_attempt(self.attempts),
            wait=wait_exponential_jitter(FIRST_WAIT_S, LONGEST_WAIT_S),
            before_sleep=tell,
            reraise=True,
        )
        return retrying(feed)


def tell(state: RetryCallState) -> None:
    error = state.outcome and state.outcome.exception()
    logger.warning("%s; trying again in %.0f s", error, state.upcoming_sleep)
