"""A listen month from a Spark dump into the lake: out of a folder, and from a site by ranges."""

import resource
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.errors import (
    DownloadError,
    DumpError,
    DumpNotFoundError,
    LakeError,
    SourceError,
    SpaceError,
)
from discogs_assets.sources.listenbrainz_dumps import download
from discogs_assets.sources.listenbrainz_dumps.features import compute_feature
from discogs_assets.sources.listenbrainz_dumps.lake import noted
from discogs_assets.sources.listenbrainz_dumps.listing import newest_full
from discogs_assets.sources.listenbrainz_dumps.members import Files
from discogs_assets.sources.listenbrainz_dumps.month import Wanted
from discogs_assets.sources.listenbrainz_dumps.place import FolderPlace, published_sha256
from discogs_assets.sources.listenbrainz_dumps.source import ListenBrainz, ListenBrainzSettings
from discogs_assets.sources.listenbrainz_dumps.synthetic import tar
from discogs_assets.sources.listenbrainz_dumps.tables import LISTENS_BY_ARTIST
from discogs_assets.sources.listenbrainz_dumps.users import Users
from discogs_assets.sources.listenbrainz_dumps.views import readable_months
from discogs_assets.storage.factory import open_store
from discogs_assets.storage.local import LocalStore
from discogs_assets.warehouse.database import Warehouse
from discogs_assets_tests.support.listen_imports import (
    FEBRUARY,
    MEMORY,
    Imports,
    folder_imports,
    of_month,
    site_place,
)
from discogs_assets_tests.support.listen_site import ListenSite
from discogs_assets_tests.support.listens import (
    FULL,
    Mirror,
    in_members,
    json_files,
    listen,
    listens,
    parquet,
)
from discogs_assets_tests.support.s3_bucket import new_bucket
from discogs_assets_tests.support.s3_server import s3_server

at = datetime.fromisoformat
TENTH = at("2026-02-10")
ROWS = listens(2100)
"""An hour apart from January on: 28 days of February and some of the end of March."""
MEMBERS = in_members(ROWS, 300)
SPARK = f"listenbrainz-spark-dump-{FULL}.tar"


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    mirror = Mirror(tmp_path / "mirror")
    mirror.spark(FULL, MEMBERS)
    return mirror


@pytest.fixture
def imports(tmp_path: Path, mirror: Mirror) -> Imports:
    return folder_imports(tmp_path / "data", mirror.folder)


@pytest.fixture
def site(mirror: Mirror) -> Iterator[ListenSite]:
    with ListenSite(mirror.folder) as site:
        yield site


@pytest.fixture
def from_site(tmp_path: Path, site: ListenSite) -> Imports:
    slept: list[float] = []
    return Imports(tmp_path / "data", site_place(site.url, slept), slept=slept)


def test_a_month_from_a_folder(imports: Imports) -> None:
    manifest = imports.of().replace()
    assert imports.rows() == of_month(ROWS)
    assert (manifest.records, manifest.started, manifest.refused) == (672, 672, 0)
    assert noted(manifest).dumps == (f"listenbrainz-dump-{FULL}",)
    assert not [*(imports.folder / ".scratch").glob("listenbrainz*/*/*")]


def test_only_the_members_of_the_month_are_downloaded(
    from_site: Imports, site: ListenSite, caplog: pytest.LogCaptureFixture
) -> None:
    from_site.of().replace()
    assert from_site.rows() == of_month(ROWS)
    # 744 hours of January and 672 of February: members 2, 3 and 4 of 300 rows.
    fetched = sum(len(member) for member in MEMBERS[2:5])
    assert f"{SPARK}: downloading 3 of 7 members, " in caplog.text
    whole = [wanted for _, wanted in site.requests if wanted.endswith(tuple("0123456789"))]
    lengths = [int(end) - int(begin) + 1 for begin, end in map(bounds, whole)]
    assert all(len(member) in lengths for member in MEMBERS[2:5])
    assert not any(len(member) in lengths for member in (MEMBERS[0], MEMBERS[6]))
    assert fetched <= site.sent


def bounds(wanted: str) -> list[str]:
    return wanted.removeprefix("bytes=").split("-")


def test_the_list_of_members_is_read_once(from_site: Imports, site: ListenSite) -> None:
    from_site.of().replace()
    before = len(site.requests)
    from_site.of(date(2026, 3, 1)).replace()
    assert from_site.rows(month=date(2026, 3, 1)) == of_month(ROWS, date(2026, 3, 1))
    # A listing, the size, some looks into members, and the members.
    assert len(site.requests) - before < before


def test_a_month_that_is_there_is_not_imported_again(from_site: Imports, site: ListenSite) -> None:
    first = from_site.of().replace()
    site.requests.clear()
    assert from_site.of().replace() == first
    assert [path for path, _ in site.requests] == ["/fullexport/"]
    assert from_site.of(is_forced=True).replace().import_id > first.import_id
    assert from_site.rows() == of_month(ROWS)


def test_a_later_dump_replaces_the_month(imports: Imports, mirror: Mirror) -> None:
    imports.of().replace()
    later = [row for row in ROWS if row["user_id"] != 1]
    mirror.spark("8-20260420-000004-full", in_members(later, 300))
    # As a name this sorts after both; as a number it is older.
    mirror.spark("9-20260401-000004-full", in_members(ROWS[:10], 300))
    imports.of().replace()
    assert imports.rows() == of_month(later)
    files = imports.lake.manifest("listens", FEBRUARY).files
    assert imports.store.keys("lake/listenbrainz/listen/month=2026-02-01") == sorted(files)


@pytest.mark.parametrize("name", ["timestamp", "listened_at"])
@pytest.mark.parametrize(
    "time", ["listened_at", "timezone('UTC', listened_at)", "epoch(listened_at)::BIGINT"]
)
def test_both_names_and_types_of_the_time(tmp_path: Path, name: str, time: str) -> None:
    mirror = Mirror(tmp_path / "mirror")
    content = parquet(ROWS[1000:1100], flavor=None)
    path = tmp_path / "one.parquet"
    path.write_bytes(content)
    renamed = tmp_path / "renamed.parquet"
    duckdb.sql(
        f"COPY (SELECT {time} AS {name}, * EXCLUDE (listened_at) FROM '{path}') TO '{renamed}' "
        "(FORMAT parquet)"
    )
    mirror.spark(FULL, [renamed.read_bytes(), parquet(ROWS[1100:1200])])
    imports = folder_imports(tmp_path / "data", mirror.folder)
    imports.of().replace()
    assert imports.rows() == of_month(ROWS[1000:1200])


def test_bad_rows_go_to_quarantine_with_their_place(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "mirror")
    rows = listens(100, at("2026-02-03"))
    bad = [
        rows[10] | {"listened_at": None},
        rows[20] | {"recording_msid": "no uuid, and of thirty-six letters.."},
        rows[30] | {"recording_msid": None},
        rows[40] | {"user_id": None},
    ]
    for row, number in zip(bad, (10, 20, 30, 40), strict=True):
        rows[number] = row
    mirror.spark(FULL, in_members(rows, 50))
    imports = folder_imports(tmp_path / "data", mirror.folder)
    manifest = imports.of().replace()
    good = [row for row in rows if row not in bad]
    assert imports.rows() == of_month(good)
    found = [
        (row["member"], row["row"], row["reason"]) for row in imports.rows("listen_quarantine")
    ]
    assert found == [
        ("0.parquet", 11, "it has no time"),
        ("0.parquet", 21, "its recording_msid is no UUID"),
        ("0.parquet", 31, "it has no recording_msid"),
        ("0.parquet", 41, "it has no user"),
    ]
    assert (manifest.records, manifest.refused) == (96, 4)


def test_users_are_numbered_by_the_salt(imports: Imports) -> None:
    one, other = Users(b"a salt of this store"), Users(b"a salt of another store")
    imports.users = one
    imports.of().replace()
    expected = sorted({one.number(user) for user in range(1, 8)})
    assert sorted({row["user_id"] for row in imports.rows()}) == expected
    assert not {*expected} & {*range(1, 8)}
    assert not {*expected} & {*map(other.number, range(1, 8))}
    with pytest.raises(LakeError, match="number their users by another salt"):
        Imports(imports.folder, imports.place, other).of().add()
    Imports(imports.folder, imports.place, other).of().replace()
    assert {row["user_id"] for row in imports.rows()} == {*map(other.number, range(1, 8))}


def test_incremental_dumps_add_what_is_new(imports: Imports, mirror: Mirror) -> None:
    imports.of().replace()
    old = ROWS[800:820]
    new = [listen(number, TENTH + timedelta(seconds=number), user=9) for number in range(20)]
    march = listens(5, at("2026-03-01"))
    stamps = ["10-20260406-000004-incremental", "11-20260407-000004-incremental"]
    mirror.spark(stamps[0], [parquet([*new[:10], *old, *march])])
    mirror.spark(stamps[1], [parquet([*new, new[3]])])
    mirror.spark("6-20260404-000004-incremental", [parquet(listens(5, at("2026-02-02T01:01")))])
    manifest = imports.of().add()
    assert imports.rows() == of_month([*ROWS, *new])
    names = [FULL, *stamps]
    assert noted(manifest).dumps == tuple(f"listenbrainz-dump-{one}" for one in names)
    assert imports.of().add() == manifest


def test_a_gap_between_incremental_dumps_is_told(
    imports: Imports, mirror: Mirror, caplog: pytest.LogCaptureFixture
) -> None:
    imports.of().replace()
    mirror.spark("14-20260410-000004-incremental", [parquet(ROWS[800:820])])
    imports.of().add()
    assert f"is listed between listenbrainz-dump-{FULL} and listenbrainz-dump-14-" in caplog.text


def test_nothing_is_added_to_a_month_that_is_not_there(imports: Imports) -> None:
    with pytest.raises(LakeError, match=r"import --source listenbrainz --year-month 2026/02"):
        imports.of().add()


def test_a_whole_dump_is_verified(from_site: Imports, mirror: Mirror) -> None:
    manifest = from_site.of(is_whole=True).replace()
    assert from_site.rows() == of_month(ROWS)
    assert manifest.sha256 == (mirror.folder / archive()).with_suffix(".tar.sha256").read_text()


def archive() -> str:
    return f"fullexport/listenbrainz-dump-{FULL}/{SPARK}"


def test_a_wrong_checksum_is_refused_and_what_was_stays(from_site: Imports, mirror: Mirror) -> None:
    from_site.of().replace()
    Path(f"{mirror.folder / archive()}.sha256").write_text("0" * 64)
    with pytest.raises(DownloadError, match=f"expected sha256 {'0' * 64} as published at http"):
        from_site.of(is_whole=True, is_forced=True).replace()
    assert from_site.rows() == of_month(ROWS)
    assert not [*(from_site.folder / ".scratch").rglob("*.tar")]


def test_a_web_page_instead_of_a_file(from_site: Imports, site: ListenSite, mirror: Mirror) -> None:
    site.page = b"<html>Sign in</html>"
    with pytest.raises(DownloadError, match="expected a file of a dump, found a web page"):
        from_site.of().replace()
    (mirror.folder / archive()).write_bytes(site.page)
    with pytest.raises(DownloadError, match="expected a tar, found a web page"):
        folder_imports(from_site.folder, mirror.folder).of().replace()


@pytest.mark.parametrize("where", ["in a member", "between members"])
def test_a_tar_that_is_cut(tmp_path: Path, where: str) -> None:
    mirror = Mirror(tmp_path / "mirror")
    whole = tar(FULL, {f"{n}.parquet": member for n, member in enumerate(MEMBERS[2:5])})
    end = whole.rindex(b"PAR1") + 4
    cut = whole[: end - 100] if where == "in a member" else whole[: -(-end // 512) * 512]
    mirror.publish(FULL, f"spark-dump-{FULL}.tar", cut)
    with pytest.raises(DumpError, match=r"the tar is cut off or damaged: it has [\d,]+ bytes, and"):
        folder_imports(tmp_path / "data", mirror.folder).of().replace()


def test_a_damaged_member_is_refused_and_fetched_anew(from_site: Imports, mirror: Mirror) -> None:
    path = mirror.folder / archive()
    content = path.read_bytes()
    begin = content.index(MEMBERS[3]) + len(MEMBERS[3]) // 3
    path.write_bytes(content[:begin] + bytes(2000) + content[begin + 2000 :])
    with pytest.raises(DumpError, match="a file of it cannot be read"):
        from_site.of().replace()
    path.write_bytes(content)
    from_site.of().replace()
    assert from_site.rows() == of_month(ROWS)


def test_members_that_are_not_in_order(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "mirror")
    mirror.spark(FULL, MEMBERS[::-1])
    with pytest.raises(DumpError, match="expected listens ordered by time"):
        folder_imports(tmp_path / "data", mirror.folder).of().replace()


def test_too_little_room_is_said_before_anything_comes(
    from_site: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "free_bytes_at", lambda _folder: 50_000)
    with pytest.raises(SpaceError, match=r"expected room for 76\.9 kB, of which 38\.5 kB are"):
        from_site.of().replace()
    assert not [*(from_site.folder / ".scratch").rglob("*.parquet*")]


def test_a_full_disk_is_told_and_what_was_stays(imports: Imports) -> None:
    before = imports.of().replace()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    work = imports.of()
    paths = [imports.folder.parent / f"{number}.parquet" for number in range(len(MEMBERS))]
    for path, member in zip(paths, MEMBERS, strict=True):
        path.write_bytes(member)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(SpaceError, match="the disk is full: "):
            work.write(Files(paths), newest_full(imports.place), ())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert imports.lake.manifest("listens", FEBRUARY) == before
    assert imports.rows() == of_month(ROWS)


def test_a_month_that_cannot_be_shown_is_told(
    imports: Imports, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = imports.of().replace()
    month = date(2026, 3, 1)
    imports.of(month).replace()
    key = imports.lake.manifest_key("listens", FEBRUARY)
    imports.store.write(key, replace(manifest, schema="of before").to_json())
    assert [*readable_months(imports.lake)] == [month]
    assert "not shown in listenbrainz.listen: " in caplog.text


def test_a_month_without_listens(imports: Imports) -> None:
    with pytest.raises(DumpError, match="it has no listen of 2019-05"):
        imports.of(date(2019, 5, 1)).replace()


def test_a_site_without_ranges_is_refused(from_site: Imports, site: ListenSite) -> None:
    site.honours_range = False
    with pytest.raises(SourceError, match="it has no ranges; choose another mirror"):
        from_site.of().replace()


def test_a_busy_site_is_waited_for(from_site: Imports, site: ListenSite) -> None:
    site.faults = [(429, "7"), (503, None)]
    from_site.of().replace()
    assert from_site.rows() == of_month(ROWS)
    assert from_site.slept == [7.0, 10.0]


def test_a_dump_that_vanishes_in_the_middle(from_site: Imports, site: ListenSite) -> None:
    path = site.folder / archive()
    site.before = lambda _path: path.unlink(missing_ok=True) if len(site.requests) > 12 else None
    with pytest.raises(DumpNotFoundError, match="answers 404: it is no longer published"):
        from_site.of().replace()
    assert not from_site.lake.is_published("listens", FEBRUARY)


def test_a_download_goes_on_where_it_broke_off(from_site: Imports, site: ListenSite) -> None:
    cut_downloads(from_site, site, [6000])
    from_site.of().replace()
    assert from_site.rows() == of_month(ROWS)
    assert begins_of_last(site, 4)[1] == begins_of_last(site, 4)[0] + 6000


def test_the_next_run_goes_on_too(from_site: Imports, site: ListenSite) -> None:
    cut_downloads(from_site, site, [6000, *[0] * 5])
    with pytest.raises(DownloadError, match=r"6,000 of [\d,]+ bytes are in .*: import again later"):
        from_site.of().replace()
    begin = begins_of_last(site, 6)[0]
    from_site.of().replace()
    assert from_site.rows() == of_month(ROWS)
    assert begins_of_last(site, 3)[0] == begin + 6000


def test_waits_are_short_while_bytes_come(from_site: Imports, site: ListenSite) -> None:
    cut_downloads(from_site, site, [3000, 3000, 3000, 0, 0])
    from_site.of().replace()
    assert from_site.rows() == of_month(ROWS)
    assert from_site.slept == [5.0, 5.0, 5.0, 5.0, 10.0]


def test_a_site_that_is_busy_in_a_download_is_waited_for(
    from_site: Imports, site: ListenSite
) -> None:
    faults = [(503, "9"), (429, "11")]

    def before(_path: str) -> None:
        if faults and any((from_site.folder / ".scratch").rglob("*.part")):
            site.faults = [faults.pop(0)]

    site.before = before
    from_site.of().replace()
    assert from_site.rows() == of_month(ROWS)
    assert from_site.slept == [9.0, 11.0]


def cut_downloads(imports: Imports, site: ListenSite, cuts: list[int]) -> None:
    """Cut the next downloads of members; what looks into members is not cut."""

    def before(_path: str) -> None:
        if cuts and any((imports.folder / ".scratch").rglob("*.part")):
            site.cuts = [cuts.pop(0)]

    site.before = before


def begins_of_last(site: ListenSite, count: int) -> list[int]:
    return [int(bounds(wanted)[0]) for _, wanted in site.requests[-count:]]


def test_the_month_is_a_view_in_duckdb(tmp_path: Path, mirror: Mirror) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    settings = ListenBrainzSettings(str(mirror.folder))
    source = ListenBrainz(LocalStore(str(tmp_path / "data")), warehouse, settings)
    imports = Imports(tmp_path / "data", source.place, show=source.show)
    imports.of().replace()
    imports.of(date(2026, 3, 1)).replace()
    with warehouse.reader() as connection:
        found = connection.sql(
            "SELECT month, count(*), min(listened_at) FROM listenbrainz.listen GROUP BY 1 "
            "ORDER BY 1"
        ).fetchall()
    assert found == [
        (FEBRUARY, 672, at("2026-02-01")),
        (date(2026, 3, 1), 2100 - 744 - 672, at("2026-03-01")),
    ]


def test_the_json_dump_gives_the_same_listens(imports: Imports, mirror: Mirror) -> None:
    imports.of().replace()
    spark = imports.rows()
    mirror.json(FULL, json_files(ROWS))
    manifest = imports.of(is_json=True).replace()
    no_credit = {"artist_credit_id": None, "artist_credit_mbids": None}
    assert imports.rows() == [row | no_credit for row in spark]
    assert len(manifest.sha256) == 64


def test_incremental_json_dumps_may_span_years(imports: Imports, mirror: Mirror) -> None:
    imports.of().replace()
    new = [listen(number, TENTH + timedelta(seconds=number), user=9) for number in range(20)]
    unmapped = [row for row in new if row["artist_credit_id"] is None]
    files = json_files([*listens(3, at("2006-05-05")), *unmapped, *ROWS[800:820], *ROWS[-3:]])
    mirror.json("10-20260406-000004-incremental", files)
    imports.of(is_json=True).add()
    assert imports.rows() == of_month([*ROWS, *unmapped])


def test_places_are_alike(site: ListenSite, mirror: Mirror) -> None:
    here, there = FolderPlace(mirror.folder), site_place(site.url)
    assert here.names("fullexport") == there.names("fullexport")[1:]
    assert here.size(archive()) == there.size(archive())
    parts = [b"".join(place.iter_range(archive(), 500, 3000)) for place in (here, there)]
    assert parts[0] == parts[1]
    assert len(parts[0]) == 3000


def test_a_month_of_the_real_shape(samples: Path, tmp_path: Path) -> None:
    mirror = samples / "later/mirror/pub/musicbrainz/listenbrainz"
    imports = folder_imports(tmp_path / "data", mirror)
    january, june = date(2020, 1, 1), date(2025, 6, 1)
    manifest = imports.of(january, is_whole=True).replace()
    archive = newest_full(imports.place).archive(is_json=False)
    assert manifest.sha256 == published_sha256(imports.place, archive)
    members = [f"later/listenbrainz/spark_{kind}_0.parquet" for kind in ("full", "incremental")]
    rows = [row for one in members for row in pq.read_table(samples / one).to_pylist()]
    assert imports.rows(month=january) == of_month(rows, january)
    assert (manifest.records, manifest.refused) == (2, 0)
    assert imports.of(june, is_json=True).replace().records > 0
    assert {row["listened_at"].month for row in imports.rows(month=june)} == {6}


@pytest.mark.slow
def test_the_lake_may_be_a_bucket(mirror: Mirror, tmp_path: Path) -> None:
    with s3_server() as url, new_bucket(url, "listens") as client:
        store = open_store("s3://listens/x", scratch=tmp_path / "scratch", s3_client=lambda: client)
        source = ListenBrainz(
            store,
            Warehouse(tmp_path / "warehouse.duckdb"),
            ListenBrainzSettings(str(mirror.folder), "made up for this test only"),
        )
        wanted = Wanted(FEBRUARY)
        work = source.month_import(wanted, LoggedProgress(), MEMORY, with_user_ids=True)
        assert work.replace().records == 672
        assert compute_feature(source.lake, LISTENS_BY_ARTIST, FEBRUARY, MEMORY) == 11
        more = [row | {"user_id": 9} for row in ROWS[800:805]]
        mirror.spark("8-20260406-000004-incremental", [parquet([*more, ROWS[850]])])
        assert work.add().records == 677
        new = {key.rpartition("/")[2] for key in store.keys("")}
        assert len([name for name in new if "-listen-" in name]) == len(
            source.lake.manifest("listens", FEBRUARY).tables["listen"].files
        )
    assert not (tmp_path / "warehouse.duckdb").exists()
