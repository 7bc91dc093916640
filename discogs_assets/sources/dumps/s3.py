"""What S3 answers to a reader of dump files."""

from collections.abc import Iterator
from contextlib import contextmanager

import urllib3.exceptions
from botocore import exceptions
from botocore.response import StreamingBody

from discogs_assets.errors import DumpNotFoundError, SourceError, TransientError
from discogs_assets.sources.connections import OFFLINE, connection_error, unknown_host
from discogs_assets.sources.dumps.catalogue import (
    CHUNK_BYTES,
)

BUSY_CODES = {
    "InternalError", "RequestLimitExceeded", "RequestTimeout", "ServiceUnavailable", "SlowDown",
    "Throttling", "ThrottlingException", "TooManyRequestsException",
}  # fmt: skip

BROKEN_CONNECTION = (
    exceptions.ConnectTimeoutError,
    exceptions.ConnectionClosedError,
    exceptions.FlexibleChecksumError,
    exceptions.IncompleteReadError,
    exceptions.ReadTimeoutError,
    exceptions.ResponseStreamingError,
    urllib3.exceptions.HTTPError,
)

ACCESS_ADVICE = (
    "check the AWS credentials and the bucket's policy; a public bucket is read unsigned, "
    "without credentials; the publisher's own bucket, discogs-data-dumps, is closed since 2026-01"
)

ADDRESS_ADVICE = "check bucket and region, and AWS_ENDPOINT_URL for storage that is not Amazon's"


class RangeEndError(Exception):
    """The range asked for starts at or after the end of the object."""


@contextmanager
def explained_errors(where: str) -> Iterator[None]:
    """Turn the errors of botocore into those of this package."""
    try:
        yield
    except exceptions.ClientError as error:
        raise explain_answer(where, error) from error
    except BROKEN_CONNECTION as error:
        raise connection_error(where, error) from error
    except (exceptions.NoCredentialsError, exceptions.CredentialRetrievalError) as error:
        raise SourceError(f"{where}: {error}; {ACCESS_ADVICE}") from error
    except exceptions.BotoCoreError as error:
        if host := unknown_host(error):
            raise SourceError(
                f"{where}: cannot find {host}: {OFFLINE}; {ADDRESS_ADVICE}"
            ) from error
        raise SourceError(f"{where}: {error}; {ADDRESS_ADVICE}") from error


def explain_answer(where: str, error: exceptions.ClientError) -> Exception:
    """Return this package's error for an S3 error answer."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "InvalidRange" or status == 416:
        return RangeEndError()
    if code in BUSY_CODES or status == 429 or status >= 500:
        return TransientError(f"{where}: the storage is busy: {error}")
    if code == "NoSuchKey":
        return DumpNotFoundError(f"{where}: expected a dump file, there is none: {error}")
    advice = ACCESS_ADVICE if status in (401, 403) else ADDRESS_ADVICE
    return SourceError(f"{where}: {error}; {advice}")


def iter_body(body: StreamingBody, where: str) -> Iterator[bytes]:
    """Yield the bytes of an object; a read that breaks raises `TransientError`."""
    while True:
        with explained_errors(where):
            chunk = body.read(CHUNK_BYTES)
        if not chunk:
            return
        yield chunk
