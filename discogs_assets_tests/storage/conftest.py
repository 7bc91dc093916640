"""An S3 server for all tests of storage, beside the one of `s3_server`."""

from collections.abc import Iterator

import pytest

from discogs_assets_tests.support.s3_server import s3_server as moto


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """The address of moto, which has every setting of a bucket and takes any credentials."""
    with moto() as url:
        yield url
