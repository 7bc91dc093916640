"""What counts as a dump, a month and complete, on made-up and on real listings."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import lxml.etree
import pytest

from discogs_assets.errors import DumpNotFoundError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.dumps.catalogue import (
    Dump,
    Reading,
    find_month,
    group_dumps,
    newest_settled,
)
from discogs_assets.sources.dumps.files import DumpFile

NOW = datetime(2026, 10, 20, tzinfo=UTC)
ALL = "artists labels masters releases"


def files(day: str, kinds: str, size: int = 1000, days_old: float | None = 0) -> list[DumpFile]:
    """Return made-up dump files of a date, last modified so many days before `NOW`."""
    modified = None if days_old is None else NOW - timedelta(days=days_old)
    endings = {kind: "txt" if kind == "CHECKSUM" else "xml.gz" for kind in kinds.split()}
    return [
        PUBLICATION.describe(f"data/{day[:4]}/discogs_{day}_{kind}.{ending}", size, modified)
        for kind, ending in endings.items()
    ]


class ListedCatalogue:
    """A catalogue of files that cannot be read."""

    url = "listed:"

    def __init__(self, *listed: list[DumpFile]) -> None:
        self.listed = [file for some in listed for file in some]

    def years(self) -> list[int]:
        return sorted({file.date.year for file in self.listed})

    def dumps(self, year: int) -> list[Dump]:
        return group_dumps((file for file in self.listed if file.date.year == year), PUBLICATION)

    def checksums(self, dump: Dump) -> dict[str, str]:
        raise NotImplementedError

    def read(self, file: DumpFile, offset: int) -> AbstractContextManager[Reading]:
        raise NotImplementedError

    def address(self, file: DumpFile) -> str:
        raise NotImplementedError


def test_masters_are_expected_from_november_2011_on() -> None:
    old, new = group_dumps(
        files("20111001", "releases") + files("20111110", "releases"), PUBLICATION
    )
    assert old.missing == ("artists", "labels")
    assert new.missing == ("artists", "labels", "masters")


@pytest.mark.parametrize(
    ("kinds", "days_old", "is_complete"),
    [
        (f"{ALL} CHECKSUM", 0, True),
        ("artists labels masters CHECKSUM", 100, False),
        (ALL, 13.9, False),
        (ALL, 14.1, True),
        (ALL, None, True),
        ("artists labels", None, False),
    ],
)
def test_complete_is_all_types_and_checksums_or_settled(
    kinds: str, days_old: float | None, is_complete: bool
) -> None:
    (dump,) = group_dumps(files("20261001", kinds, days_old=days_old), PUBLICATION)
    assert dump.is_complete(NOW) is is_complete


def test_an_empty_checksum_file_does_not_make_a_dump_complete() -> None:
    (dump,) = group_dumps(
        files("20261001", ALL) + files("20261001", "CHECKSUM", size=0), PUBLICATION
    )
    assert dump.checksum_files == ()
    assert not dump.is_complete(NOW)


def test_an_empty_dump_file_is_missing(caplog: pytest.LogCaptureFixture) -> None:
    listed = files("20261001", "artists labels masters") + files("20261001", "releases", size=0)
    assert group_dumps(listed, PUBLICATION)[0].missing == ("releases",)
    assert "discogs_20261001_releases.xml.gz is not used: it is empty" in caplog.text


def test_of_two_copies_the_one_higher_up_is_taken() -> None:
    (below, above) = (
        PUBLICATION.describe(f"data/2026/{folder}discogs_20260101_labels.xml.gz", 1, None)
        for folder in ("01/", "")
    )
    assert group_dumps([below, above], PUBLICATION)[0].files == {"labels": above}


def test_a_date_belongs_to_its_month() -> None:
    catalogue = ListedCatalogue(files("20200806", ALL))
    assert find_month(catalogue, date(2020, 8, 1)).date == date(2020, 8, 6)


def test_the_newest_dump_with_all_types_is_the_month() -> None:
    catalogue = ListedCatalogue(
        files("20171201", f"{ALL} CHECKSUM"),
        files("20171212", f"{ALL} CHECKSUM"),
        files("20171220", "releases CHECKSUM"),
    )
    dump = find_month(catalogue, date(2017, 12, 1))
    assert {file.date for file in dump.files.values()} == {date(2017, 12, 12)}
    assert [file.date for file in dump.checksum_files] == [date(2017, 12, 12)]


def test_parts_of_a_month_are_put_together_with_their_checksums() -> None:
    catalogue = ListedCatalogue(
        files("20110201", "artists labels CHECKSUM"), files("20110211", "releases CHECKSUM")
    )
    dump = find_month(catalogue, date(2011, 2, 1))
    assert (dump.date, dump.missing) == (date(2011, 2, 11), ())
    assert dump.files["artists"].date == date(2011, 2, 1)
    assert dump.files["releases"].date == date(2011, 2, 11)
    assert [file.date.day for file in dump.checksum_files] == [1, 11]
    assert dump.files["CHECKSUM"].date.day == 11


def test_a_month_that_is_not_there_is_named_with_those_near_it() -> None:
    days = "20091201 20100101 20100201 20100601 20100707 20100801 20100902"
    catalogue = ListedCatalogue(*(files(day, "releases") for day in days.split()))
    near = "no dump of 2010-04; there are 2009-12, 2010-01, 2010-02, 2010-06, 2010-07, 2010-08$"
    with pytest.raises(DumpNotFoundError, match=near):
        find_month(catalogue, date(2010, 4, 1))


def test_months_near_december_are_of_both_years() -> None:
    catalogue = ListedCatalogue(*(files(f"{year}0301", "releases") for year in (2011, 2012, 2013)))
    with pytest.raises(DumpNotFoundError, match=r"there are 2011-03, 2012-03, 2013-03$"):
        find_month(catalogue, date(2012, 12, 1))


def test_a_month_of_checksums_alone_is_not_there() -> None:
    with pytest.raises(DumpNotFoundError, match="no dump of 2013-10; there is none"):
        find_month(ListedCatalogue(files("20131001", "CHECKSUM")), date(2013, 10, 1))


def test_the_newest_complete_month_may_be_a_year_back() -> None:
    catalogue = ListedCatalogue(
        files("20251101", f"{ALL} CHECKSUM"),
        files("20251201", f"{ALL} CHECKSUM"),
        files("20260101", "labels masters"),
    )
    assert newest_settled(catalogue, NOW).date == date(2025, 12, 1)


def test_without_a_complete_month_the_newest_are_named() -> None:
    catalogue = ListedCatalogue(files("20260901", "labels"), files("20261001", ALL))
    reason = "2026-10-01 lacks a checksum file; 2026-09-01 lacks artists, masters, releases$"
    with pytest.raises(DumpNotFoundError, match=reason):
        newest_settled(catalogue, NOW)
    with pytest.raises(DumpNotFoundError, match="nothing is published"):
        newest_settled(ListedCatalogue(), NOW)


def test_the_newest_month_that_has_the_types_is_found() -> None:
    catalogue = ListedCatalogue(
        files("20251101", f"{ALL} CHECKSUM"),
        files("20251201", "releases CHECKSUM"),
        files("20260101", "releases labels"),
    )
    assert newest_settled(catalogue, NOW, ["releases"]).date == date(2025, 12, 1)
    assert newest_settled(catalogue, NOW, ["releases", "labels"]).date == date(2025, 11, 1)
    assert newest_settled(catalogue, NOW).date == date(2025, 11, 1)
    catalogue = ListedCatalogue(files("20260101", "releases labels"))
    with pytest.raises(DumpNotFoundError, match=r"no dump of masters; 2026-01-01 lacks masters$"):
        newest_settled(catalogue, NOW, ["masters"])


def test_where_no_month_is_complete_the_newest_that_is_settled_is_taken() -> None:
    catalogue = ListedCatalogue(
        files("20251101", "releases CHECKSUM"),
        files("20251201", "labels releases CHECKSUM"),
        files("20260101", "labels"),
    )
    assert newest_settled(catalogue, NOW).date == date(2025, 12, 1)
    assert not newest_settled(catalogue, NOW).is_complete(NOW)


@pytest.fixture
def bucket_listing(samples: Path) -> ListedCatalogue:
    """The publisher's bucket of 2008 to 2021, as a real ListBucketResult has it."""
    path = samples / "listing/s3_list_bucket_result_2008_2021.xml"
    return ListedCatalogue(list(iter_listed(path)))


def iter_listed(path: Path) -> Iterator[DumpFile]:
    for item in lxml.etree.parse(path).iterfind("{*}Contents"):
        key, modified = item.findtext("{*}Key", ""), item.findtext("{*}LastModified", "")
        if PUBLICATION.is_dump_file(key.rpartition("/")[2]):
            size = int(item.findtext("{*}Size", ""))
            yield PUBLICATION.describe(key, size, datetime.fromisoformat(modified))


def test_real_listing_has_150_dumps(bucket_listing: ListedCatalogue) -> None:
    assert bucket_listing.years() == list(range(2008, 2022))
    assert sum(len(bucket_listing.dumps(year)) for year in bucket_listing.years()) == 150
    assert newest_settled(bucket_listing, NOW).date == date(2021, 6, 1)


@pytest.mark.parametrize(
    ("month", "days", "missing", "checksum_days"),
    [
        (date(2011, 2, 1), {"artists": 1, "labels": 1, "releases": 11}, (), [1, 11]),
        # The truncated releases of the 3rd are passed over for those of the 1st.
        (date(2013, 1, 1), {"masters": 1, "releases": 1}, ("artists", "labels"), [1]),
        # The 1st is an empty checksum file.
        (date(2013, 10, 1), {"artists": 2, "labels": 2, "masters": 2, "releases": 2}, (), [2]),
        (date(2017, 12, 1), {"artists": 12, "labels": 12, "masters": 12, "releases": 12}, (), [12]),
        (date(2019, 10, 1), {"artists": 10, "labels": 10, "masters": 3, "releases": 3}, (), [10]),
        (date(2020, 6, 1), {"masters": 1, "releases": 1}, ("artists", "labels"), [1]),
    ],
)
def test_real_months_in_parts(
    bucket_listing: ListedCatalogue,
    month: date,
    days: dict[str, int],
    missing: tuple[str, ...],
    checksum_days: list[int],
) -> None:
    dump = find_month(bucket_listing, month)
    assert {kind: dump.files[kind].date.day for kind in dump.types} == days
    assert dump.missing == missing
    assert [file.date.day for file in dump.checksum_files] == checksum_days
    assert dump.is_complete(NOW) is (missing == ())


def test_the_releases_of_january_2013_are_the_whole_ones(bucket_listing: ListedCatalogue) -> None:
    assert find_month(bucket_listing, date(2013, 1, 1)).files["releases"].size == 1_799_712_727
    first, second = bucket_listing.dumps(2013)[:2]
    assert (first.types, second.types) == (("masters", "releases"), ())
