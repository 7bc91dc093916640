"""Members of a tar that lies elsewhere: their headers, and the first times in them."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from discogs_assets.errors import DumpError
from discogs_assets.sources.listenbrainz_dumps.member_search import MemberTimes, find_members
from discogs_assets.sources.listenbrainz_dumps.members import bounds
from discogs_assets.sources.listenbrainz_dumps.range_file import RangeFile
from discogs_assets.sources.listenbrainz_dumps.range_tar import (
    Member,
    index_members,
    members_from_json,
)
from discogs_assets.sources.listenbrainz_dumps.synthetic import tar
from discogs_assets_tests.support.listen_imports import site_place
from discogs_assets_tests.support.listen_site import ListenSite

at = datetime.fromisoformat
ROWS = 60_000
NO_WAIT = list[float]().append


def big_member(day: int) -> bytes:
    """Return a member of a megabyte or two, of which the times are a part."""
    begin = np.datetime64("2026-01-01") + np.timedelta64(day * 10, "D")
    times = begin + np.arange(ROWS) * np.timedelta64(14_399_760, "us")
    texts = np.random.default_rng(day).bytes(ROWS * 18).hex()
    ids = [texts[number * 36 : number * 36 + 36] for number in range(ROWS)]
    buffer = io.BytesIO()
    pq.write_table(pa.table({"listened_at": times, "id": ids}), buffer, flavor="spark")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def members() -> list[bytes]:
    """Twelve members of ten days each, from January on."""
    return [big_member(day) for day in range(12)]


@pytest.fixture
def site(tmp_path: Path, members: list[bytes]) -> Iterator[ListenSite]:
    files = {f"{number}.parquet": member for number, member in enumerate(members)}
    (tmp_path / "x.tar").write_bytes(tar("x", files))
    with ListenSite(tmp_path) as site:
        yield site


def index(site: ListenSite) -> tuple[Member, ...]:
    file = RangeFile(site_place(site.url), "x.tar", NO_WAIT)
    return index_members(file, lambda _bytes: None).all


def test_headers_alone_tell_the_members(site: ListenSite, members: list[bytes]) -> None:
    found = index(site)
    content = (site.folder / "x.tar").read_bytes()
    parts = [content[one.offset : one.offset + one.size] for one in found]
    assert parts == members
    # Twelve of pax and ustar together, three files before, the size, the start and the end.
    assert site.sent < 20 * 4096
    assert len(site.requests) <= 20


@pytest.mark.parametrize(
    ("month", "expected"),
    [(1, [0, 1, 2, 3]), (2, [3, 4, 5]), (3, [5, 6, 7, 8]), (4, [9, 10, 11]), (5, [])],
)
def test_the_members_of_a_month(site: ListenSite, month: int, expected: list[int]) -> None:
    found = index(site)
    before = site.sent
    times = MemberTimes(site_place(site.url), "x.tar", NO_WAIT)
    wanted = find_members(found, times, *bounds(date(2026, month, 1)))
    assert [member.number for member in wanted] == expected
    # A page and a footer of some members, and one column of one.
    assert site.sent - before < sum(member.size for member in found) / 3


def test_times_are_utc_without_a_zone(site: ListenSite) -> None:
    times = MemberTimes(site_place(site.url), "x.tar", NO_WAIT)
    third = index(site)[2]
    assert times.first(third) == at("2026-01-21")
    assert times.last(third) == at("2026-01-31") - timedelta(seconds=28.79976)


def test_a_member_of_many_row_groups(tmp_path: Path) -> None:
    times = pa.array([None, None, at("2026-01-02"), at("2026-01-03"), None], pa.timestamp("ms"))
    buffer = io.BytesIO()
    pq.write_table(pa.table({"timestamp": times}), buffer, row_group_size=1)
    (tmp_path / "x.tar").write_bytes(tar("x", {"0.parquet": buffer.getvalue()}))
    with ListenSite(tmp_path) as site:
        looks = MemberTimes(site_place(site.url), "x.tar", NO_WAIT)
        [member] = index(site)
        assert (looks.first(member), looks.last(member)) == (at("2026-01-02"), at("2026-01-03"))


def test_the_order_of_numbers_counts_not_that_of_names(tmp_path: Path) -> None:
    files = {f"{number}.parquet": b"x" * number for number in (10, 9, 0)}
    (tmp_path / "x.tar").write_bytes(tar("x", files))
    with ListenSite(tmp_path) as site:
        assert [one.number for one in index(site)] == [0, 9, 10]


def test_a_tar_without_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(tar("x", {}))
    with ListenSite(tmp_path) as site, pytest.raises(DumpError, match="found none"):
        index(site)


def test_a_list_of_members_can_be_kept(site: ListenSite) -> None:
    file = RangeFile(site_place(site.url), "x.tar", NO_WAIT)
    found = index_members(file, lambda _bytes: None)
    assert members_from_json(found.to_json()) == found


def test_the_file_reads_as_any_other(site: ListenSite) -> None:
    content = (site.folder / "x.tar").read_bytes()
    file = RangeFile(site_place(site.url), "x.tar", NO_WAIT, start=100, length=50_000)
    with io.BytesIO(content[100:50_100]) as same:
        for offset, count in ((0, 10), (5, 5000), (49_990, 100), (60_000, 5), (4090, 20)):
            assert (file.seek(offset), file.read(count)) == (same.seek(offset), same.read(count))
        assert (file.seek(-7, 2), file.read()) == (same.seek(-7, 2), same.read())
