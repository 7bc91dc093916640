"""Count the XML paths that no table declares, in a sample of the records."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from discogs_assets.sources.discogs_dumps.tables import XmlDumpType
from discogs_assets.sources.discogs_dumps.xml.blocks import Block

EVERY = 1000
"""One record in so many is looked at; counting is some 20 times slower than parsing."""

FIRST = 100
"""All of this many records at the start of a dump are looked at."""


def declared_paths(dump_type: XmlDumpType) -> set[str]:
    """Return every path that a table reads or that is left out with a reason, and those above."""
    paths = {f"/{dump_type.name}/{dump_type.record}/{path}" for path in dump_type.ignored}
    for table in dump_type.content_tables:
        for rows in table.rows:
            paths.add(dump_type.xml_path(rows))
            if rows.id_before:
                container = dump_type.xml_path(rows).rpartition("/")[0]
                paths.add(f"{container}/{rows.id_before}")
            paths |= {dump_type.xml_path(rows, c.path) for c in table.columns if c.path}
    return paths | {above for path in paths for above in iter_above(path)}


def iter_above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def count_undeclared(block: Block, declared: set[str]) -> Counter[str]:
    """Return how often each undeclared path occurs in the sampled records of a block.

    What lxml cannot read is left to the quarantine.
    """
    counts: Counter[str] = Counter()
    first = FIRST if block.index == 0 else 0
    count = len(block.spans)
    for number in sorted({*range(min(first, count)), *range(0, count, EVERY)}):
        try:
            record = etree.fromstring(block.record(number))
        except etree.XMLSyntaxError:
            continue
        count_below(record, f"/{block.dump_type.name}/{record.tag!s}", declared, counts)
    return counts


def count_below(
    element: etree._Element, path: str, declared: set[str], counts: Counter[str]
) -> None:
    """Count the undeclared paths of an element; what is below one is not looked at."""
    if path not in declared:
        counts[path] += 1
        return
    for name in element.attrib:
        if f"{path}/@{name!s}" not in declared:
            counts[f"{path}/@{name!s}"] += 1
    for child in element.iterchildren(etree.Element):
        count_below(child, f"{path}/{child.tag!s}", declared, counts)
