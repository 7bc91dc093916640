"""No password is shown, wherever an address has it."""

import pytest

from discogs_assets.exports.redaction import Redactor


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3%2Fcret@host/discogs",
        "postgresql://host/discogs?password=s3%2Fcret",
        "mongodb://me:s3%2Fcret@one,two/d?appName=a@b",
        "redis://:s3%2Fcret@host/0",
    ],
)
def test_a_message_is_shown_without_it(url: str) -> None:
    for text in (url, "no entry for me with s3%2Fcret", "no entry with 's3/cret'"):
        assert "cret" not in Redactor.of_url(url).redact(text)
