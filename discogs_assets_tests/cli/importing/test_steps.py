"""Which steps an import takes, and which it leaves out."""

import gzip
import shutil
from pathlib import Path

import pytest

from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.errors import DumpError, DumpNotFoundError, SettingError
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, MARCH, SIZES, Workplace

pytestmark = pytest.mark.slow

ARTISTS, LABELS = "artists", "labels"


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    """Return a workplace with the dump of January."""
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    return place


def done(
    dump_type: str, imported: int, skipped: int = 0, quarantined: int = 0
) -> list[ImportResult]:
    return [ImportResult(dump_type, imported, skipped, quarantined)]


def rewrite(path: Path, old: bytes, new: bytes) -> None:
    """Change the text of a dump file."""
    text = gzip.decompress(path.read_bytes())
    assert old in text
    path.write_bytes(gzip.compress(text.replace(old, new), mtime=0))


def names(place: Workplace, month: object) -> list[str]:
    sql = f"SELECT name FROM discogs.artist WHERE month = DATE '{month}' ORDER BY id"
    return [name for (name,) in place.ask(sql)]


def test_an_import_and_the_same_again(place: Workplace) -> None:
    counts = [(name, SIZES.of(name)) for name in DUMP_TYPES]
    # Whatever order is asked for, what is referred to comes first.
    first = place.importing("releases", "masters", "labels", "artists")
    assert first == [ImportResult(name, count, 0, 0) for name, count in counts]
    before = place.content()
    second = place.importing()
    assert second == [ImportResult(name, 0, count, 0) for name, count in counts]
    assert place.content() == before
    assert place.count("artist") == 20
    assert place.count("master_id") == 12
    assert place.ask("SELECT sum(masters) FROM tag_count") == [(place.count("tag"),)]
    assert place.count("video") > 0


@pytest.mark.slow
def test_full_loads_and_computes_again(place: Workplace) -> None:
    place.importing("masters")
    expected, counted = place.ask("FROM master ORDER BY id"), place.ask("FROM tag_count")
    lake = {path: path.stat().st_mtime_ns for path in (place.folder / "store").rglob("*.parquet")}
    with place.platform().warehouse.writer() as connection:
        connection.execute("UPDATE history.master SET title = 'wrong'")
        connection.execute("UPDATE history.tag_count SET masters = 0")
    place.importing("masters")
    assert place.ask("SELECT DISTINCT title FROM master") == [("wrong",)]
    place.importing("masters", full=True)
    assert place.ask("FROM master ORDER BY id") == expected
    assert sorted(place.ask("FROM tag_count")) == sorted(counted)
    now = {path: path.stat().st_mtime_ns for path in (place.folder / "store").rglob("*.parquet")}
    assert now == lake


def test_what_a_killed_import_left_is_removed_though_nothing_is_read(place: Workplace) -> None:
    place.importing(ARTISTS)
    left, held = (
        place.folder / "store" / "lake" / "discogs" / "artist" / f"month={month}" / "x.parquet"
        for month in (JANUARY, FEBRUARY)
    )
    for path in (left, held):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"PAR1")
    with place.platform().lake.lock(ARTISTS, JANUARY):
        place.importing(ARTISTS)
        assert left.exists(), "another process may be writing it"
    place.importing(ARTISTS)
    assert (left.exists(), held.exists()) == (False, True)


def test_force_does_it_again(place: Workplace) -> None:
    place.importing(ARTISTS)
    before = place.content(), place.ask("SELECT DISTINCT source FROM discogs.loaded_month")
    assert place.importing(ARTISTS, force=True) == done(ARTISTS, 20)
    after = place.content(), place.ask("SELECT DISTINCT source FROM discogs.loaded_month")
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_limited_month_is_marked_and_replaced(place: Workplace) -> None:
    assert place.importing(ARTISTS, limit=5) == done(ARTISTS, 5)
    assert (place.count("artist"), place.content()["loaded_month"][0][2]) == (5, False)
    assert place.importing(ARTISTS, limit=5) == done(ARTISTS, 0, skipped=5)
    assert place.importing(ARTISTS, limit=7) == done(ARTISTS, 7)
    assert place.importing(ARTISTS) == done(ARTISTS, 20)
    assert (place.count("artist"), place.content()["loaded_month"][0][2]) == (20, True)


def test_a_full_month_is_not_replaced_by_a_part(place: Workplace) -> None:
    place.importing(ARTISTS)
    before = place.content()
    assert place.importing(ARTISTS, limit=5) == done(ARTISTS, 0, skipped=20)
    with pytest.raises(SettingError) as caught:
        place.importing(ARTISTS, limit=5, force=True)
    assert str(caught.value) == (
        "artists 2026-01: imported in full, and --force --limit would replace it with a part; "
        "leave out one of the two"
    )
    assert place.content() == before


def test_skip_download_takes_what_is_in_the_store(place: Workplace) -> None:
    place.importing(ARTISTS, limit=1)
    shutil.rmtree(place.dumps)
    assert place.importing(ARTISTS, skip_download=True) == done(ARTISTS, 20)
    assert place.importing(ARTISTS, skip_download=True, month=JANUARY) == done(ARTISTS, 0, 20)


def test_skip_download_names_what_is_missing_before_anything_is_done(place: Workplace) -> None:
    place.importing(ARTISTS, limit=1)
    before = place.content()
    with pytest.raises(DumpNotFoundError, match=r"discogs_20260101_labels.xml.gz in raw/discogs/"):
        place.importing(ARTISTS, LABELS, skip_download=True, month=JANUARY)
    with pytest.raises(DumpNotFoundError, match="expected dump files of artists, labels of one"):
        place.importing(ARTISTS, LABELS, skip_download=True)
    assert place.content() == before


def test_a_type_that_was_not_published_is_named_before_anything_is_done(place: Workplace) -> None:
    (place.dumps / "discogs_20260101_labels.xml.gz").unlink()
    with pytest.raises(DumpNotFoundError, match=r"2026-01: labels are not published \(there: art"):
        place.importing(ARTISTS, LABELS, month=JANUARY)
    assert not (place.folder / "store").exists()


def test_the_newest_month_that_has_the_types_is_the_default(place: Workplace) -> None:
    place.publish(FEBRUARY, month=1)
    (place.publish(MARCH, month=2)["masters"]).unlink()
    place.importing("masters")
    assert place.ask("SELECT DISTINCT month FROM discogs.master") == [(FEBRUARY,)]


@pytest.mark.slow
def test_months_come_in_any_order(place: Workplace, tmp_path: Path) -> None:
    place.publish(FEBRUARY, month=1)
    other = Workplace(tmp_path / "other", dumps=place.dumps)
    for month in (JANUARY, FEBRUARY):
        place.importing(ARTISTS, month=month)
    for month in (FEBRUARY, JANUARY):
        other.importing(ARTISTS, month=month)
    assert place.content() == other.content()
    assert names(place, JANUARY) != names(place, FEBRUARY)
    assert [name for (name,) in place.ask("SELECT name FROM artist ORDER BY id")] == names(
        place, FEBRUARY
    )


@pytest.mark.parametrize("with_checksum", [True, False])
def test_a_republished_dump_is_imported_again(tmp_path: Path, with_checksum: bool) -> None:
    place = Workplace(tmp_path)
    place.publish(JANUARY, with_checksum=with_checksum)
    place.importing(ARTISTS)
    before = names(place, JANUARY)
    place.publish(JANUARY, month=3, with_checksum=with_checksum)
    [again] = place.importing(ARTISTS)
    assert (again.imported, again.skipped) == (place.count("artist"), 0)
    assert names(place, JANUARY) != before


def test_a_later_dump_of_the_month_is_imported(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.publish(JANUARY, with_checksum=False)
    place.importing(ARTISTS)
    before = names(place, JANUARY)
    place.publish(JANUARY.replace(day=20), month=3, with_checksum=False)
    assert place.importing(ARTISTS, month=JANUARY)[0].skipped == 0
    assert names(place, JANUARY) != before


@pytest.mark.slow
def test_only_what_is_missing_is_done(place: Workplace) -> None:
    place.importing("masters")
    before = place.content()
    lake = {path: path.stat().st_mtime_ns for path in (place.folder / "store").rglob("*.parquet")}
    place.warehouse.unlink()
    assert place.importing("masters") == done("masters", 12)
    assert place.content() == before
    with place.platform().warehouse.writer() as connection:
        connection.execute("DELETE FROM discogs.loaded_month WHERE \"table\" = 'tag_count'")
        connection.execute("DELETE FROM history.tag_count")
    assert place.importing("masters") == done("masters", 0, skipped=12)
    assert place.content() == before
    now = {path: path.stat().st_mtime_ns for path in (place.folder / "store").rglob("*.parquet")}
    assert now == lake


@pytest.mark.slow
def test_a_broken_file_leaves_the_month_before(place: Workplace) -> None:
    place.importing("masters", "releases")
    before = place.ask("FROM release ORDER BY ALL"), place.ask("FROM master_id ORDER BY ALL")
    path = place.publish(FEBRUARY, month=1, with_checksum=False)["releases"]
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(DumpError, match=r"discogs_20260201_releases.xml.gz.*(end|truncated)"):
        place.importing("masters", "releases", month=FEBRUARY)
    after = place.ask("FROM release ORDER BY ALL"), place.ask("FROM master_id ORDER BY ALL")
    assert after == before
    lake = place.platform().lake
    assert lake.months("releases") == [JANUARY]
    assert lake.months("masters") == [JANUARY, FEBRUARY]


def test_what_cannot_be_read_is_counted(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    rewrite(place.publish(JANUARY, with_checksum=False)[ARTISTS], b"<id>2</id>", b"<id>two</id>")
    assert place.importing(ARTISTS) == done(ARTISTS, 19, quarantined=1)
    assert place.importing(ARTISTS) == done(ARTISTS, 0, skipped=19, quarantined=1)
    [(raw,)] = place.ask("SELECT decode(raw) FROM artist_quarantine")
    assert raw.startswith("<artist><id>two</id>")
