"""Masters of a month in the warehouse: what they need, and what tells one import from another."""

from datetime import date
from pathlib import Path

import pytest

from discogs_assets.derived.compute import compute, import_of
from discogs_assets.derived.tables import TAG, VIDEO
from discogs_assets.errors import WarehouseError
from discogs_assets.exports.masters.differences import (
    any_id,
    changes,
    ids_in,
    is_comparable,
    touched,
)
from discogs_assets.exports.masters.masters import as_loaded, masters_of, newest
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months
from discogs_assets_tests.support.video_months import record_tables

pytestmark = pytest.mark.slow

ROCK, POP = (
    f'<master id="1"><genres><genre>{genre}</genre></genres><title>A</title></master>'
    for genre in ("Rock", "Pop")
)
VIDEO_OF = (
    '<release id="{}"><title>A</title><master_id>{}</master_id><videos>'
    '<video src="https://vimeo.com/{}"><title>V</title></video></videos></release>'
)


def bring(months: Months, dump_type: str, xml: str, month: date = JANUARY) -> None:
    months.bring(dump_type, month, [xml.encode()])
    months.load(dump_type, month)


def compute_both(months: Months, month: date = JANUARY) -> None:
    with months.warehouse.writer() as connection:
        for derived in (TAG, VIDEO):
            compute(connection, derived, import_of(derived, month, loaded_months(connection)))


def provenance(months: Months, month: date = JANUARY, limit: int | None = None) -> Provenance:
    with months.warehouse.reader() as connection:
        return masters_of(connection, *record_tables(months), month, limit).provenance


def test_a_table_that_is_missing_or_out_of_date_is_named(tmp_path: Path) -> None:
    months = Months(tmp_path)
    bring(months, "masters", ROCK)
    with pytest.raises(WarehouseError, match=r"tag of 2026-01: .* not loaded; run .*01"):
        provenance(months)
    bring(months, "releases", VIDEO_OF.format(1, 1, 1))
    compute_both(months)
    first = provenance(months)
    assert provenance(months) == first

    bring(months, "releases", VIDEO_OF.format(1, 1, 2))
    with pytest.raises(WarehouseError, match="video of 2026-01: expected it computed from"):
        provenance(months)
    compute_both(months)
    second = provenance(months)
    assert second != first

    bring(months, "masters", POP)
    with pytest.raises(WarehouseError, match="tag of 2026-01: expected it computed from"):
        provenance(months)
    compute_both(months)
    assert len({first, second, provenance(months)}) == 3
    assert provenance(months, limit=1) not in (provenance(months), provenance(months, limit=2))


def test_the_newest_month_that_is_whole_is_looked_at(tmp_path: Path) -> None:
    months = Months(tmp_path)
    bring(months, "masters", ROCK)
    bring(months, "releases", VIDEO_OF.format(1, 1, 1))
    compute_both(months)
    bring(months, "masters", POP, FEBRUARY)  # Its tags are not computed yet.
    with months.warehouse.reader() as connection:
        assert newest(connection, *record_tables(months)).provenance.month == JANUARY


CHANGING = {
    JANUARY: (
        '<master id="1"><title>A</title><genres><genre>Rock</genre><genre>Pop</genre></genres>'
        '<year>1969</year></master><master id="2"><title>B</title></master>'
        '<master id="3"><title>C</title><styles><style>Surf</style></styles></master>',
        VIDEO_OF.format(1, 1, 1) + VIDEO_OF.format(2, 9, 2) + VIDEO_OF.format(3, 3, 3),
    ),
    # Master 9 comes, to which a release leads that stays as it is; 3 goes, though its does not.
    FEBRUARY: (
        '<master id="1"><title>A</title><genres><genre>Rock</genre></genres><year>1970</year>'
        '</master><master id="2"><title>B</title><data_quality>Correct</data_quality></master>'
        '<master id="9"><title>N</title></master>',
        VIDEO_OF.format(1, 1, 1) + VIDEO_OF.format(2, 9, 2) + VIDEO_OF.format(3, 3, 3),
    ),
    # A release changes what it says, but not its videos; another leads elsewhere.
    MARCH: (
        '<master id="1"><title>A</title><genres><genre>Rock</genre></genres><year>1970</year>'
        '</master><master id="2"><title>B</title></master>'
        '<master id="9"><title>N</title></master>',
        VIDEO_OF.format(1, 1, 1).replace("<title>A", "<title>AA")
        + VIDEO_OF.format(2, 2, 2)
        + VIDEO_OF.format(3, 3, 3),
    ),
}


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Months:
    months = Months(tmp_path_factory.mktemp("masters"))
    for month, (masters, releases) in CHANGING.items():
        bring(months, "masters", masters, month)
        bring(months, "releases", releases, month)
        compute_both(months, month)
    return months


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (JANUARY, FEBRUARY, ([9], [1], [3], [9], [3], {("genre", "Pop"), ("style", "Surf")})),
        (FEBRUARY, JANUARY, ([3], [1], [9], [3], [9], set())),
        (FEBRUARY, MARCH, ([], [2, 9], [], [2], [9], set())),
        (JANUARY, JANUARY, ([], [], [], [], [], set())),
    ],
)
def test_what_differs(
    changing: Months, first: date, second: date, expected: tuple[object, ...]
) -> None:
    with changing.warehouse.reader() as connection:
        old, new = (
            masters_of(connection, *record_tables(changing), month) for month in (first, second)
        )
        assert is_comparable(new, old.provenance)
        found = changes(old, new, touched(old, new))
    records, videos = found.records, found.videos
    gone = {tag for tag in found.gone if tag[0] != "year"}
    assert expected == (
        [*records.added],
        [*records.changed],
        [*records.removed],
        [*ids_in(videos.came)],
        [*ids_in(videos.went)],
        gone,
    )


def test_a_month_that_was_imported_anew_is_not_comparable(tmp_path: Path) -> None:
    months = Months(tmp_path)
    for month in (JANUARY, FEBRUARY):
        bring(months, "masters", ROCK, month)
        bring(months, "releases", VIDEO_OF.format(1, 1, 1), month)
        compute_both(months, month)
    held = provenance(months)
    bring(months, "masters", POP)
    compute_both(months)
    with months.warehouse.reader() as connection:
        new = masters_of(connection, *record_tables(months), FEBRUARY)
        assert not is_comparable(new, held)
        assert is_comparable(
            new, as_loaded(connection, new.tables, new.release, JANUARY).provenance
        )
        first = masters_of(connection, *record_tables(months), FEBRUARY, 1)
        assert not is_comparable(first, new.provenance)
        assert not is_comparable(new, first.provenance)


def test_videos_of_a_release_that_could_not_be_read_stay(tmp_path: Path) -> None:
    """A broken release loses its videos; one that is there without any, or gone, has none."""
    broken = VIDEO_OF.format(1, 1, 1).replace("<title>A", "<title>\x01")
    bare = '<release id="2"><title>A</title><master_id>1</master_id></release>'
    releases = {
        JANUARY: "".join(VIDEO_OF.format(one, 1, one) for one in (1, 2, 3)),
        FEBRUARY: broken + bare,
        MARCH: bare,
    }
    months = Months(tmp_path)
    for month, xml in releases.items():
        bring(months, "masters", ROCK, month)
        bring(months, "releases", xml, month)
        compute_both(months, month)
    with months.warehouse.reader() as connection:
        found = {m: masters_of(connection, *record_tables(months), m) for m in releases}
        uris = {
            m: dict(connection.execute(one.videos(any_id)).fetchall()) for m, one in found.items()
        }
        assert uris == {
            JANUARY: {1: [f"https://vimeo.com/{one}" for one in (1, 2, 3)]},
            FEBRUARY: {1: ["https://vimeo.com/1"]},
            MARCH: {},
        }
        assert [bool(one.note) for one in found.values()] == [False, True, False]
        assert [*touched(found[FEBRUARY], found[MARCH])] == [1]
