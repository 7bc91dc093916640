"""`lake` as a person meets it: what it prints, what it refuses, what its page says."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from mypy_boto3_s3 import S3Client

from discogs_assets.cli import main
from discogs_assets.storage.s3_clients import checked_client
from discogs_assets.storage.s3_permissions import PERMISSIONS
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.s3_bucket import MADE_UP, no_credentials, set_server
from discogs_assets_tests.support.s3_faults import Fault, faults
from discogs_assets_tests.support.s3_server import s3_server as moto
from discogs_assets_tests.support.services.server import Server
from discogs_assets_tests.support.uploads import FILES, fill

Capture = pytest.CaptureFixture[str]

PAGE = (CHECKOUT / "docs/s3_lake.md").read_text()
COMMANDS = re.findall(r"^    \.venv/bin/discogs-assets (lake [^#\n]*)", PAGE, re.M)


def test_the_page_lists_every_permission() -> None:
    [policy] = re.findall(r"```json\n(.*?)```", PAGE, re.S)
    of_bucket, of_objects = json.loads(policy)["Statement"]
    assert {*of_bucket["Action"], *of_objects["Action"]} == {*PERMISSIONS.values()}
    assert (of_bucket["Resource"], of_objects["Resource"]) == (
        "arn:aws:s3:::my-lake",
        "arn:aws:s3:::my-lake/*",
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["lake"], "the following arguments are required: COMMAND"),
        (["lake", "upload", "--what", "songs"], "invalid choice: 'songs'"),
        (["lake", "setup", "--glacier-after", "0"], "expected a number above 0, found '0'"),
        (["lake", "setup", "--glacier-class", "ICE"], "invalid choice: 'ICE'"),
        (["lake", "cost", "--price", "GLACIER"], "expected CLASS=USD as GLACIER=0.0036"),
        (["lake", "cost", "--price", "GLACIER=-1"], "expected CLASS=USD as GLACIER=0.0036"),
        (["lake", "cost", "--price", "GLACIER=nan"], "expected CLASS=USD as GLACIER=0.0036"),
    ],
)
def test_wrong_arguments(capsys: Capture, arguments: list[str], expected: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(arguments)
    assert caught.value.code == 2
    assert expected in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.slow
class TestLake:
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A folder to be in, whose `data` has files for a bucket."""
        fill(tmp_path / "data", FILES)
        monkeypatch.chdir(tmp_path)
        for name in ("DISCOGS_STORE", "DISCOGS_WAREHOUSE"):
            monkeypatch.delenv(name, raising=False)
        no_credentials(monkeypatch, tmp_path)
        return tmp_path

    @pytest.fixture
    def client(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
        """A server of Amazon's kind, which boto3 finds in the environment."""
        with moto() as url:
            settings = {**MADE_UP, "AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": "eu-west-3"}
            set_server(monkeypatch, tmp_path, settings)
            yield checked_client()

    def test_the_commands_of_the_page(
        self, client: S3Client, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        printed = {}
        assert len(COMMANDS) == 11
        for command in COMMANDS:
            assert main.main(shlex.split(command)) == 0, command
            output, errors = capsys.readouterr()
            assert "discogs-assets: " not in errors
            printed[command.strip()] = [" ".join(line.split()) for line in output.splitlines()]
            if "upload" in command:
                monkeypatch.setenv("DISCOGS_STORE", "s3://my-lake")
        dry, done, *_ = printed.values()
        assert dry[-1] == "5 settings to change; run again without --dry-run."
        assert "bucket – eu-west-3 to change" in dry
        assert done[-1] == "5 settings changed."
        assert printed["lake setup --bucket s3://my-lake --region eu-west-3"][-1] == (
            "Nothing to change."
        )
        sent = printed["lake upload --from data --to s3://my-lake"]
        assert "raw/discogs/ 2 7 B 0 0 7 B" in sent
        assert sent[-1] == (
            "Sent: 5 files, 21 B; already there: 0. Verified: 5 by the SHA-256 that S3 computed."
        )
        assert printed["lake upload --from data --to s3://my-lake --what raw"][-1] == (
            "Sent: 0 files, 0 B; already there: 2."
        )
        assert "lake/discogs/ STANDARD file 2 6 B" in printed["lake ls"]
        assert printed["lake ls"][-1] == "Total: 5 files, 21 B"
        assert "lake/discogs/,STANDARD,file,2,6" in printed["lake ls --format csv"]
        assert printed["lake cost"][-2:] == [
            "Total: USD 0.00 a month",
            "Prices: Amazon's in eu-west-3, for a GB of 2^30 bytes and month, as of October 2025; "
            "requests, retrieval and traffic are not in them.",
        ]

    def test_what_has_no_price_is_said(
        self, client: S3Client, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-2")
        assert main.main(["lake", "setup", "--bucket", "s3://far-away"]) == 0
        checked_client().put_object(Bucket="far-away", Key="raw/a", Body=b"x" * (1 << 20))
        assert main.main(["lake", "cost", "--bucket", "s3://far-away"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == (
            "No price is known of STANDARD in ap-southeast-2: not in the total; say it with "
            "--price STANDARD=USD"
        )
        arguments = ["lake", "cost", "--bucket", "s3://far-away", "--price", "standard=102.4"]
        assert main.main(arguments) == 0
        assert "Total: USD 0.10 a month" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["setup"], "--bucket: expected s3://bucket or s3://bucket/prefix, found 'data'"),
            (["upload"], "--to: expected s3://bucket or s3://bucket/prefix, found 'data'"),
            (["upload", "--from", "s3://a", "--to", "s3://b"], "--from: expected a folder"),
            (["upload", "--from", "nothing", "--to", "s3://my-lake"], "nothing: expected files in"),
            (
                ["setup", "--bucket", "s3://My-Lake"],
                "--bucket: expected a bucket's name, 3 to 63",
            ),
            (["setup", "--bucket", "s3://a b"], "--bucket: expected a bucket's name, 3 to 63"),
            (["ls", "--bucket", "s3://nowhere"], "s3://nowhere: there is no such bucket: make it"),
            (["ls", "--bucket", "s3://me:secret@lake"], "credentials go into AWS_ACCESS_KEY_ID"),
        ],
    )
    def test_what_is_refused(
        self, client: S3Client, capsys: Capture, arguments: list[str], expected: str
    ) -> None:
        assert main.main(["lake", *arguments]) == 1
        output, errors = capsys.readouterr()
        assert (output, errors.count("\n")) == ("", 1)
        assert expected in errors
        assert "secret" not in errors

    def test_what_is_refused_by_a_setting_names_it(
        self, client: S3Client, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        monkeypatch.setenv("DISCOGS_STORE", "s3://a..b")
        assert main.main(["lake", "setup"]) == 1
        assert "DISCOGS_STORE: expected a bucket's name, no two dots" in capsys.readouterr().err

    def test_errors_name_the_options_that_help(
        self, client: S3Client, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        client.create_bucket(
            Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
        )
        client.put_object(Bucket="far", Key="raw/discogs/a", Body=b"another")
        fill(place / "data", {"raw/discogs/a": b"of ours"})
        for arguments, expected in {
            "setup --bucket s3://far --region eu-west-1": "to eu-west-3, or say it with --region",
            "upload --to s3://far": "nothing was sent: replace them with --replace, or upload else",
            "upload --to s3://far --from nothing": "Say another with --from, or set DISCOGS_STORE",
        }.items():
            assert main.main(["lake", *arguments.split()]) == 1, arguments
            assert expected in capsys.readouterr().err

    def test_a_refused_setting_hides_nothing_that_was_done(
        self, client: S3Client, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        denied = Fault("PUT .*[?]encryption", 403, "AccessDenied")
        with faults(client.meta.endpoint_url, denied) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            assert main.main(["lake", "setup", "--bucket", "s3://half-done"]) == 1
        output, errors = capsys.readouterr()
        lines = [" ".join(line.split()) for line in output.splitlines()]
        assert "encryption – AES256 refused" in lines
        assert lines[-1] == "4 settings changed."
        assert "encryption: s3://half-done: " in errors
        assert "allow s3:PutEncryptionConfiguration" in errors

    def test_missing_credentials_are_named(self, capsys: Capture) -> None:
        assert main.main(["lake", "ls", "--bucket", "s3://my-lake"]) == 1
        assert capsys.readouterr().err == (
            "discogs-assets: S3: expected credentials, found none; set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile of ~/.aws/credentials\n"
        )

    def test_a_server_with_fewer_settings(
        self,
        s3_server: Server,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: Capture,
    ) -> None:
        set_server(monkeypatch, tmp_path, s3_server.settings)
        assert main.main(["lake", "setup", "--bucket", "s3://small-lake/music"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == (
            "1 setting changed. Not supported by this server: public access, encryption, archive "
            "of music/raw/, removal of unfinished uploads."
        )
        assert main.main(["lake", "upload", "--to", "s3://small-lake/music"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == (
            "Sent: 5 files, 21 B; already there: 0. Verified: 5 by the SHA-256 that S3 computed."
        )
