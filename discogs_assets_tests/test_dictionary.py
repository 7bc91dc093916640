from pathlib import Path

from discogs_assets.dictionary import dictionary

DOCS = Path(__file__).parents[1] / "docs" / "tables.md"


def test_the_data_dictionary_is_up_to_date() -> None:
    assert DOCS.read_text() == dictionary(), "run `make docs`"
