"""What S3 refuses is told with what to set, allow or do."""

import pytest
from botocore.exceptions import ClientError

from discogs_assets.errors import RegionError, StoreError, UnsupportedError
from discogs_assets.storage.s3_errors import s3_errors

URI = "s3://shelf/raw/a.gz"


def said(code: str, operation: str) -> StoreError:
    """Return the error of an answer."""
    with pytest.raises(StoreError) as caught, s3_errors(URI):
        raise ClientError({"Error": {"Code": code, "Message": "No."}}, operation)
    assert str(caught.value).startswith(f"{URI}: ")
    return caught.value


@pytest.mark.parametrize(
    ("code", "operation", "advice"),
    [
        ("NoSuchBucket", "PutObject", "make it with discogs-assets lake setup"),
        ("404", "HeadBucket", "make it with discogs-assets lake setup"),
        ("403", "HeadBucket", "allow s3:ListBucket to these credentials, or set others; is the"),
        ("404", "HeadObject", "expected a file, found none"),
        ("AccessDenied", "UploadPart", "allow s3:PutObject to these credentials"),
        ("AccessDenied", "ListBuckets", "check the credentials; is the bucket yours?"),
        ("InvalidObjectState", "GetObject", "in an archive class such as GLACIER: restore it"),
        ("ExpiredToken", "GetObject", "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESS"),
        ("PreconditionFailed", "GetObject", "it was replaced while it was read; run again"),
        ("PreconditionFailed", "PutObject", "it was written by another; run again"),
        ("PermanentRedirect", "GetObject", "another region: set AWS_DEFAULT_REGION to its own"),
        ("BucketAlreadyOwnedByYou", "CreateBucket", "the bucket is yours already"),
        ("InvalidBucketName", "CreateBucket", "no bucket can have this name: correct it"),
        ("InvalidStorageClass", "PutObject", "no such storage class: choose one that it has"),
        ("MalformedXML", "PutBucketLifecycleConfiguration", "takes no setting of this form"),
        ("NoSuchUpload", "UploadPart", "was completed or aborted meanwhile: run again"),
        ("BadDigest", "UploadPart", "what arrived is not what was sent: run again"),
        ("XAmzContentChecksumMismatch", "PutObject", "what arrived is not what was sent"),
        ("SomethingNew", "GetObject", "check the bucket's name, AWS_ENDPOINT_URL"),
    ],
)
def test_an_answer_says_what_to_do(code: str, operation: str, advice: str) -> None:
    error = said(code, operation)
    assert advice in str(error)
    assert not isinstance(error, UnsupportedError)
    assert isinstance(error, RegionError) == (code == "PermanentRedirect")


@pytest.mark.parametrize("code", ["NotImplemented", "MethodNotAllowed", "501", "405"])
def test_what_a_server_lacks_is_told_from_faults(code: str) -> None:
    assert isinstance(said(code, "PutPublicAccessBlock"), UnsupportedError)
