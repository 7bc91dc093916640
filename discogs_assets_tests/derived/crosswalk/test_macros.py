"""What names, numbers and dates are compared by."""

from collections.abc import Iterator

import duckdb
import pytest

from discogs_assets.derived.crosswalk.macros import create_macros
from discogs_assets.warehouse.sql import Connection, scalar

KEYS = {
    "barcode_key": "SELECT gtin(digits) FROM (SELECT only_digits(t) AS digits FROM given)",
    "catno_key": "SELECT known_catno(key) FROM (SELECT number_letters(t) AS key FROM given)",
    "catno_digits": "SELECT long_number(digits) FROM (SELECT only_digits(t) AS digits FROM given)",
    "title_key": "SELECT known_title(letters(t), t) FROM given",
    "label_key": "SELECT known_label(key) FROM (SELECT label_letters(t) AS key FROM given)",
}
"""Queries of what things are compared by, for those that take two steps."""


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        create_macros(connection)
        yield connection


def alike(connection: Connection, macro: str, *texts: str | None) -> set[object]:
    """Return what some texts are compared by."""
    query = KEYS.get(macro, f"SELECT {macro}(t) FROM given")
    given = "WITH given AS (SELECT ?::VARCHAR AS t) "
    return {scalar(connection, given + query, text) for text in texts}


def test_barcodes(connection: Connection) -> None:
    one = (
        "0 75992 73342 7",
        "075992733427",
        "0075992733427",
        "75992733427",
        "Barcode: 075992733427",
    )
    assert alike(connection, "barcode_key", *one) == {75992733427}
    assert alike(connection, "barcode_key", "7599273342") == {7599273342}
    ean = (
        "4 988064 451180",
        "4988064451180 >",
        "498806445118",
        "4988064451180 12",
        "04988064451180",
    )
    assert alike(connection, "barcode_key", *ean) == {4988064451180}
    assert alike(connection, "barcode_key", "4988064451181") == {4988064451181}
    nothing = (None, "", "none", "0", "0000000000000", "1234567", "RZCD-45118", "1" * 19)
    assert alike(connection, "barcode_key", *nothing) == {None}
    assert alike(connection, "barcode_key", "96385074") == {96385074}


def test_catalogue_numbers(connection: Connection) -> None:
    assert alike(connection, "catno_key", "RZCD-45118", "rzcd 45118", "RZCD45118") == {"rzcd45118"}
    assert alike(connection, "catno_key", None, "none", "[none]", "N/A", "-", "0", "000") == {None}
    assert alike(connection, "catno_digits", "ABC 01234", "1234-x") == {"1234"}
    assert alike(connection, "catno_digits", "ABC 012", None) == {None}


def test_titles(connection: Connection) -> None:
    same = ("Café & Crème!", "cafe and creme", "CAFÉ and CRÈME")
    assert alike(connection, "title_key", *same) == {"cafeandcreme"}
    assert alike(connection, "title_key", "夜", "Ночь") == {"夜", "ночь"}
    assert alike(connection, "title_key", "? !") == {"? !"}
    assert alike(connection, "title_key", None, "") == {None}
    tails = ("A Title (Deluxe Edition)", "A Title [Remastered] (2 CD)", "A Title")
    assert alike(connection, "title_base", *tails) == {"A Title"}
    assert alike(connection, "title_base", "(What)", "(A) B") == {"", "(A) B"}


def test_tracks(connection: Connection) -> None:
    same = ("Fire (feat. A Friend)", "Fire feat. A Friend", "FIRE [Ft. Another]", "Fire")
    assert alike(connection, "track_letters", *same) == {"fire"}
    assert alike(connection, "track_letters", "Fire (Remix)", "Feather", "Drift") == {
        *("fireremix", "feather", "drift")
    }


def test_names(connection: Connection) -> None:
    one = ("The Band", "Band, The", "Band (3)", "BAND")
    assert alike(connection, "name_letters", *one) == {"band"}
    assert alike(connection, "name_letters", "Various", "Various Artists") == {"various"}
    labels = ("Some Records", "Some", "SOME Recordings Ltd.")
    assert alike(connection, "label_key", *labels) == {"some"}
    nothing = ("Not On Label (A Self-released)", "[no label]", "White Label", None)
    assert alike(connection, "label_key", *nothing) == {None}


def test_dates(connection: Connection) -> None:
    assert alike(connection, "date_number", "1999-02-03") == {19990203}
    assert alike(connection, "date_number", "1999-02", "1999-02-00") == {19990200}
    assert alike(connection, "date_number", "1999", "1999-00-00") == {19990000}
    assert alike(connection, "date_number", None, "?", "0000", "199", "1987-3-1", "20011") == {None}
    assert alike(connection, "seconds", "4:05") == {245}
    assert alike(connection, "seconds", "1:00:01") == {3601}
    assert alike(connection, "seconds", "4'05", "405", "", None) == {None}


def test_nothing_has_no_hash(connection: Connection) -> None:
    assert alike(connection, "short_hash", None) == {None}
    assert len(alike(connection, "short_hash", "a", "b")) == 2
