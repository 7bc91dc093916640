"""Numbers that stand for users, and the salt they are made with."""

import stat
from pathlib import Path

import pytest

from discogs_assets.errors import SettingError
from discogs_assets.sources.listenbrainz_dumps.source import ListenBrainz, ListenBrainzSettings
from discogs_assets.sources.listenbrainz_dumps.users import SALT_KEY, Users, users_of
from discogs_assets.storage.local import LocalStore
from discogs_assets.warehouse.database import Warehouse

SALT = "made up for this test only"


def test_the_salt_of_the_store_is_made_once_and_is_private(tmp_path: Path) -> None:
    store = LocalStore(str(tmp_path))
    first = users_of(store, "", is_plain=False)
    assert users_of(LocalStore(str(tmp_path)), "", is_plain=False) == first
    assert stat.S_IMODE((tmp_path / SALT_KEY).stat().st_mode) == 0o600
    assert first.salt is not None
    assert len(first.salt) == 64


def test_the_setting_goes_before_the_salt_of_the_store(tmp_path: Path) -> None:
    store = LocalStore(str(tmp_path))
    assert users_of(store, SALT, is_plain=False).salt == SALT.encode()
    assert users_of(store, SALT, is_plain=True) == Users(None)
    assert not store.exists(SALT_KEY)


def test_a_short_salt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="LISTENBRAINZ_SALT: expected at least 16 characters"):
        users_of(LocalStore(str(tmp_path)), "short", is_plain=False)


def test_numbers_are_the_first_64_bits_of_the_hmac() -> None:
    # printf 42 | openssl dgst -sha256 -hmac 'made up for this test only'
    assert Users(SALT.encode()).number(42) & (1 << 64) - 1 == 0x52EBAAF835B30F02
    assert Users(None).number(42) == 42
    assert Users(None).fingerprint == "plain"
    assert Users(SALT.encode()).fingerprint != Users(b"another of that length....").fingerprint


def test_the_salt_is_not_shown(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "w.duckdb")
    settings = ListenBrainzSettings(salt=SALT)
    assert SALT not in repr(ListenBrainz(LocalStore(str(tmp_path)), warehouse, settings))
