"""Asks the web site of the dumps: in turn, with pauses, patient when it is busy.

What is in the answers is for the publisher of a source.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Generic, TypeVar
from urllib.parse import urlencode

import requests
import tenacity
import urllib3.exceptions

from discogs_assets.errors import (
    DumpNotFoundError,
    HostNotFoundError,
    SourceError,
    TransientError,
)
from discogs_assets.sources.connections import connection_error

ATTEMPTS, ATTEMPTS_TO_FIND = 5, 2
"""A name that has no address twice in five seconds will hardly have one soon."""

FIRST_WAIT_S = 5.0
CONNECT_S, READ_S = 20.0, 60.0
BROKEN_CONNECTION = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    urllib3.exceptions.HTTPError,
)
BUSY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)

KEEP_S = 600.0
T = TypeVar("T")

logger = logging.getLogger(__name__)


class Recent(Generic[T]):
    """Keeps answers for ten minutes; threads that ask for the same wait for one request."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.answers: dict[str, tuple[float, T]] = {}
        self.lock = threading.Lock()

    def get(self, key: str, fetch: Callable[[str], T]) -> T:
        """Return the answer kept for a key, or fetch and keep it."""
        with self.lock:
            if key not in self.answers or self.clock() - self.answers[key][0] > KEEP_S:
                answer = fetch(key)
                self.answers[key] = (self.clock(), answer)
            return self.answers[key][1]


class Pace:
    """Keeps the starts of requests apart, whatever threads make them."""

    def __init__(
        self, pause_s: float, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.pause_s, self.clock, self.sleep = pause_s, clock, sleep
        self.next_start = float("-inf")
        self.lock = threading.Lock()

    def wait(self) -> None:
        """Sleep until the next request may start."""
        with self.lock:
            now = self.clock()
            start = max(now, self.next_start)
            self.next_start = start + self.pause_s
        if start > now:
            self.sleep(start - now)


@dataclass
class SiteRequests:
    """The requests to one site; one that asks for more than the longest wait is not waited for.

    A value is asked for as a parameter of the address or, without a parameter, as a path below it.
    """

    url: str
    user_agent: str
    pause_s: float
    longest_wait_s: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    setting: str = "DISCOGS_DUMPS_URL"
    pace: Pace = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.pace = Pace(self.pause_s, self.clock, self.sleep)

    def fetch(self, parameter: str, value: str) -> bytes:
        """Return a small answer whole; a busy site is asked again."""
        return patient(self.sleep, self.longest_wait_s)(self.fetch_once, parameter, value)

    def fetch_once(self, parameter: str, value: str) -> bytes:
        with (
            self.ask(parameter, value) as response,
            explained_errors(self.where(value)),
        ):
            return response.content

    def ask(self, parameter: str, value: str, offset: int = 0) -> requests.Response:
        """Ask for a page or file, in turn, and return the answer if it is a good one."""
        self.pace.wait()
        with explained_errors(self.where(value)):
            response = requests.get(
                self.url if parameter else f"{self.url}{value}",
                params={parameter: value} if parameter and value else None,
                headers=self.headers(offset),
                stream=True,
                timeout=(CONNECT_S, READ_S),
            )
        try:
            check_status(response, offset, self.where(value), self.setting)
        except SourceError:
            response.close()
            raise
        return response

    def address(self, parameter: str, value: str) -> str:
        """Return the address that a page or file is asked for at."""
        return f"{self.url}?{urlencode({parameter: value})}"

    def headers(self, offset: int) -> dict[str, str]:
        headers = {"User-Agent": self.user_agent, "Accept-Encoding": "identity"}
        return {**headers, "Range": f"bytes={offset}-"} if offset else headers

    def where(self, value: str) -> str:
        return f"{self.url} {value}".strip()


def patient(sleep: Callable[[float], None], longest_wait_s: float) -> tenacity.Retrying:
    """Return attempts that wait out `TransientError`, as long as the site asks for."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(TransientError),
        stop=lambda state: (
            state.attempt_number >= most_attempts(state) or state.upcoming_sleep > longest_wait_s
        ),
        wait=wait_s,
        before_sleep=log_wait,
        sleep=sleep,
        reraise=True,
    )


def most_attempts(state: tenacity.RetryCallState) -> int:
    error = state.outcome.exception() if state.outcome else None
    return ATTEMPTS_TO_FIND if isinstance(error, HostNotFoundError) else ATTEMPTS


def wait_s(state: tenacity.RetryCallState) -> float:
    """Return the wait the site asks for; without one 5, 10, 20, 40 seconds."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TransientError) and error.retry_after_s is not None:
        return error.retry_after_s
    return FIRST_WAIT_S * float(2 ** (state.attempt_number - 1))


def log_wait(state: tenacity.RetryCallState) -> None:
    reason = state.outcome.exception() if state.outcome else None
    logger.warning(
        "waiting %.0f s before attempt %d of %d: %s",
        state.upcoming_sleep, state.attempt_number + 1, most_attempts(state), reason,
    )  # fmt: skip


@contextmanager
def explained_errors(where: str) -> Iterator[None]:
    """Turn the errors of requests and urllib3 into those of this package."""
    try:
        yield
    except BROKEN_CONNECTION as error:
        raise connection_error(where, error) from error
    except requests.RequestException as error:
        raise SourceError(f"{where}: cannot be asked for: {error}") from error


def check_status(response: requests.Response, offset: int, where: str, setting: str) -> None:
    """Raise the error that an answer's status stands for."""
    status = response.status_code
    if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        return
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and offset:
        return
    if status in BUSY or status >= 500:
        raise busy_error(response, where)
    if status == HTTPStatus.FORBIDDEN:
        raise SourceError(
            f"{where}: the site answers 403: it refuses some datacenter addresses; run where it "
            f"does not, or set {setting} to a mirror (s3://bucket/prefix or a folder)"
        )
    if status == HTTPStatus.NOT_FOUND:
        raise DumpNotFoundError(f"{where}: the site answers 404: there is no such file")
    raise SourceError(f"{where}: expected status 200 or 206, found {status}")


def busy_error(response: requests.Response, where: str) -> TransientError:
    wait_s = parse_retry_after(response.headers.get("Retry-After", ""), datetime.now(UTC))
    asked = "" if wait_s is None else f" and asks to wait {wait_s:.0f} s"
    return TransientError(f"{where}: the site answers {response.status_code}{asked}", wait_s)


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds a `Retry-After` asks to wait; None when it has neither form."""
    if value.strip().isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())
