"""No password is shown, wherever an address has it."""

import pytest

from discogs_assets.exports.redaction import Secrets, shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://me:s3cret@host:5432/discogs", "postgresql://…@host:5432/discogs"),
        ("postgresql://host/discogs", "postgresql://host/discogs"),
        ("postgresql://host/discogs?user=me&password=s3cret", "postgresql://host/discogs"),
        ("mongodb://me:s3cret@one,two/d?appName=a@b", "mongodb://…"),
        ("mongodb://me:s3c/ret@host/d", "mongodb://…"),
        ("redis://:s3cret@host:6379/0", "redis://…@host:6379/0"),
        ("bolt://host:7687", "bolt://host:7687"),
        ("host=localhost password=s3cret", "://…"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, expected: str) -> None:
    assert shown(url) == expected


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
        assert "cret" not in Secrets.of_url(url).hide(text)
