"""What S3 answers, or the way to it, when something is wrong: told as a StoreError."""

from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError
from urllib3.exceptions import HTTPError

from discogs_assets.errors import RegionError, StoreError, UnsupportedError
from discogs_assets.storage.s3_permissions import PERMISSIONS

ABSENT = ("404", "NoSuchKey", "NotFound")
DENIED = ("403", "AccessDenied")
REPLACED = ("412", "PreconditionFailed", "ConditionalRequestConflict")
UNSUPPORTED = ("501", "405", "NotImplemented", "MethodNotAllowed", "VersioningNotConfigured")
"""How servers that speak S3's protocol say that they lack a part of it."""

OTHER_REGION = "the bucket lies in another region: set AWS_DEFAULT_REGION to its own"
REGION_ADVICE = {
    "AuthorizationHeaderMalformed": OTHER_REGION,
    "PermanentRedirect": OTHER_REGION,
    "301": OTHER_REGION,
    "IllegalLocationConstraintException": OTHER_REGION,
    "InvalidLocationConstraint": "the server has no such region: correct AWS_DEFAULT_REGION",
}
"""What to do about a region, by the code of the answer."""
CHANGED_ON_THE_WAY = (
    "what arrived is not what was sent: run again; when that happens again and again, check the "
    "network and the memory of this machine"
)
ADVICE = {
    **REGION_ADVICE,
    "InvalidAccessKeyId": "there is no such key: correct AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "AWS_SECRET_ACCESS_KEY is not that of AWS_ACCESS_KEY_ID: correct it",
    "ExpiredToken": "the credentials have expired: log in again, and set AWS_ACCESS_KEY_ID, "
    "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN anew",
    "InvalidToken": "AWS_SESSION_TOKEN is not that of AWS_ACCESS_KEY_ID: set all three anew",
    "RequestTimeTooSkewed": "the clock of this machine is wrong: set it",
    "BucketAlreadyExists": "the name is another's, of all who use this server: choose another",
    "BucketAlreadyOwnedByYou": "the bucket is yours already, perhaps made just now: run again",
    "InvalidBucketName": "no bucket can have this name: correct it",
    "InvalidStorageClass": "the server has no such storage class: choose one that it has",
    "MalformedXML": "the server takes no setting of this form, perhaps for its storage class: "
    "choose another, or set it with the server's own tools",
    "NoSuchUpload": "the upload was completed or aborted meanwhile: run again",
    "BadDigest": CHANGED_ON_THE_WAY,
    "XAmzContentChecksumMismatch": CHANGED_ON_THE_WAY,
    "InvalidObjectState": "it lies in an archive class such as GLACIER: restore it first",
    "NoSuchBucket": "there is no such bucket: make it with discogs-assets lake setup, or correct "
    "its name",
}
"""What to do, by the code of the answer."""


@contextmanager
def s3_errors(uri: str) -> Iterator[None]:
    """Turn what S3 or the way to it says of `uri` into StoreError."""
    try:
        yield
    except ClientError as error:
        raise _kind(error_code(error))(f"{uri}: {error}; {_advice(error)}") from error
    except (BotoCoreError, Boto3Error, HTTPError, ConnectionError, TimeoutError) as error:
        raise StoreError(
            f"{uri}: {error}; check the bucket, AWS_ENDPOINT_URL, the credentials and the network"
        ) from error


def _kind(code: str) -> type[StoreError]:
    if code in REGION_ADVICE:
        return RegionError
    return UnsupportedError if code in UNSUPPORTED else StoreError


def _advice(error: ClientError) -> str:
    code, operation = error_code(error), error.operation_name
    if operation == "HeadBucket" and code in ABSENT:
        return ADVICE["NoSuchBucket"]
    if code in ABSENT:
        return "expected a file, found none; is it imported yet?"
    if code in DENIED:
        return _advice_when_denied(operation)
    if code in REPLACED:
        how = "replaced while it was read" if operation == "GetObject" else "written by another"
        return f"it was {how}; run again"
    if code in UNSUPPORTED:
        return "not supported by this server"
    return ADVICE.get(code, "check the bucket's name, AWS_ENDPOINT_URL and the credentials")


def _advice_when_denied(operation: str) -> str:
    permission = PERMISSIONS.get(operation)
    advice = f"allow {permission} to these credentials, or set others" if permission else ""
    advice = advice or "check the credentials"
    if operation in ("HeadObject", "GetObject"):
        return f"{advice}; without s3:ListBucket, S3 answers this for absent files too"
    return f"{advice}; is the bucket yours?"


def error_code(error: ClientError) -> str:
    """Return the code of S3's answer, a name or a status; "" when it has none."""
    return error.response.get("Error", {}).get("Code", "")


def is_break(error: BaseException) -> bool:
    """Tell whether the connection broke, so that reading on can help."""
    broken = BotoCoreError, HTTPError, ConnectionError, TimeoutError
    return isinstance(error, broken) and not isinstance(error, FlexibleChecksumError)
