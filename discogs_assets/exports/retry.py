"""Wait for a sink that is gone: what it has by then need not be written twice."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from time import sleep
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from discogs_assets.errors import SinkGoneError

T = TypeVar("T")

logger = logging.getLogger(__name__)

ATTEMPTS = 8
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
"""In all some three minutes: a server is started again in less, or it takes a person."""


@dataclass
class Patience:
    """Tries again after SinkGoneError, and waits longer each time; the fields are for tests."""

    sleep: Callable[[float], None] = field(default_factory=lambda: sleep)
    attempts: int = ATTEMPTS

    def call(self, work: Callable[[], T]) -> T:
        """Do some work, again as long as SinkGoneError is raised; raise the last one."""
        retrying = Retrying(
            sleep=self.sleep,
            retry=retry_if_exception_type(SinkGoneError),
            stop=stop_after_attempt(self.attempts),
            wait=wait_exponential_jitter(FIRST_WAIT_S, LONGEST_WAIT_S),
            before_sleep=tell,
            reraise=True,
        )
        return retrying(work)


def tell(state: RetryCallState) -> None:
    error = state.outcome and state.outcome.exception()
    logger.warning("%s; trying again in %.0f s", error, state.upcoming_sleep)
