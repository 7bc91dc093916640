"""Indented records: other blanks, the same values."""

import pytest
from lxml import etree

from discogs_assets.sources.discogs_dumps.synthetic import ERAS
from discogs_assets.sources.discogs_dumps.synthetic.indent import indent
from discogs_assets_tests.sources.discogs_dumps.synthetic.made import TYPES, records


def test_indented_leaves_keep_their_text() -> None:
    record = (
        b"<artist><id>1</id><name> A\n&#13;\n</name><profile></profile><urls><url/></urls></artist>"
    )
    assert indent(record).decode() == (
        "  <artist>\n"
        "    <id>1</id>\n"
        "    <name> A\n&#13;\n</name>\n"
        "    <profile></profile>\n"
        "    <urls>\n"
        "      <url/>\n"
        "    </urls>\n"
        "  </artist>"
    )


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("dump_type", TYPES)
def test_pretty_output_has_the_same_values(dump_type: str, era: str) -> None:
    for record in records(dump_type, era)[:200]:
        pretty = etree.fromstring(indent(record))
        for element in pretty.iter():
            if len(element):
                assert not (element.text or "").strip()
                element.text = None
            element.tail = None
        assert etree.tostring(pretty) == etree.tostring(etree.fromstring(record))
