"""The pages of the documentation lead where they say."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets_tests.support.checkout import CHECKOUT

PAGES = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md")])


def anchors(page: Path) -> set[str]:
    """Return what a heading of a page is called in an address, as GitHub calls it."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" not in link:
            name, _, anchor = link.partition("#")
            target = page.parent / name if name else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def test_the_picture_of_the_graph_counts_the_tables() -> None:
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", (CHECKOUT / "docs/graph.svg").read_text())
    pairs = [*pairwise(texts)]
    for name, dump_type in DUMP_TYPES.items():
        assert (f"{len(dump_type.tables)} tables", name) in pairs


def test_the_readme_is_a_page() -> None:
    assert len((CHECKOUT / "README.md").read_text().splitlines()) <= 120


def test_every_page_is_named_in_the_readme() -> None:
    readme = (CHECKOUT / "README.md").read_text()
    assert [
        page.name for page in CHECKOUT.glob("docs/*.md") if f"docs/{page.name}" not in readme
    ] == []
