"""The signature of a list of checksums, by a key made here."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from discogs_assets.errors import ListingError
from discogs_assets.sources.musicbrainz_dumps.publisher.signature import has_gpg, is_signed

pytestmark = pytest.mark.skipif(not has_gpg(), reason="there is no gpg on this machine")

SUMS = f"{'0' * 64} *artist.tar.xz\n"


def gpg(*arguments: str, text: str = "") -> str:
    options = ("--batch", "--pinentry-mode", "loopback", "--passphrase", "")
    done = subprocess.run(
        ["gpg", *options, *arguments], input=text, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Make a key in a home of its own; return its fingerprint. Its agent ends with the test."""
    home = tmp_path / "g"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    gpg("--quick-generate-key", "dumps@test", "ed25519", "sign", "never")
    listed = gpg("--list-keys", "--with-colons")
    yield next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))
    subprocess.run(["gpgconf", "--kill", "all"], check=True)


def test_a_signature_is_compared_where_the_key_is_known(
    key: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    signature = gpg("--armor", "--detach-sign", text=SUMS)
    assert is_signed(SUMS, signature, "here", key)
    with pytest.raises(ListingError, match=f"here: expected checksums that the key {key} signed"):
        is_signed(SUMS.replace("0", "1", 1), signature, "here", key)
    with pytest.raises(ListingError, match="found another signature"):
        is_signed(SUMS, signature, "here", "F" * 40)
    with pytest.raises(ListingError, match="found another signature"):
        is_signed(SUMS, "<html>", "here", key)
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    with monkeypatch.context() as without:
        without.setenv("GNUPGHOME", str(other))
        assert not is_signed(SUMS, signature, "here", key)
