"""What S3 answers, or the way to it, when something is wrong: told as a StoreError."""

from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError
from urllib3.exceptions import HTTPError

from discogs_assets.errors import StoreError

ABSENT = ("404", "NoSuchKey", "NotFound")


@contextmanager
def s3_errors(uri: str) -> Iterator[None]:
    """Turn what S3 or the way to it says of `uri` into StoreError."""
    try:
        yield
    except ClientError as error:
        raise StoreError(f"{uri}: {error}; {_advice(error)}") from error
    except (BotoCoreError, Boto3Error, HTTPError, ConnectionError, TimeoutError) as error:
        raise StoreError(
            f"{uri}: {error}; check the bucket, AWS_ENDPOINT_URL, the credentials and the network"
        ) from error


def _advice(error: ClientError) -> str:
    code = error_code(error)
    if error.operation_name == "HeadBucket" or code == "NoSuchBucket":
        return "there is no such bucket: make it, or correct its name"
    if code in ABSENT:
        return "expected a file, found none; is it imported yet?"
    if code in ("403", "AccessDenied"):
        return "check the credentials; without s3:ListBucket, S3 answers this for absent files too"
    if code in ("412", "PreconditionFailed"):
        return "it was replaced while it was read; run again"
    return "check the bucket's name, AWS_ENDPOINT_URL and the credentials"


def error_code(error: ClientError) -> str:
    """Return the code of S3's answer, a name or a status; "" when it has none."""
    return error.response.get("Error", {}).get("Code", "")


def is_break(error: BaseException) -> bool:
    """Tell whether the connection broke, so that reading on can help."""
    broken = BotoCoreError, HTTPError, ConnectionError, TimeoutError
    return isinstance(error, broken) and not isinstance(error, FlexibleChecksumError)
