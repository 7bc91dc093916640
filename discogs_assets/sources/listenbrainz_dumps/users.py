"""Numbers that stand for users: the publisher's own are keyed by a salt that stays here.

The publisher's numbers are small: without a secret, anyone could try them all.
"""

import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

from discogs_assets.errors import SettingError
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.store import Store

SALT_KEY = "secrets/listenbrainz_salt"
SHORTEST = 16
PLAIN = "plain"


@dataclass(frozen=True)
class Users:
    """How users are numbered; without a salt by the publisher's numbers."""

    salt: bytes | None

    @property
    def is_plain(self) -> bool:
        return self.salt is None

    @property
    def fingerprint(self) -> str:
        """What tells this numbering from others; it does not give the salt away."""
        return PLAIN if self.salt is None else hmac.digest(self.salt, b"which", "sha256")[:8].hex()

    def number(self, user_id: int) -> int:
        """Return the number that stands for a user, of 64 bits with a sign."""
        if self.salt is None:
            return user_id
        digest = hmac.digest(self.salt, str(user_id).encode(), "sha256")
        return int.from_bytes(digest[:8], "big", signed=True)

    def table(self, user_ids: list[int]) -> pa.Table:
        """Return the numbers of some users as a table of `given` and `number`."""
        columns = {
            "given": pa.array(user_ids, pa.int64()),
            "number": pa.array(map(self.number, user_ids), pa.int64()),
        }
        return pa.table(columns)


def users_of(store: Store, salt: str, *, is_plain: bool) -> Users:
    """Return the numbering that is asked for; the salt is the setting's, or the store's own."""
    if is_plain:
        return Users(None)
    if salt and len(salt) < SHORTEST:
        raise SettingError(
            f"LISTENBRAINZ_SALT: expected at least {SHORTEST} characters, found {len(salt)}; a "
            "short one can be guessed: make one with `openssl rand -hex 32`"
        )
    return Users(salt.encode() if salt else stored_salt(store))


def stored_salt(store: Store) -> bytes:
    """Return the store's salt, which is made at random when it is first needed."""
    with store.lock("listenbrainz salt"):
        if not store.exists(SALT_KEY):
            put_secret(store, SALT_KEY, secrets.token_hex(32).encode())
        return store.read(SALT_KEY)


def put_secret(store: Store, key: str, secret: bytes) -> None:
    """Write a file that only this user can read."""
    path: Path = store.scratch / f"{uuid4().hex}.tmp"
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.touch(0o600, exist_ok=False)
            path.write_bytes(secret)
            store.put(path, key)
        finally:
            path.unlink(missing_ok=True)
