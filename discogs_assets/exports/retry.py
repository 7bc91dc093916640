"""Wait for a sink that is gone: what it has by then need not be written twice."""

import logging
import time
from collections.abc import Callable

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from discogs_assets.errors import SinkGoneError

logger = logging.getLogger(__name__)

ATTEMPTS = 8
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
"""In all some three minutes: a server is started again in less, or it takes a person."""


def retrying(sleep: Callable[[float], None] = time.sleep, attempts: int = ATTEMPTS) -> Retrying:
    """Return what calls a function again after SinkGoneError, and in the end raises the last."""
    return Retrying(
        sleep=sleep,
        retry=retry_if_exception_type(SinkGoneError),
        stop=stop_after_attempt(attempts),
        wait=wait_exponential_jitter(FIRST_WAIT_S, LONGEST_WAIT_S),
        before_sleep=log_wait,
        reraise=True,
    )


def log_wait(state: RetryCallState) -> None:
    error = state.outcome and state.outcome.exception()
    logger.warning("%s; trying again in %.0f s", error, state.upcoming_sleep)
