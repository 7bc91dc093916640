"""What became of each record between two months, from XML written here."""

from dataclasses import replace
from pathlib import Path

import pytest

from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, iter_tables
from discogs_assets.sources.dumps.change_tables import USUAL
from discogs_assets.sources.dumps.changes import queries
from discogs_assets.sources.dumps.changes.compare import DESCRIBED, compare, judge, load_changes
from discogs_assets_tests.support.change_months import (
    FEBRUARY,
    JANUARY,
    MARCH,
    Kinds,
    Months,
    artists,
    changes,
    releases,
)
from discogs_assets_tests.support.damage import forget_digests
from discogs_assets_tests.support.told_parts import ToldParts

NAME = "<name>A</name>"
IMAGE = '<image type="primary" uri="" uri150="" width="{}" height="5"/>'
TRACK = "<track><position>{0}</position><title>{1}</title></track>"
COMPANY = "<company><id>1</id><name>C</name>{}</company>"

ARTISTS = {
    # id: before, now, what it is
    1: (NAME, NAME, None),
    2: (NAME, "<name>B</name>", ["artist"]),
    3: (NAME, NAME + "<realname/>", []),
    4: (NAME + "<urls><url>u</url></urls>", NAME + "<urls><url>u</url><url/></urls>", []),
    5: (
        NAME + "<urls><url/><url>u</url><url>v</url></urls>",
        NAME + "<urls><url>u</url><url></url><url>v</url></urls>",
        [],
    ),
    6: (
        NAME + "<urls><url>u</url><url>v</url></urls>",
        NAME + "<urls><url>v</url><url>u</url></urls>",
        ["artist_url"],
    ),
    7: (
        NAME + "<urls><url>u</url></urls>",
        NAME + "<urls><url>u</url><url>u</url></urls>",
        ["artist_url"],
    ),
    8: (NAME + f"<images>{IMAGE.format(1)}</images>", NAME, []),
    9: (NAME, NAME + f"<images>{IMAGE.format(1)}</images>", ["artist_image"]),
    10: (
        NAME + f"<images>{IMAGE.format(1)}{IMAGE.format(2)}</images>",
        NAME + f"<images>{IMAGE.format(1)}</images>",
        ["artist_image"],
    ),
    11: (NAME + "<profile>a b</profile>", NAME + "<profile>a\nb</profile>", ["artist"]),
    12: (NAME, "\n " + NAME, []),
    13: (
        NAME + '<members><name id="2">B</name></members>',
        "<name>C</name>" + '<members><name id="3">B</name></members>',
        ["artist", "group_member"],
    ),
    14: (NAME + "<data_quality>&#65;</data_quality>", NAME + "<data_quality>A</data_quality>", []),
}
RELEASES = {
    1: ("<formats><format name='CD' qty='1' text=''/></formats>",) * 2 + (None,),
    2: (
        "<formats><format name='CD'><descriptions><description>A</description>"
        "<description>B</description></descriptions></format></formats>",
        "<formats><format name='CD'><descriptions><description>B</description>"
        "<description>A</description></descriptions></format></formats>",
        ["release_format"],
    ),
    3: (
        "<companies>" + COMPANY.format("<resource_url>u</resource_url>") + "</companies>",
        "<companies>" + COMPANY.format("") + "</companies>",
        [],
    ),
    4: (
        "<tracklist>" + TRACK.format(1, "A") + "<track/>" + TRACK.format(2, "B") + "</tracklist>",
        "<tracklist>" + TRACK.format(1, "A") + TRACK.format(2, "B") + "</tracklist>",
        ["release_track"],
    ),
    5: (
        "<artists><artist><id>1</id><name>A</name></artist></artists>",
        "<extraartists><artist><id>1</id><name>A</name></artist></extraartists>",
        ["release_artist"],
    ),
    6: (
        "<artists><artist><id>0</id><name>A</name><anv/></artist></artists>",
        "<artists><artist><name>A</name></artist></artists>",
        [],
    ),
    7: (
        "<tracklist>" + TRACK.format(1, "A") + TRACK.format(2, "B") + "</tracklist>",
        "<tracklist>" + TRACK.format(2, "B") + TRACK.format(1, "A") + "</tracklist>",
        ["release_track"],
    ),
}


def expected(cases: dict[int, tuple[str, str, list[str] | None]]) -> Kinds:
    """Return the kinds that cases say: None for none, no tables for form only."""
    return {
        id_: ("changed", tables) if tables else ("reformatted", None)
        for id_, (_, _, tables) in cases.items()
        if tables is not None
    }


def test_form_and_content_of_artists(tmp_path: Path) -> None:
    before = artists({id_: case[0] for id_, case in ARTISTS.items()})
    now = artists({id_: case[1] for id_, case in ARTISTS.items()})
    assert changes(tmp_path, "artists", before, now) == expected(ARTISTS)


def test_form_and_content_of_releases(tmp_path: Path) -> None:
    before = releases({id_: case[0] for id_, case in RELEASES.items()})
    now = releases({id_: case[1] for id_, case in RELEASES.items()})
    assert changes(tmp_path, "releases", before, now) == expected(RELEASES)


def test_records_that_come_and_go(tmp_path: Path) -> None:
    before, now = artists({1: NAME, 2: NAME, 7: NAME}), artists({2: NAME, 5: NAME, 7: NAME})
    months = Months(tmp_path)
    months.bring("artists", JANUARY, before)
    months.bring("artists", FEBRUARY, reversed(now))
    months.compare("artists", FEBRUARY)
    assert months.ask("FROM change ORDER BY id") == months.ask(
        "SELECT 'artists', * EXCLUDE month FROM discogs.artist_change ORDER BY id"
    )
    [(one, before_1, after_1, month_1), (five, before_5, after_5, _)] = months.ask(
        "SELECT id, hash_before, hash_after, month_before FROM artist_change ORDER BY id"
    )
    [(hash_1,)] = (
        months.lake.scan("artist", [JANUARY]).collect().filter(id=1)[["record_hash"]].rows()
    )
    [(hash_5,)] = (
        months.lake.scan("artist", [FEBRUARY]).collect().filter(id=5)[["record_hash"]].rows()
    )
    assert (one, before_1, after_1, month_1) == (1, hash_1, None, JANUARY)
    assert (five, before_5, after_5) == (5, None, hash_5)


def test_what_is_in_quarantine_is_neither_added_nor_removed(tmp_path: Path) -> None:
    good, bad = artists({1: NAME, 2: NAME, 3: NAME}), artists({2: "<name>\x01</name>"})
    broken = [good[0], bad[0], good[2]]
    months = Months(tmp_path)
    for month, records in ((JANUARY, good), (FEBRUARY, broken), (MARCH, good)):
        months.bring("artists", month, records)
    for month in (FEBRUARY, MARCH):
        months.compare("artists", month)
        assert months.kinds("artists", month) == {}


def test_what_a_whole_dump_leaves_out_is_form(tmp_path: Path) -> None:
    label = '<labels><label name="L" catno="1"{}/></labels>'
    series = '<series><series name="S" catno="" id="4"/></series>'
    before = [
        *releases({1: label.format("") + f"<images>{IMAGE.format(1)}</images>"}),
        *releases({2: label.format("")}),
    ]
    now = [
        *releases({1: label.format(' id="9"') + series}),
        b'<release status="Accepted" id="2"><labels><label name="M" catno="1" id="9"/></labels>'
        b"</release>",
    ]
    found = changes(tmp_path / "there", "releases", before, now)
    assert found == {1: ("reformatted", None), 2: ("changed", ["release_label"])}
    found = changes(tmp_path / "back", "releases", now, before)
    assert found == {1: ("reformatted", None), 2: ("changed", ["release_label"])}


def test_what_only_some_records_leave_out_is_content(tmp_path: Path) -> None:
    label = '<labels><label name="L" catno="1"{}/></labels>'
    series = '<series><series name="S" catno="" id="4"/></series>'
    with_id = label.format(' id="9"')
    before = releases({1: label.format("") + series, 2: with_id + series, 3: with_id})
    now = releases({1: with_id + series, 2: with_id, 3: with_id})
    assert changes(tmp_path, "releases", before, now) == {
        1: ("changed", ["release_label"]),
        2: ("changed", ["release_series"]),
    }


def test_the_first_month_and_a_part_are_compared_with_nothing(tmp_path: Path) -> None:
    months = Months(tmp_path)
    months.bring("artists", JANUARY, artists({1: NAME, 2: NAME}))
    months.bring("artists", FEBRUARY, artists({1: NAME, 3: NAME}), limit=1)
    found, checks = months.compare("artists", JANUARY)
    assert found.why_not == "there is no earlier month in the lake"
    assert checks["changed_share_in_usual_range"].found == f"Not compared: {found.why_not}."
    found, checks = months.compare("artists", FEBRUARY)
    assert found.why_not == "only 1 records were asked for"
    assert months.ask("SELECT count(*) FROM discogs.change") == [(0,)]
    loaded = "SELECT month, is_full, rows FROM discogs.loaded_month ORDER BY month"
    assert months.ask(loaded) == [(JANUARY, True, 0), (FEBRUARY, False, 0)]


def test_a_part_is_no_month_to_compare_with(tmp_path: Path) -> None:
    months = Months(tmp_path)
    months.bring("artists", JANUARY, artists({1: NAME, 2: NAME}))
    months.bring("artists", FEBRUARY, artists({1: NAME, 3: NAME}), limit=1)
    months.bring("artists", MARCH, artists({1: NAME}))
    months.compare("artists", MARCH)
    assert months.ask("SELECT id, kind, month_before FROM artist_change") == [
        (2, "removed", JANUARY)
    ]


def test_a_change_of_format_is_said(tmp_path: Path) -> None:
    months = Months(tmp_path)
    many = range(1, 201)
    months.bring("artists", JANUARY, artists(dict.fromkeys(many, NAME + "<realname/>")))
    now = artists(dict.fromkeys(many, NAME))
    months.bring(
        "artists", FEBRUARY, [*now[:-5], *artists(dict.fromkeys(range(196, 201), "<name>B</name>"))]
    )
    _, checks = months.compare("artists", FEBRUARY)
    assert not checks["changed_share_in_usual_range"].passed
    assert not checks["changed_share_in_usual_range"].is_fatal
    assert checks["changed_share_in_usual_range"].found == (
        "Reformatted since 2026-01: 195 of 200 records (97.5%; 0 to 48 expected). "
        "Discogs has changed the form of its dumps."
    )
    assert checks["changed_share_in_usual_range"].numbers["reformatted_percent"] == 97.5


def test_the_share_is_judged_by_the_months_between(tmp_path: Path) -> None:
    months = Months(tmp_path)
    many = range(1, 1001)
    months.bring("artists", JANUARY, artists(dict.fromkeys(many, NAME)))
    some = dict.fromkeys(range(1, 251), "<name>B</name>")
    for month in (FEBRUARY, MARCH):
        months.bring("artists", month, artists(dict.fromkeys(many, NAME) | some))
        if month == MARCH:
            months.lake.store.delete([months.lake.manifest_key("artists", FEBRUARY)])
        _, checks = months.compare("artists", month)
        # A tenth of 1,000 and noise of 63 are usual in a month.
        assert checks["changed_share_in_usual_range"].passed is (month == MARCH), month


def test_what_was_removed_is_a_share_of_the_month_before(tmp_path: Path) -> None:
    months = Months(tmp_path)
    months.bring("artists", JANUARY, artists(dict.fromkeys(range(1, 11), NAME)))
    months.bring("artists", FEBRUARY, artists(dict.fromkeys((1, 2, 3, 11), NAME)))
    _, checks = months.compare("artists", FEBRUARY)
    numbers = checks["changed_share_in_usual_range"].numbers
    assert (numbers["added_percent"], numbers["removed_percent"]) == (25.0, 70.0)


def test_a_month_of_an_older_version_is_compared_as_far_as_its_columns_go(tmp_path: Path) -> None:
    months = Months(tmp_path)
    months.bring("artists", JANUARY, artists({1: NAME, 2: NAME}))
    months.bring("artists", FEBRUARY, artists({1: NAME + "<realname>R</realname>", 2: "<name/>"}))
    [file] = months.lake.manifest("artists", JANUARY).tables["artist"].files
    frame = months.lake.scan("artist", [JANUARY]).drop("month", "real_name").collect()
    frame.write_parquet(months.lake.store.uri(file))
    forget_digests(months.lake, "artists", JANUARY)
    months.compare("artists", FEBRUARY)
    found = months.kinds("artists", FEBRUARY)
    assert found == {1: ("reformatted", None), 2: ("changed", ["artist"])}


def test_hardly_any_change_is_said(tmp_path: Path) -> None:
    months = Months(tmp_path)
    for month in (JANUARY, FEBRUARY):
        months.bring("artists", month, artists(dict.fromkeys(range(1, 9), NAME)))
    comparison, checks = months.compare("artists", FEBRUARY)
    assert checks["changed_share_in_usual_range"].passed, "so few records say nothing"
    many = replace(comparison, now=replace(comparison.now, records=10_000_000))
    assert judge(USUAL[0], 0, many) == (
        False,
        "Changed since 2026-01: 0 of 10,000,000 records (0.0%; 3,675 to 1,006,325 expected). "
        "It may be an old dump under a new name.",
    )


def test_a_failed_comparison_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    months = Months(tmp_path)
    months.bring("artists", JANUARY, artists({1: NAME}))
    months.bring("artists", FEBRUARY, artists({2: NAME}))
    months.compare("artists", FEBRUARY)
    before = months.ask("FROM discogs.change ORDER BY id")
    monkeypatch.setattr(queries, "rows_that_differ", lambda *_: "SELECT nothing")
    months.bring("artists", FEBRUARY, artists({1: "<name>B</name>"}))
    with pytest.raises(Exception, match="nothing"):
        months.compare("artists", FEBRUARY)
    assert months.ask("FROM discogs.change ORDER BY id") == before


def test_what_is_not_content_is_declared_with_a_reason() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in iter_tables()
        for column in table.columns
        if column.not_content
    }
    records = {f"{dump_type.record}.record_hash" for dump_type in DUMP_TYPES.values()}
    assert found == records | {"release_company.uri"}


def test_it_says_what_it_compares(tmp_path: Path) -> None:
    months, told = Months(tmp_path), ToldParts()
    months.bring("labels", JANUARY, [b"<label><id>1</id><name>A</name></label>"])
    months.bring("labels", FEBRUARY, [b"<label><id>1</id><name>B</name></label>"])
    with months.warehouse.writer() as connection:
        load_changes(connection, compare(DISCOGS, months.lake, "labels", FEBRUARY), told)
    tables = ["label", "label_sublabel", "label_url"]
    assert [*told.weights] == ["hashes of records", *tables, "what changed", "checks"]
    assert sum(told.weights.values()) == pytest.approx(1 - DESCRIBED)
