"""What only a store in a folder does."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from discogs_assets.errors import SpaceError, StoreError
from discogs_assets.storage import local as store_module
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.store import Store
from discogs_assets_tests.storage.test_store import StoreContract


def tree(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


class TestLocalStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return LocalStore(str(tmp_path / "data"))

    def test_names_files_by_absolute_path(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        store = LocalStore("data")
        monkeypatch.chdir("/")
        assert store.url == "data"
        assert store.uri("raw/a.gz") == str(tmp_path / "data/raw/a.gz")
        assert store.scratch == tmp_path / "data/.scratch"

    def test_makes_nothing_until_written_to(self, store: Store, tmp_path: Path) -> None:
        store.keys("")
        store.exists("a")
        store.delete(["a"])
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("in_place", [None, "folder", "link"])
    def test_a_folder_that_is_taken_away_is_not_made_anew(
        self, tmp_path: Path, in_place: str | None
    ) -> None:
        folder, away = tmp_path / "data", tmp_path / "away"
        folder.mkdir()
        store = LocalStore(str(folder))
        store.write("a/b", b"there")
        folder.rename(away)
        if in_place == "link":  # It is where it was, for all that anyone can see.
            folder.symlink_to(away)
            assert store.read("a/b") == b"there"
            return
        if in_place == "folder":
            folder.mkdir()
        before = tree(tmp_path)
        for use in (
            lambda: store.write("c", b"c"),
            lambda: store.put(tmp_path / "finished", "c"),
            lambda: store.keys("a"),
            lambda: store.keys(""),
            lambda: store.sizes("a"),
            lambda: store.exists("a/b"),
            lambda: store.read("a/b"),
            lambda: store.delete(["a/b"]),
            lambda: store.scratch,
            lambda: store.lock("x").__enter__(),
            store.free_bytes,
        ):
            with pytest.raises(StoreError, match=rf"^{folder}: the store was there .* and is "):
                use()
        assert tree(tmp_path) == before
        assert (away / "a/b").read_bytes() == b"there"

    def test_a_folder_of_its_own_making_is_kept_to(self, tmp_path: Path) -> None:
        folder = tmp_path / "data"
        store = LocalStore(str(folder))
        assert store.keys("") == []
        store.write("a", b"a")
        assert store.read("a") == b"a"
        folder.rename(tmp_path / "away")
        with pytest.raises(StoreError, match="is gone; was it moved"):
            store.write("b", b"b")
        assert not folder.exists()

    def test_a_failed_write_keeps_the_old_file(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.write("a.json", b"old")
        monkeypatch.setattr(store_module, "sync", full_disk)
        with pytest.raises(SpaceError, match=r"No space left.*make room"):
            store.write("a.json", b"new")
        assert store.read("a.json") == b"old"
        assert list(store.scratch.iterdir()) == []

    def test_copies_from_another_disk(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        finished = tmp_path / "finished"
        finished.write_bytes(b"parquet")
        rename = Path.replace

        def replace(path: Path, target: Path) -> Path:
            if path == finished:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
            return rename(path, target)

        monkeypatch.setattr(Path, "replace", replace)
        store.put(finished, "lake/a")
        assert store.read("lake/a") == b"parquet"
        assert not finished.exists()
        assert [path.name for path in (tmp_path / "data/lake").iterdir()] == ["a"]

    def test_follows_links_to_other_folders(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "big").mkdir()
        (tmp_path / "data").mkdir()
        (tmp_path / "data/raw").symlink_to(tmp_path / "big")
        store.write("raw/a", b"")
        assert store.keys("") == ["raw/a"]

    def test_says_what_to_do_where_it_may_not_write(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(StoreError, match=r"file/.scratch: Not a directory"):
            LocalStore(str(tmp_path / "file")).write("a", b"")

    def test_denied_permission_is_a_store_error(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.write("a", b"")

        def deny(path: Path) -> bytes:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

        monkeypatch.setattr(Path, "read_bytes", deny)
        with pytest.raises(StoreError, match=r"data/a: Permission denied; let this user read"):
            store.read("a")

    def test_errors_of_the_reader_are_left_alone(self, store: Store) -> None:
        store.write("a", b"")
        with pytest.raises(OSError, match="of the caller"), store.open("a"):
            raise OSError("of the caller")

    def test_the_lock_of_a_killed_process_is_free(self, store: Store) -> None:
        holder = (
            "import sys, time; from discogs_assets.storage.local import LocalStore\n"
            f"with LocalStore({store.url!r}).lock('artists'): print('held', flush=True);"
            " time.sleep(60)"
        )
        store.lock_timeout_s = 0
        with subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            try:
                assert child.stdout.readline() == b"held\n"
                with (
                    pytest.raises(StoreError, match="another process has held"),
                    store.lock("artists"),
                ):
                    pass
            finally:
                child.kill()
        with store.lock("artists"):
            pass


def full_disk(path: Path) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
