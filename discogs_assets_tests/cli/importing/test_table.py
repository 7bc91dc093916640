"""The table at the end of an import."""

from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.cli.importing.table import HEADS, rows_of


def test_a_row_a_type_and_the_total() -> None:
    done = [
        ImportResult("artists", 10_000, 0, 0, 45_000, 4.0),
        ImportResult("labels", 0, 2_000, 0, 6_000, 0.1),
        ImportResult("releases", 20_000, 0, 1, 600_000, 12.5, ["one", "another"]),
    ]
    assert [HEADS, *rows_of(done, 20.0, 1)] == [
        ("type", " records", " rows", " seconds", " records/s", " warnings"),
        ("artists", "10,000", "45,000", "4.0", "2,500", "0"),
        ("labels", "2,000", "6,000", "0.1", "skipped", ""),
        ("releases", "20,000", "600,000", "12.5", "1,600", "2"),
        ("computed tables", "", "", "3.4", "", "1"),
        ("total", "32,000", "651,000", "20.0", "1,500", "3"),
    ]


def test_a_month_of_no_records_is_not_skipped() -> None:
    assert rows_of([ImportResult("labels", 0, 0, 0)], 0, 0)[0] == (
        *("labels", "0", "0", "0.0", "0"),
        "0",
    )


def test_a_skipped_type_that_was_compared_may_have_warnings() -> None:
    [row, *_] = rows_of([ImportResult("labels", 0, 9, 0, warnings=["one"])], 0, 0)
    assert row[-2:] == ("skipped", "1")


def test_a_source_without_computed_tables_has_no_row_of_them() -> None:
    rows = rows_of([ImportResult("artist", 3, 0, 0, 10, 1.0)], 2.0, None)
    assert [row[0] for row in rows] == ["artist", "total"]
