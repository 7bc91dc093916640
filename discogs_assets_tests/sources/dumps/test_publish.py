"""A dump file becomes a month of the lake: whole, once, in file order."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.errors import DamageError, DumpError, StoreError
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.publish import DumpPublisher, is_current
from discogs_assets.sources.dumps.raw_files import DAMAGED, Downloaded, stored
from discogs_assets.sources.dumps.record_checks import check_lost
from discogs_assets.storage import lake_writer
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.storage.s3 import S3Store
from discogs_assets.tables.outcome import CheckError
from discogs_assets_tests.support.s3_bucket import new_bucket
from discogs_assets_tests.support.s3_server import s3_server
from discogs_assets_tests.support.small_lake import (
    ARTISTS,
    KEY,
    MONTH,
    artists,
    check_only_published,
    downloaded,
    importer,
    lake_in,
    listing,
    names,
    open_lake,
    put,
    run,
    run_stored,
    scratch_files,
    tables,
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path / "data")


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = {*threading.enumerate()}
    yield
    assert {*threading.enumerate()} == before


@pytest.fixture
def small_row_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake_writer, "ROW_GROUP_ROWS", 20)


@pytest.fixture(scope="module")
def expected(big_dump: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The tables of the big dump, read in one block."""
    lake = open_lake(tmp_path_factory.mktemp("expected"))
    DumpPublisher(lake, ARTISTS, MONTH, put(lake, big_dump), DISCOGS.open_reader, threads=1).run(
        LoggedProgress()
    )
    return tables(lake)


def test_publishes_the_rows_and_what_they_come_from(lake: Lake) -> None:
    manifest = run(lake, artists("A", "B & C", "<novelty/>D"))
    assert names(lake) == ["A", "D"]
    assert lake.manifest("artists", MONTH) == manifest
    assert (manifest.group, manifest.month, manifest.limit) == ("artists", "2026-01-01", None)
    assert manifest.dump == "discogs_20260101_artists.xml.gz"
    assert manifest.sha256 == hashlib.sha256(lake.store.read(KEY)).hexdigest()
    assert manifest.records == manifest.tables["artist"].rows == 2
    assert manifest.tables["artist_quarantine"].rows == 1
    assert manifest.tables["artist_url"].files == ()
    assert manifest.undeclared == {"/artists/artist/name/novelty": 1}
    check_only_published(lake)


def test_the_same_dump_again_writes_nothing(lake: Lake) -> None:
    first = run(lake, artists("A", "B"))
    before = listing(lake)
    assert run(lake, artists("A", "B")) == first
    assert listing(lake) == before


def test_a_forced_import_publishes_the_same_rows_anew(lake: Lake) -> None:
    first = run(lake, artists("A", "B"))
    again = run_stored(lake, is_forced=True)
    assert again.import_id > first.import_id
    assert names(lake) == ["A", "B"]
    check_only_published(lake)


def test_a_republished_dump_replaces_the_month(lake: Lake) -> None:
    run(lake, artists("A", "B"))
    run(lake, artists("A", "corrected", "C"))
    assert names(lake) == ["A", "corrected", "C"]
    check_only_published(lake)


def test_another_file_under_the_noted_checksum_is_refused(lake: Lake) -> None:
    first = run(lake, artists("A", "B"))
    dump = downloaded(lake.store.read(KEY))
    lake.store.write(f"{KEY}.sha256", b"noted")
    lake.store.write(KEY, gzip.compress(artists("C"), mtime=0))
    with pytest.raises(DamageError, match=f"expected sha256 {dump.sha256}, as when it came, found"):
        importer(lake, dump).run(LoggedProgress(), is_forced=True)
    assert lake.manifest("artists", MONTH) == first
    assert names(lake) == ["A", "B"]
    check_only_published(lake)
    with pytest.raises(DamageError, match="import without --skip-download"):
        stored(lake.store, KEY, None)
    good = gzip.compress(artists("A", "B"), mtime=0)
    lake.store.write(KEY, good)  # Somebody puts the right file there.
    assert stored(lake.store, KEY, None).sha256 == downloaded(good).sha256


@pytest.mark.parametrize("part", [0.2, 0.5, 0.99])
def test_a_bit_that_flipped_in_the_stored_file(lake: Lake, part: float) -> None:
    run(lake, artists(*["A" * 50] * 40))
    dump, data = downloaded(lake.store.read(KEY)), bytearray(lake.store.read(KEY))
    data[int(len(data) * part)] ^= 1
    lake.store.write(KEY, bytes(data))
    with pytest.raises(DamageError, match="as when it came"):
        importer(lake, dump).run(LoggedProgress(), is_forced=True)
    assert lake.store.exists(KEY + DAMAGED)


def test_a_changed_schema_replaces_the_month(lake: Lake) -> None:
    first = run(lake, artists("A"))
    lake.publish(Manifest(**vars(first) | {"schema": "of before"}))
    assert run(lake, artists("A")).schema == first.schema


@pytest.mark.parametrize(("limit", "expected"), [(1, 1), (3, 3), (25, 25), (40, 40), (99, 40)])
def test_a_limit_stops_at_a_record(lake: Lake, limit: int, expected: int) -> None:
    manifest = run(lake, artists(*["A" * 100] * 40), limit)
    assert lake.scan("artist").collect()["id"].to_list() == [*range(1, expected + 1)]
    assert (manifest.limit, manifest.records, manifest.is_full) == (limit, expected, False)


def test_a_limited_month_is_replaced_by_another_limit_and_in_full(lake: Lake) -> None:
    xml = artists("A", "B", "C")
    for limit, expected in ((1, ["A"]), (2, ["A", "B"]), (1, ["A"]), (None, ["A", "B", "C"])):
        run(lake, xml, limit)
        assert names(lake) == expected
    check_only_published(lake)


@pytest.mark.parametrize("xml", [artists("A", "B"), artists("C", "D")])
def test_a_full_month_is_not_replaced_by_a_part(lake: Lake, xml: bytes) -> None:
    full = run(lake, artists("A", "B"))
    part = importer(lake, put(lake, gzip.compress(xml, mtime=0)), limit=1)
    assert is_current(lake, "artists", MONTH, part.dump.sha256, limit=1)
    assert part.run(LoggedProgress()) == full
    assert names(lake) == ["A", "B"]


@pytest.mark.slow
def test_a_bucket_is_as_good_as_a_folder(
    big_dump: bytes,
    expected: dict[str, pl.DataFrame],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "up")
    with s3_server() as address, new_bucket(address, "shelf") as client:
        lake = lake_in(S3Store("s3://shelf", tmp_path, lambda: client))
        put(lake, big_dump)
        first = run_stored(lake)
        assert run_stored(lake) == first
        for name, table in tables(lake).items():
            assert table.equals(expected[name]), name
        check_only_published(lake)


def test_a_block_may_have_nothing_but_records_that_were_had_before(lake: Lake) -> None:
    lines = [b"<artists>", *[b"<artist><id>1</id><name>A</name></artist>"] * 3]
    xml = (b"\n" + b" " * 100).join(lines) + b"\n</artists>\n"
    dump = put(lake, gzip.compress(xml, mtime=0))
    imported = DumpPublisher(
        lake, DUMP_TYPES["artists"], MONTH, dump, DISCOGS.open_reader, block_bytes=1
    )
    manifest = imported.run(LoggedProgress())
    assert (manifest.records, manifest.refused) == (1, 2)


def test_an_id_is_had_once_in_a_dump(lake: Lake) -> None:
    lines = artists(*["A" * 100] * 60).splitlines()
    lines[60] = b"<artist><id>2</id><name>again</name></artist>"
    run(lake, b"\n".join(lines))
    (refused,) = lake.scan("artist_quarantine").collect().to_dicts()
    assert refused["record_id"] == 2
    assert refused["error"] == "id 2 was had before in this dump; the first is kept"
    assert refused["raw"] == lines[60]
    ids = lake.scan("artist").collect()["id"].to_list()
    assert ids == [*range(1, 60)]
    assert "again" not in names(lake)


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("block_bytes", [300, 5000, 1 << 20])
@pytest.mark.usefixtures("small_row_groups")
def test_threads_and_blocks_do_not_show(
    lake: Lake, big_dump: bytes, expected: dict[str, pl.DataFrame], threads: int, block_bytes: int
) -> None:
    dump = put(lake, big_dump)
    one = DumpPublisher(
        lake, ARTISTS, MONTH, dump, DISCOGS.open_reader, threads=threads, block_bytes=block_bytes
    )
    one.run(LoggedProgress())
    assert {name: table.height for name, table in expected.items()}["artist"] == 400
    for name, table in tables(lake).items():
        assert table.equals(expected[name]), name


@pytest.mark.usefixtures("small_row_groups")
@pytest.mark.parametrize("is_first", [True, False])
def test_a_dump_that_fails_leaves_the_month_as_it_was(
    lake: Lake, big_dump: bytes, is_first: bool
) -> None:
    if not is_first:
        run(lake, artists("A", "B"))
    before = listing(lake)
    with pytest.raises(DumpError) as error:
        importer(lake, put(lake, big_dump[:-1000])).run(LoggedProgress())
    assert str(error.value) == (
        "discogs_20260101_artists.xml.gz: the gzip data ends too early: the file is truncated; "
        "download it again"
    )
    assert listing(lake) == before
    assert scratch_files(lake) == []


def test_a_dump_that_is_not_there(lake: Lake) -> None:
    absent = importer(lake, Downloaded("raw/discogs/2026/artists.xml.gz", "", 0, True, True))
    with pytest.raises(StoreError, match=r"raw/.*artists\.xml\.gz: expected a file, found none"):
        absent.run(LoggedProgress())


def test_leftovers_of_a_killed_run_are_cleared(lake: Lake) -> None:
    run(lake, artists("A"))
    lake.store.write("lake/discogs/artist/month=2026-01-01/20260101T0-artist.parquet", b"half")
    left = lake.store.scratch / "lake/artists 2026-01/20260101T0-artist.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    assert names(lake) == ["A"]
    run(lake, artists("B"))
    assert names(lake) == ["B"]
    check_only_published(lake)


def test_a_dump_cut_short_and_published_anew_does_not_replace_the_month(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    run(lake, artists(*"abcdefghijklmnopqrstuvwxyz"))
    with pytest.raises(CheckError, match="Records: 2, was 26 in 2026-01") as error:
        run(lake, artists("a", "b"))
    assert str(error.value).splitlines() == [
        "artists 2026-01: not published. "
        "Records: 2, was 26 in 2026-01 (-24, -92.3%; at least 15 expected).",
        "  What was there before stays.",
        "  Look into it: the dump may be cut short. If it is published again, import it again.",
        "  To take it as it is: discogs-assets import --accept, or `accept: true` in the run's "
        "config.",
    ]
    assert names(lake) == [*"abcdefghijklmnopqrstuvwxyz"]
    check_only_published(lake)
    dump = put(lake, gzip.compress(artists("a", "b"), mtime=0))
    importer(lake, dump).run(LoggedProgress(), is_accepted=True)
    assert names(lake) == ["a", "b"]


def test_junk_between_records_does_not_make_up_for_one_that_is_lost(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    broken = artists("a", "b").replace(b"<artist><id>2", b"junk\n<artist><id>2</i>")
    manifest = run(lake, broken)
    assert (manifest.started, manifest.records, manifest.refused) == (2, 1, 1)
    assert manifest.tables["artist_quarantine"].rows == 2
    lost = check_lost(replace(manifest, refused=0))
    assert (lost.passed, lost.is_fatal) == (False, True)
    assert lost.found == "Records lost: 1 of 2 (1 read, 0 in quarantine)."
    assert check_lost(manifest).passed


def test_a_record_is_the_same_beside_a_broken_one(tmp_path: Path) -> None:
    odd = ["A ]]> B", "C \ufffe", "D<novelty>&nbsp;</novelty>"]
    alone, beside = open_lake(tmp_path / "alone"), open_lake(tmp_path / "beside")
    run(alone, artists(*odd))
    manifest = run(beside, artists(*odd, "E & F", "<!--").replace(b"<!--", b"\n<!--\n"))
    assert names(alone) == ["A ]]> B", "C \ufffe", "D"]
    assert tables(beside)["artist"].equals(tables(alone)["artist"])
    assert (manifest.started, manifest.records, manifest.refused) == (5, 3, 2)
    assert check_lost(manifest).passed
