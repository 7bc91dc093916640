"""What every store promises, and which store an address opens."""

import shutil
import threading
from pathlib import Path

import polars as pl
import pytest
from mypy_boto3_s3 import S3Client

from discogs_assets.errors import SettingError, StoreError, StoreLockedError
from discogs_assets.storage.factory import open_store
from discogs_assets.storage.store import Store


class StoreContract:
    """What holds for every store; subclasses give the `store` fixture."""

    def test_reads_back_what_was_written(self, store: Store) -> None:
        store.write("lake/artist/a.json", b"one")
        store.write("lake/artist/a.json", b"second")
        assert store.exists("lake/artist/a.json")
        assert store.size("lake/artist/a.json") == 6
        assert store.read("lake/artist/a.json") == b"second"
        with store.open("lake/artist/a.json") as file:
            assert (file.read(3), file.read(), file.read()) == (b"sec", b"ond", b"")

    def test_has_no_file_before_one_is_written(self, store: Store) -> None:
        assert not store.exists("lake/a")
        assert store.keys("") == []
        assert store.keys("lake") == []

    @pytest.mark.parametrize("operation", ["size", "read", "open", "local"])
    def test_names_the_file_that_is_missing(self, store: Store, operation: str) -> None:
        with pytest.raises(StoreError, match=r"raw/none.gz: .*found none"):
            use(store, operation, "raw/none.gz")

    def test_a_folder_is_not_a_file(self, store: Store) -> None:
        store.write("lake/artist/a", b"")
        assert not store.exists("lake/artist")
        with pytest.raises(StoreError, match="found none"):
            store.size("lake/artist")

    def test_lists_a_folder_and_not_its_neighbours(self, store: Store) -> None:
        for key in ("lake/artist/b", "lake/artist/a/c", "lake/artist_url/a", "raw/a"):
            store.write(key, b"")
        assert store.keys("lake/artist") == ["lake/artist/a/c", "lake/artist/b"]
        assert store.keys("lake/artist/") == store.keys("lake/artist")
        assert len(store.keys("")) == 4

    def test_tells_the_sizes_of_what_it_lists(self, store: Store) -> None:
        for key, content in (("lake/artist/a", b"12"), ("lake/artist/b/c", b""), ("raw/a", b"1")):
            store.write(key, content)
        assert store.sizes("lake") == {"lake/artist/a": 2, "lake/artist/b/c": 0}
        assert store.sizes("") == {"lake/artist/a": 2, "lake/artist/b/c": 0, "raw/a": 1}
        assert store.sizes("none") == {}

    def test_lists_no_unfinished_files(self, store: Store) -> None:
        with store.lock("artists"):
            store.scratch.joinpath("dump.part").write_bytes(b"half")
            store.write("raw/a", b"")
            assert store.keys("") == ["raw/a"]

    def test_moves_a_finished_file_in(self, store: Store, tmp_path: Path) -> None:
        finished = tmp_path / "finished"
        finished.write_bytes(b"parquet")
        store.write("lake/part-0.parquet", b"of an earlier run")
        store.put(finished, "lake/part-0.parquet")
        assert store.read("lake/part-0.parquet") == b"parquet"
        assert not finished.exists()

    def test_does_not_move_what_is_not_there(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="absent"):
            store.put(tmp_path / "absent", "lake/a")
        assert not store.exists("lake/a")

    def test_deletes_what_is_there(self, store: Store) -> None:
        store.write("lake/a", b"")
        store.write("lake/b", b"")
        store.delete(["lake/a", "lake/never"])
        assert store.keys("") == ["lake/b"]

    def test_gives_a_local_path(self, store: Store) -> None:
        store.write("raw/a.gz", b"zipped")
        with store.local("raw/a.gz") as path:
            assert path.read_bytes() == b"zipped"
        assert store.read("raw/a.gz") == b"zipped"
        assert [path for path in store.scratch.rglob("*") if path.is_file()] == []

    def test_polars_scans_a_file_by_its_uri(self, store: Store, tmp_path: Path) -> None:
        artists = pl.DataFrame({"id": [1, 2], "name": ["The Persuader", None]})
        assert put_and_scan(store, artists, tmp_path / "finished").equals(artists)

    @pytest.mark.parametrize(
        "key", ["", "/etc/hosts", "../a", "a/../b", "a//b", "a/", ".scratch/a", "a/.b", "a\\b"]
    )
    def test_refuses_keys_that_lead_out(self, store: Store, key: str) -> None:
        for operation in ("exists", "size", "read", "open", "local", "uri"):
            with pytest.raises(SettingError, match="expected a relative path"):
                use(store, operation, key)
        with pytest.raises(SettingError):
            store.write(key, b"")
        with pytest.raises(SettingError):
            store.delete([key])

    def test_measures_the_disk_of_its_scratch(self, store: Store, tmp_path: Path) -> None:
        assert store.free_bytes() == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.1)
        assert not store.scratch.exists()

    def test_a_held_lock_is_named_after_the_wait(self, store: Store) -> None:
        store.lock_timeout_s = 0.1
        with (
            store.lock("raw/artists"),
            ThreadOutcome(store, "raw/artists") as outcome,
            pytest.raises(
                StoreError, match=r"raw%2Fartists\.lock: another process has held this lock"
            ),
        ):
            outcome.result()
        with ThreadOutcome(store, "raw/artists") as outcome:
            outcome.result()

    def test_who_does_not_want_to_wait_hears_at_once(self, store: Store) -> None:
        with store.lock("artists"), ThreadOutcome(store, "artists", 0) as outcome:
            outcome.thread.join(timeout=10)
            with pytest.raises(StoreLockedError, match="for 0 s; let it end"):
                outcome.result()

    def test_locks_of_other_names_are_free(self, store: Store) -> None:
        store.lock_timeout_s = 0.1
        with store.lock("artists"), ThreadOutcome(store, "labels") as outcome:
            outcome.result()


class ThreadOutcome:
    """Take and free a lock in another thread; `result` raises what that raised."""

    def __init__(self, store: Store, name: str, timeout_s: float | None = None) -> None:
        self.store, self.name, self.timeout_s = store, name, timeout_s
        self.errors: list[StoreError] = []
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        try:
            with self.store.lock(self.name, self.timeout_s):
                pass
        except StoreError as error:
            self.errors.append(error)

    def __enter__(self) -> "ThreadOutcome":
        self.thread.start()
        return self

    def result(self) -> None:
        self.thread.join()
        for error in self.errors:
            raise error

    def __exit__(self, *_: object) -> None:
        self.thread.join()


def use(store: Store, operation: str, key: str) -> None:
    result = getattr(store, operation)(key)
    if operation in ("open", "local"):
        with result:
            pass


def put_and_scan(store: Store, frame: pl.DataFrame, finished: Path) -> pl.DataFrame:
    """Return what Polars reads of a frame that was put into the store as Parquet."""
    frame.write_parquet(finished)
    store.put(finished, "lake/artist/part-0.parquet")
    uri = store.uri("lake/artist/part-0.parquet")
    return pl.scan_parquet(uri, storage_options=store.polars_options()).collect()


def no_client() -> S3Client:
    raise AssertionError("no client is needed")


@pytest.mark.parametrize("url", ["gs://bucket", "file:///data", "s3://", "s3:///prefix", "", " "])
def test_refuses_what_is_neither_folder_nor_bucket(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"DISCOGS_STORE: expected .*s3://bucket/prefix, found"):
        open_store(url, scratch=tmp_path, s3_client=no_client)


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("s3://me:secret@bucket/prefix", "credentials go into AWS_ACCESS_KEY_ID"),
        ("s3://me:sec/secret@bucket", "credentials go into AWS_ACCESS_KEY_ID"),
        ("s3://localhost:9000/bucket", "into AWS_ENDPOINT_URL"),
        ("gs://me:secret@bucket", "found 'gs://…@bucket'"),
    ],
)
def test_refuses_secrets_without_showing_them(url: str, advice: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError) as caught:
        open_store(url, scratch=tmp_path, s3_client=no_client)
    assert advice in str(caught.value)
    assert "secret" not in str(caught.value)


def test_opens_a_folder_with_its_own_scratch(tmp_path: Path) -> None:
    store = open_store(f"{tmp_path}/data", scratch=tmp_path / "else", s3_client=no_client)
    assert store.scratch == tmp_path / "data/.scratch"
