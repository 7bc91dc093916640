"""Tells a chat channel or another receiver that a run failed. What failed is for its caller.

Slack and Mattermost show `text`, Discord shows `content`; others find the rest by name.
"""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import requests

from discogs_assets.errors import SettingError

CONNECT_S, READ_S, WHOLE_S = 5.0, 10.0, 20.0
LONGEST_TEXT = 1800
"""Discord refuses more than 2000 characters."""
MOST_ASSETS = 20
SHORTENED = " …"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """What is told of a failed run; what is not known is empty."""

    job: str
    run_id: str
    partition: str
    assets: list[str]
    error: str
    attempts: int = 1
    link: str = ""

    @property
    def text(self) -> str:
        """A few lines for people."""
        tries = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        lines = [
            f"discogs-assets: {self.job} failed{tries}; Dagster does not try it again",
            f"partition: {self.partition}" if self.partition else "",
            f"assets: {', '.join(few(self.assets))}" if self.assets else "",
            self.error,
            self.link or f"run {self.run_id}",
        ]
        return "\n".join(line for line in lines if line)

    @property
    def body(self) -> bytes:
        """The JSON that is posted."""
        error = shorten(self.error, LONGEST_TEXT // 2)
        short = Message(**asdict(self) | {"error": error, "assets": few(self.assets)})
        text = shorten(short.text, LONGEST_TEXT)
        return json.dumps({"text": text, "content": text} | asdict(short)).encode()


def shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - len(SHORTENED)] + SHORTENED


def few(assets: list[str]) -> list[str]:
    if len(assets) <= MOST_ASSETS:
        return assets
    return [*assets[:MOST_ASSETS], f"{len(assets) - MOST_ASSETS} more"]


def check_url(url: str) -> None:
    """Raise SettingError when nothing can be posted to a URL; it is a secret and is not shown."""
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_usable = False
    if not is_usable:
        raise SettingError(
            "DISCOGS_WEBHOOK_URL: expected https://… as the receiver gives it, found something "
            "else (not shown, as it is a secret); correct it, or leave it out"
        )


def post(url: str, message: Message) -> bool:
    """Post a message and return whether it was taken; what goes wrong is a warning in the log.

    Takes WHOLE_S at most. The URL is a secret: it stands in no log, and redirects are not followed.
    """
    said: list[str] = []
    # By a thread, as a receiver that sends a byte now and then is never too late for requests.
    thread = threading.Thread(target=lambda: said.append(answer(url, message)), daemon=True)
    thread.start()
    thread.join(WHOLE_S)
    problem = said[0] if said else f"it took longer than {WHOLE_S:g} s"
    if problem:
        logger.warning("the webhook was not told of run %s: %s", message.run_id, problem)
    return not problem


@contextmanager
def silent_urllib3() -> Iterator[None]:
    """Keep urllib3 silent in this thread: at its finest it names each path in the log."""
    loggers = [logging.getLogger(name) for name in ("urllib3.connectionpool", "urllib3.util.retry")]
    thread = threading.get_ident()

    def is_of_another(record: logging.LogRecord) -> bool:
        return record.thread != thread

    for logger in loggers:
        logger.addFilter(is_of_another)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(is_of_another)


def answer(url: str, message: Message) -> str:
    """Post a message and return what went wrong, in words without the URL; empty when nothing."""
    try:
        with (
            silent_urllib3(),
            requests.post(
                url,
                data=message.body,
                headers={"Content-Type": "application/json"},
                timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
                stream=True,  # What it says beyond its status is not read.
            ) as found,
        ):
            if 200 <= found.status_code < 300:
                return ""
            return f"it answered {found.status_code}, expected 2xx"
    # Only the kind is told: the texts of these errors have the URL in them.
    except (requests.RequestException, ValueError) as error:
        return f"{type(error).__name__}"
