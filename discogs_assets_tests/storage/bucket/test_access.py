"""Names of buckets, and what is said of credentials before anything is asked."""

from pathlib import Path

import pytest

from discogs_assets.errors import RegionError, SettingError
from discogs_assets.storage.bucket.access import check_bucket_name
from discogs_assets.storage.bucket.layout import group_of
from discogs_assets.storage.s3_clients import checked_client
from discogs_assets_tests.support.s3_bucket import no_credentials


@pytest.mark.parametrize("name", ["my-lake", "a1b", "music.lake-2026", "1" * 63])
def test_a_name_that_a_bucket_may_have(name: str) -> None:
    check_bucket_name("--bucket", name)


ALLOWED = "3 to 63 lowercase letters, digits, hyphens and dots"
ENDS = "a letter or digit at its beginning and end"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ab", ALLOWED),
        ("a" * 64, ALLOWED),
        ("My-Lake", ALLOWED),
        ("lake_1", ALLOWED),
        ("lake ", ALLOWED),
        ("-lake", ENDS),
        ("lake-", ENDS),
        ("a..b", "no two dots side by side"),
        ("10.0.0.1", "no IP address"),
    ],
)
def test_a_name_that_no_bucket_may_have(name: str, expected: str) -> None:
    with pytest.raises(
        SettingError, match=f"--bucket: expected a bucket's name, {expected}, found"
    ):
        check_bucket_name("--bucket", name)


@pytest.mark.parametrize(
    ("key", "group"),
    [
        ("raw/discogs/2026/a.gz", "raw/discogs/"),
        ("lake/discogs/artist/month=2026-01-01/0.parquet", "lake/discogs/"),
        ("raw/a.gz", "raw/"),
        ("a.gz", ""),
    ],
)
def test_keys_are_grouped_by_their_first_folders(key: str, group: str) -> None:
    assert group_of(key) == group


@pytest.mark.slow
class TestCredentials:
    """What boto3 finds in the environment and in its files."""

    @pytest.fixture(autouse=True)
    def nobody(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        no_credentials(monkeypatch, tmp_path)

    def test_missing(self) -> None:
        with pytest.raises(SettingError, match=r"expected credentials, found none; set AWS_ACCESS"):
            checked_client()

    def test_half(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
        with pytest.raises(SettingError, match=r"missing: AWS_SECRET_ACCESS_KEY; correct AWS_ACC"):
            checked_client()

    def test_of_an_unknown_profile(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_PROFILE", "nobody")
        with pytest.raises(SettingError, match=r"\(nobody\).*AWS_PROFILE"):
            checked_client()

    def test_for_what_is_no_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-mine")
        monkeypatch.setenv("AWS_ENDPOINT_URL", "not an address")
        with pytest.raises(SettingError, match="AWS_ENDPOINT_URL") as caught:
            checked_client("eu-west-3")
        assert "secret-of-mine" not in str(caught.value)

    def test_without_a_region(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        with pytest.raises(RegionError, match="found none; set AWS_DEFAULT_REGION such as"):
            checked_client()
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        assert checked_client().meta.endpoint_url == "http://127.0.0.1:9"

    def test_the_region_of_an_option_comes_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        assert checked_client().meta.region_name == "eu-west-1"
        assert checked_client("eu-west-3").meta.region_name == "eu-west-3"
