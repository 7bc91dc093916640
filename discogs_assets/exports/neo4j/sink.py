"""Feed Neo4j: its address, its connection and what its errors mean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from discogs_assets.errors import ExportError, SinkGoneError
from discogs_assets.exports.drivers import require_driver
from discogs_assets.exports.neo4j.session import Neo4jSession
from discogs_assets.exports.redaction import Redactor
from discogs_assets.storage.urls import redact_url

CONNECT_S = 10.0
RETRY_S = 4.0
"""For how long the driver itself tries a transaction again; `retrying` goes on after that."""


class Neo4j:
    """A Neo4j database, by its URI; the one that its user gets when none is named."""

    def __init__(self, uri: str, username: str, password: str, shapes: Mapping[str, str]) -> None:
        self.uri, self.username, self.password = uri, username, password
        self.shapes = shapes
        self.redactor = Redactor.of_url(uri, password)

    @property
    def where(self) -> str:
        return redact_url(self.uri)

    @contextmanager
    def open(self) -> Iterator[Neo4jSession]:
        """Connect; a server that does not answer is an error at once."""
        with require_driver("neo4j"):
            import neo4j
        try:
            urlsplit(self.uri).port  # noqa: B018  (a ValueError when it is none; so does the driver)
        except ValueError:
            raise ExportError(
                f"{self.where}: expected an address such as neo4j://host:7687; look at NEO4J_URI"
            ) from None
        with neo4j.GraphDatabase.driver(
            self.uri,
            auth=(self.username, self.password),
            connection_timeout=CONNECT_S,
            connection_acquisition_timeout=2 * CONNECT_S,
            max_transaction_retry_time=RETRY_S,
            notifications_min_severity="OFF",
        ) as driver:
            driver.verify_connectivity()
            with driver.session(fetch_size=10_000) as session:
                yield Neo4jSession(session)

    def translate(self, error: Exception) -> None:
        from neo4j.exceptions import ConfigurationError, DriverError, Neo4jError

        if not isinstance(error, DriverError | Neo4jError):
            return
        text = f"{self.where}: {self.redactor.redact(str(error)).strip()}"
        if is_passing(error):
            raise SinkGoneError(f"{text}; start Neo4j, or look at NEO4J_URI") from None
        settings = "NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD"
        if isinstance(error, ConfigurationError):
            raise ExportError(f"{text}; look at {settings}") from None
        raise ExportError(f"{text}; look at {settings}, and at what its user may do") from None


def is_passing(error: Exception) -> bool:
    """Whether trying again may help."""
    from neo4j.exceptions import (
        ConnectionPoolError,
        DriverError,
        Neo4jError,
        ServiceUnavailable,
        SessionExpired,
    )

    # A commit that broke off is not retried by the driver: it may have been done. Here it may be.
    if isinstance(error, ServiceUnavailable | SessionExpired | ConnectionPoolError):
        return True
    return isinstance(error, DriverError | Neo4jError) and error.is_retryable()
