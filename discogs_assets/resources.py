"""What assets are given to work with, as Dagster resources; nothing is opened before its use."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_duckdb import DuckDBResource

from discogs_assets.discogs_dumps.catalogue import Catalogue, open_catalogue
from discogs_assets.warehouse_file import MEMORY, Connection, Warehouse

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

USER_AGENT = f"discogs-assets/{version('discogs-assets')}"

NO_WAIT_S = -1.0
"""Less than any wait: a site may ask to wait 0 s, and that would be one more request."""


class WarehouseResource(DuckDBResource):
    """The DuckDB file: written by one, read by several, closed whatever happens.

    `lock_timeout_s` is how long to wait for another process that has it open, `memory` how many
    bytes DuckDB may take.
    """

    lock_timeout_s: float = 600.0
    memory: int = MEMORY

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(Path(self.database), self.lock_timeout_s, self.memory)

    @contextmanager
    def get_connection(self) -> Iterator[Connection]:
        """Open the file for writing."""
        with self.warehouse.writer() as connection:
            yield connection

    @contextmanager
    def get_reader(self) -> Iterator[Connection]:
        """Open the file for reading only."""
        with self.warehouse.reader() as connection:
            yield connection


class PublishedDumps:
    """Where dumps are published; a catalogue serves a whole process, so that it stays polite."""

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def catalogue(self) -> Catalogue:
        return open_catalogue(self.url, s3_client=reading_client, user_agent=USER_AGENT)

    @cached_property
    def prompt_catalogue(self) -> Catalogue:
        """The same for a look that cannot wait: a busy publisher is an error at once."""
        return open_catalogue(
            self.url,
            s3_client=reading_client,
            user_agent=USER_AGENT,
            longest_wait_s=NO_WAIT_S,
        )


def reading_client() -> "S3Client":
    """Return a client of public or private buckets: signed when there are credentials."""
    import boto3  # it and dagster-aws take two seconds, and only buckets need them
    from dagster_aws.s3 import S3Resource

    is_unsigned = boto3.Session().get_credentials() is None
    client: S3Client = S3Resource(use_unsigned_session=is_unsigned).get_client()
    return client


def writing_client() -> "S3Client":
    """Return a client of one's own bucket."""
    from dagster_aws.s3 import S3Resource

    client: S3Client = S3Resource().get_client()
    return client
