"""The signature of a list of checksums, compared by gpg where it is installed and knows the key."""

import logging
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from discogs_assets.errors import ListingError

KEY = "D5E63B4BDCCE195642948684B8FC2375C777580F"
"""The fingerprint of the key that MusicBrainz signs its dumps with."""

SIGNED = re.compile(r"^\[GNUPG:\] VALIDSIG (\S+).*?(\S+)$", re.MULTILINE)
UNKNOWN = re.compile(r"^\[GNUPG:\] (?:NO_PUBKEY|ERRSIG) ", re.MULTILINE)

logger = logging.getLogger(__name__)


def has_gpg() -> bool:
    return shutil.which("gpg") is not None


def is_signed(sums: str, signature: str, where: str, key: str = KEY) -> bool:
    """Whether the key signed a list of checksums; False where gpg does not know the key.

    Raises ListingError when the signature is of another text or another key.
    """
    status = ask_gpg(sums, signature)
    if key in {found for signers in SIGNED.findall(status) for found in signers}:
        return True
    if UNKNOWN.search(status):
        logger.info("%s: its signature is not compared: gpg does not know the key %s", where, key)
        return False
    raise ListingError(
        f"{where}: expected checksums that the key {key} signed, found another signature or other "
        "checksums: try later, or look whether MusicBrainz has a new key"
    )


def ask_gpg(sums: str, signature: str) -> str:
    """Return the lines that gpg writes for programs; it asks no key server."""
    with tempfile.TemporaryDirectory() as folder:
        signed, detached = Path(folder, "SHA256SUMS"), Path(folder, "SHA256SUMS.asc")
        signed.write_text(sums)
        detached.write_text(signature)
        options = ("--batch", "--no-auto-key-retrieve", "--status-fd", "1")
        done = subprocess.run(  # noqa: S603 - no shell, and no argument of anybody else
            [str(shutil.which("gpg")), *options, "--verify", str(detached), str(signed)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
    return done.stdout
