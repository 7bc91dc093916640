"""The table of findings, and what is counted in it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.derived import findings
from discogs_assets.derived.findings.query import (
    CHECKED,
    FINDING_READS,
    RuleCount,
    count_findings,
    finding_checks,
    judge,
)
from discogs_assets.derived.tables import FINDING
from discogs_assets.errors import WarehouseError
from discogs_assets.tables.names import discogs
from discogs_assets.warehouse.loaded import Loaded, Provenance, note_loaded
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.derived_rows import (
    FEBRUARY,
    JANUARY,
    Row,
    compute,
    iter_warehouse,
    put,
)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Open a warehouse with a few findings in January and February."""
    for connection in iter_warehouse(tmp_path_factory.mktemp("findings")):
        rows: dict[str, list[Row]] = {
            "artist": [{"id": 1, "name": "A", "data_quality": "Correct"}],
            "release_genre": [{"release_id": n, "genre": str(n)} for n in range(1, 8)],
            "release_artist": [
                {"release_id": 7, "artist_id": 404, "artist_name": "B", "is_extra": False},
                {"release_id": 7, "artist_id": 404, "artist_name": "C", "is_extra": False},
                {"release_id": 8, "artist_id": 1, "artist_name": None, "is_extra": False},
            ],
        }
        for table, some in rows.items():
            put(connection, table, *some)
        put(connection, "release_genre", {"release_id": 9, "genre": "9"}, month=FEBRUARY)
        for month in (JANUARY, FEBRUARY):
            for name in FINDING_READS:
                count = len(rows.get(name, [])) if month == JANUARY else 0
                note_loaded(
                    connection, Loaded(discogs(name), Provenance(month, "test", True), count)
                )
            compute(connection, FINDING, month)
        yield connection


def test_the_table(connection: Connection) -> None:
    rows = connection.execute(
        f"SELECT * FROM discogs.finding WHERE month = DATE '{JANUARY}' ORDER BY ALL"
    ).fetchall()
    genres = [("release_genre", n, "release_genre_unknown", str(n), JANUARY) for n in range(1, 8)]
    assert rows == [
        ("release_artist", 7, "dangling_release_artist_artist_id", "404", JANUARY),
        ("release_artist", 8, "release_artist_without_name", "credit", JANUARY),
        *genres,
    ]


def test_a_month_computed_again_is_the_same(connection: Connection) -> None:
    assert compute(connection, FINDING) == 9


def test_the_counts(connection: Connection) -> None:
    counts = count_findings(connection, JANUARY)
    assert [count.name for count in counts] == [checked.name for checked in CHECKED]
    found = {count.name: count for count in counts if count.findings}
    assert {name: (one.table, one.findings, one.rows) for name, one in found.items()} == {
        "release_genre_unknown": ("release_genre", 7, 7),
        "release_artist_without_name": ("release_artist", 1, 3),
        "dangling_release_artist_artist_id": ("release_artist", 1, 3),
    }
    assert found["release_genre_unknown"].examples == tuple((n, str(n)) for n in range(1, 6))
    assert found["dangling_release_artist_artist_id"].examples == ((7, "404"),)
    assert not any(count.is_within_limit for count in found.values())
    assert all(count.is_within_limit for count in counts if not count.findings)
    for count, checked in zip(counts, CHECKED, strict=True):
        assert (count.limit, count.reason) == (checked.limit, checked.reason)


def test_another_month_is_counted_by_itself(connection: Connection) -> None:
    found = {count.name: count.findings for count in count_findings(connection, FEBRUARY)}
    assert {name: count for name, count in found.items() if count} == {"release_genre_unknown": 1}


def test_a_month_that_is_not_computed_is_an_error(connection: Connection) -> None:
    with pytest.raises(WarehouseError, match="findings 2026-03: expected artist, artist_alias"):
        count_findings(connection, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("findings", "rows", "limit", "expected"),
    [
        (0, 0, 0.0, True),
        (1, 0, 0.5, False),
        (1, 1000, 0.001, True),
        (2, 1000, 0.001, False),
        (1, 1000, 0.0, False),
    ],
)
def test_the_limit_is_a_share(findings: int, rows: int, limit: float, expected: bool) -> None:
    count = RuleCount("a_rule", "artist", findings, rows, limit, "A reason.", ())
    assert count.is_within_limit is expected
    assert replace(count, findings=0).is_within_limit


def counted(name: str, table: str, findings: int) -> RuleCount:
    examples = ((7, "x"), (8, "y")) if findings else ()
    return RuleCount(name, table, findings, 2_000, 0.001, "A reason.", examples)


def test_the_rules_of_a_record_are_one_check() -> None:
    counts = [
        counted("label_rule", "label_url", 2),
        counted("a_rule", "artist_url", 3),
        counted("another", "group_member", 1),
    ]
    found = {one.check: one for one in judge(counts, is_full=True)}
    assert found["label_rules_within_limits"].passed
    assert (
        found["master_rules_within_limits"].found
        == "Rules over their limit: none of 0.\nFindings: 0."
    )
    artist = found["artist_rules_within_limits"]
    assert (artist.passed, artist.is_fatal) == (False, False)
    assert artist.found == "Rules over their limit: 1 of 2 (a_rule)."
    assert artist.numbers == {"findings": 4, "rules_over_limit": 1}
    assert artist.examples == [
        {
            "rule": "a_rule",
            "findings": "3 of 2,000",
            "usual": "0.10%",
            "first record": 7,
            "value": "x",
            "why": "A reason.",
        }
    ]


def test_a_reference_is_a_check() -> None:
    count = counted("dangling_release_master_id", "release", 3)
    found = {one.check: one for one in judge([count], is_full=True)}
    dangling = found["few_dangling_release_master_id"]
    assert not dangling.passed
    assert dangling.found == (
        "Rows of release that refer to a missing record: 3 of 2,000 (0.15%; up to 0.10% expected)."
    )
    assert dangling.examples == [{"record": 7, "missing": "x"}, {"record": 8, "missing": "y"}]
    assert dangling.numbers == {"dangling": 3, "rows": 2_000, "dangling_percent": 0.15}
    part = {one.check: one for one in judge([count], is_full=False)}
    assert part["few_dangling_release_master_id"].passed
    assert part["few_dangling_release_master_id"].found.startswith(
        "Not judged: only a part of the month is imported.\nRows of release that"
    )


def test_every_check_is_judged() -> None:
    counts = [counted(checked.name, checked.table, 0) for checked in CHECKED]
    assert [one.check for one in judge(counts, is_full=True)] == [
        check.name for check in finding_checks()
    ]


def test_the_files_of_the_rules_are_named() -> None:
    folder = Path(findings.__file__).parent
    rules = {path.name for path in folder.glob("rules_*.py")}
    others = {"rules.py", "references.py", "one_sided.py"}
    assert {path.name for path in FINDING.files} == rules | others
    assert all(path.is_file() for path in FINDING.files)


def test_names_of_rules_and_references_are_unique() -> None:
    names = [checked.name for checked in CHECKED]
    assert len({*names}) == len(names)


def test_every_table_is_read_of_one_month_only() -> None:
    for checked in CHECKED:
        query = " ".join(checked.query.split())
        assert query.count("discogs.") == query.count("month = $month"), checked.name


def test_what_is_found_is_no_table_that_is_read() -> None:
    assert FINDING.reads == FINDING_READS
    assert "finding" not in FINDING_READS
    assert {checked.table for checked in CHECKED} <= {*FINDING_READS}


@pytest.mark.slow
def test_a_small_memory_is_enough(tmp_path: Path) -> None:
    """Group half a million ids with less memory than they need."""
    for connection in iter_warehouse(tmp_path):
        connection.execute("SET memory_limit = '48MB'")
        connection.execute(
            "INSERT INTO discogs.artist (id, name, data_quality, month) "
            f"SELECT i, 'A', 'Correct', DATE '{JANUARY}' FROM range(1, 500001) AS t(i)"
        )
        connection.execute(
            "INSERT INTO discogs.release_artist (release_id, artist_id, artist_name, month) "
            f"SELECT i, i + 1, 'A', DATE '{JANUARY}' FROM range(1, 500001) AS t(i)"
        )
        assert compute(connection, FINDING) == 1
