import pytest

from discogs_assets.cli.dictionary import PAGES, lineage
from discogs_assets.derived.lineage import KEPT
from discogs_assets_tests.support.checkout import CHECKOUT

DOCS = CHECKOUT / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_data_dictionary_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text() == PAGES[name](), "run `make docs`"


def test_the_lineage_of_computed_tables_is_up_to_date() -> None:
    assert KEPT.read_text() == lineage(), "run `make docs`"
