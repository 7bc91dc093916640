"""Id and SHA-1 of each record of a dump file, as lines."""

import gzip
import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

import pytest

from discogs_assets.errors import DumpError, DumpNotFoundError, StoreError
from discogs_assets.sources.discogs_dumps.hashes import Refused, iter_hashes, print_hashes
from discogs_assets.sources.discogs_dumps.synthetic import iter_records
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.change_months import JANUARY, Months

Hashes = list[tuple[int, str]]


def dump(dump_type: str, records: Iterable[bytes], between: bytes = b"\n") -> bytes:
    tag = dump_type.encode()
    return gzip.compress(between.join([b"<%b>" % tag, *records, b"</%b>" % tag]), mtime=0)


def hashes(dump_type: str, packed: bytes, block_bytes: int = 3000) -> tuple[Hashes, list[Refused]]:
    """Return what a dump holds, read in blocks of so many bytes."""
    blocks = [*iter_hashes(io.BytesIO(packed), DUMP_TYPES[dump_type], "made up.gz", block_bytes)]
    listed = [pair for block in blocks for pair in block.hashes]
    return listed, [one for block in blocks for one in block.refused]


def sha1(raw: bytes) -> str:
    return hashlib.sha1(raw).hexdigest()


def artist(id_: int, name: str = "A") -> bytes:
    return f"<artist><id>{id_}</id><name>{name}</name></artist>".encode()


@pytest.mark.parametrize("dump_type", DUMP_TYPES)
@pytest.mark.parametrize("era", ["2017", "2026"])
def test_each_record_has_its_line_in_file_order(dump_type: str, era: str) -> None:
    records = [*iter_records(dump_type, 40, era=era)]
    listed, refused = hashes(dump_type, dump(dump_type, records))
    assert [digest for _, digest in listed] == [sha1(raw) for raw in records]
    assert (len({id_ for id_, _ in listed}), refused) == (40, [])


def test_a_record_has_the_same_hash_wherever_it_stands() -> None:
    records = [*iter_records("labels", 30)]
    first, _ = hashes("labels", dump("labels", records))
    other, _ = hashes("labels", dump("labels", records[::-1], b"\r\n \t"), block_bytes=700)
    assert other == first[::-1]


def test_what_cannot_be_read_is_told_and_the_rest_is_listed() -> None:
    broken = b"<artist><id>2</id><name>\x01</name></artist>"
    listed, refused = hashes("artists", dump("artists", [artist(1), broken, artist(3)]))
    assert listed == [(1, sha1(artist(1))), (3, sha1(artist(3)))]
    [one] = refused
    assert str(one).startswith("record 2 at byte 52 could not be read: not XML: ")


def test_an_id_that_was_had_before_is_told() -> None:
    records = [artist(n, "A" * 500) for n in range(1, 20)]
    listed, refused = hashes("artists", dump("artists", [*records, artist(3), artist(20)]), 2000)
    assert listed == [*((n, sha1(raw)) for n, raw in enumerate(records, 1)), (20, sha1(artist(20)))]
    assert [one.record_id for one in refused] == [3]


def test_a_record_that_starts_in_another_way_is_listed() -> None:
    odd = b'<release\n id="2"><title>B</title></release>'
    records = [b'<release id="1"><title>A</title></release>', odd]
    listed, refused = hashes("releases", dump("releases", records))
    assert (listed, refused) == ([(1, sha1(records[0])), (2, sha1(odd))], [])


def test_a_file_that_ends_too_early(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml.gz"
    path.write_bytes(dump("artists", [artist(n) for n in range(1, 900)])[:-40])
    with pytest.raises(DumpError, match=r"cut\.xml\.gz: the gzip data ends too early"):
        print_hashes(LocalStore(str(tmp_path)), "artists", None, path)


def test_the_store_and_a_file_give_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    months = Months(tmp_path)
    months.bring("artists", JANUARY, [artist(7), artist(5)])
    store = months.lake.store
    print_hashes(store, "artists", JANUARY, None)
    stored = capsys.readouterr().out
    assert stored == f"7\t{sha1(artist(7))}\n5\t{sha1(artist(5))}\n"
    [key] = store.keys("raw")
    print_hashes(store, "artists", None, Path(store.uri(key)))
    assert capsys.readouterr().out == stored


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    store = LocalStore(str(tmp_path))
    with pytest.raises(
        DumpNotFoundError, match=r"discogs_20260101_artists\.xml\.gz in raw/discogs"
    ):
        print_hashes(store, "artists", JANUARY, None)
    with pytest.raises(StoreError, match=r"nowhere\.xml\.gz"):
        print_hashes(store, "artists", None, tmp_path / "nowhere.xml.gz")
