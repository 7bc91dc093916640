"""A few rows of a month, to look at."""

from datetime import date
from pathlib import Path

from discogs_assets.tables.table import Column, Table, Type
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.sample import sample_rows, short_words
from discogs_assets_tests.support.plain_tables import create_plain
from discogs_assets_tests.support.small_table import FEBRUARY, JANUARY, MARCH, THING, load

ODD = Table(
    "odd",
    "Of every type.",
    ("id",),
    (
        Column("id", Type.BIGINT, "Id."),
        Column("is_odd", Type.BOOLEAN, "Whether."),
        Column("raw", Type.BLOB, "Bytes."),
        Column("terms", Type.TEXT_LIST, "Terms."),
        Column("record_hash", Type.TEXT, "Not shown."),
    ),
)


def test_five_rows_of_the_month(tmp_path: Path) -> None:
    with Warehouse(tmp_path / "warehouse.duckdb").writer() as connection:
        load(connection, JANUARY, "abcdefgh")
        load(connection, FEBRUARY, "z")
        head, rule, *rows = sample_rows(connection, THING, JANUARY).split("\n")
        assert (head, rule) == ("| `id` | `name` |", "|---:|---|")
        everything = {f"| {number} | {name} |" for number, name in enumerate("abcdefgh", 1)}
        assert len({*rows}) == 5
        assert {*rows} < everything
        assert sample_rows(connection, THING, FEBRUARY).endswith("\n| 1 | z |")


def test_a_month_without_rows_says_so(tmp_path: Path) -> None:
    with Warehouse(tmp_path / "warehouse.duckdb").writer() as connection:
        load(connection, JANUARY, "a")
        assert sample_rows(connection, THING, MARCH) == "*thing has no rows in 2026-03.*"


def test_every_type_can_be_read(tmp_path: Path) -> None:
    with Warehouse(tmp_path / "warehouse.duckdb").writer() as connection:
        create_plain(connection, [ODD])
        connection.execute(
            "INSERT INTO discogs.odd (id, is_odd, raw, terms, record_hash, month) "
            "VALUES (1, true, '<a>|'::BLOB, ['LP', '180 g'], 'f00', ?), "
            "(2, NULL, NULL, NULL, 'f00', ?)",
            [date(2026, 1, 1)] * 2,
        )
        assert {*sample_rows(connection, ODD, JANUARY).split("\n")[2:]} == {
            r"| 1 | true | &lt;a&gt;\| | LP, 180 g |",
            "| 2 |  |  |  |",
        }


def test_words_too_long_for_a_column_are_cut() -> None:
    assert short_words("see https://example.org/a/b for more", 12) == "see https://exa… for more"
