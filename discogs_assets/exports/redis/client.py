"""Connect to Redis, and say what its errors mean without the password."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from discogs_assets.errors import ExportError, SinkGoneError
from discogs_assets.exports.drivers import require_driver
from discogs_assets.exports.redaction import Redactor
from discogs_assets.storage.urls import redact_url

if TYPE_CHECKING:
    from redis import Redis as Client

CONNECT_S = 10
ANSWER_S = 20
"""A server answers within this: what is sent at once takes it a fraction of a second."""

PASSING = ("LOADING", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "BUSY")
"""Codes of errors that pass: it reads its file, looks for its master, or is in a long script."""

ADVICE = {
    "OOM": "give it more memory: see maxmemory",
    "MISCONF": "see why Redis cannot save to disk, in its log",
    "WRONGTYPE": "a key of that name is of another kind: remove it, or use another database",
    "READONLY": "REDIS_URL names a replica: name the one that it copies",
    "MOVED": "REDIS_URL names a cluster: name a single server",
}


@contextmanager
def connected(url: str) -> Iterator["Client"]:
    """Give a client for as long as the context lasts; it tries nothing twice by itself."""
    with require_driver("redis"):
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

    with redis_errors(url):
        try:
            client = redis.Redis.from_url(
                url,
                decode_responses=True,
                retry=Retry(NoBackoff(), 0),
                socket_connect_timeout=CONNECT_S,
                socket_timeout=ANSWER_S,
            )
        except ValueError:  # Its text may have the password in it.
            raise ExportError(
                f"{redact_url(url)}: expected an address such as redis://:password@host:6379/0; "
                "look at REDIS_URL"
            ) from None
        with client:
            yield client


@contextmanager
def redis_errors(url: str) -> Iterator[None]:
    """Turn what redis-py says into what it means for the export."""
    import redis

    try:
        yield
    except redis.RedisError as error:
        text = f"{redact_url(url)}: {Redactor.of_url(url).redact(str(error)).strip()}"
        if isinstance(error, redis.WatchError):
            raise SinkGoneError(f"{text}; another export was at work, or the server went") from None
        if is_passing(error):
            raise SinkGoneError(f"{text}; start Redis, or look at REDIS_URL") from None
        raise ExportError(f"{text}; {advice(error)}") from None


def is_passing(error: Exception) -> bool:
    """Whether trying again may help."""
    import redis

    if code(error) in PASSING:
        return True
    is_refused = isinstance(error, redis.AuthenticationError | redis.exceptions.AuthorizationError)
    return isinstance(error, redis.ConnectionError | redis.TimeoutError) and not is_refused


def code(error: Exception) -> str:
    """Return the word that an error of the server begins with, or began with."""
    return str(getattr(error, "status_code", None) or str(error).partition(" ")[0])


def advice(error: Exception) -> str:
    found = next(
        (text for word, text in ADVICE.items() if word in (code(error), *str(error).split())), ""
    )
    return found or "look at REDIS_URL and at what its user may do"
