"""The parser is held, cell by cell, against an independent reading of the same XML."""

import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.discogs_dumps.xml.blocks import Block, iter_blocks
from discogs_assets.sources.discogs_dumps.xml.columns import RefusedError
from discogs_assets.sources.discogs_dumps.xml.parser import BlockParser
from discogs_assets.sources.discogs_dumps.xml.reread import Rereading
from discogs_assets.sources.dumps.reader import Parsed
from discogs_assets_tests.support.examples import thorough
from discogs_assets_tests.support.reference import read_records
from discogs_assets_tests.support.xml_strategies import documents

YEARS = ("2017", "2020", "2025", "2026")
TWO_ON_A_LINE = ("2020", "artists")
"""The sample in which a record starts on the line of the one before: lxml has to read it."""

PARSERS = {name: BlockParser(dump_type, "a dump") for name, dump_type in DUMP_TYPES.items()}


def parse(xml: bytes, name: str, *, with_lxml: bool = False, block_bytes: int = 1 << 20) -> Any:
    """Return each table's rows in key order, and the quarantine's."""
    dump_type, parser = DUMP_TYPES[name], PARSERS[name]
    rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in dump_type.tables}
    dump = io.BytesIO(gzip.compress(xml, 1))
    for block in iter_blocks(dump, dump_type, "a dump", block_bytes):
        parsed = read_with_lxml(block) if with_lxml else parser.parse(block)
        for table_name, found in parsed.tables.items():
            rows[table_name] += found.to_pylist()
    for table in dump_type.tables:
        rows[table.name].sort(key=lambda row: [row[column] for column in table.key])
    return rows, rows.pop(dump_type.quarantine.name)


def read_with_lxml(block: Block) -> Parsed:
    """Read a block as if xml2arrow refused every record of it."""

    def refuse(_: Block) -> Parsed:
        raise RefusedError("any")

    return Rereading(block, "a dump", set(), refuse).run()


@pytest.mark.parametrize("with_lxml", [False, True])
@pytest.mark.parametrize("name", DUMP_TYPES)
@pytest.mark.parametrize("year", YEARS)
def test_samples_equal_the_reference(
    samples: Path, year: str, name: str, *, with_lxml: bool
) -> None:
    (path,) = (samples / f"discogs_{year}").glob(f"*_{name}.xml.gz")
    xml = gzip.decompress(path.read_bytes())
    rows, refused = parse(xml, name, with_lxml=with_lxml, block_bytes=100_000)
    assert refused == []
    assert rows == read_records(xml, name)


@pytest.mark.parametrize("name", DUMP_TYPES)
@pytest.mark.parametrize("year", YEARS)
def test_xml2arrow_takes_every_sample(samples: Path, year: str, name: str) -> None:
    (path,) = (samples / f"discogs_{year}").glob(f"*_{name}.xml.gz")
    with path.open("rb") as dump:
        blocks = [*iter_blocks(dump, DUMP_TYPES[name], path.name)]
    if (year, name) == TWO_ON_A_LINE:
        with pytest.raises(RefusedError, match="a record where none should start"):
            PARSERS[name].parse_block(blocks[0])
    else:
        assert sum(len(PARSERS[name].parse_block(block).ids) for block in blocks) > 0


@pytest.mark.parametrize("with_lxml", [False, True])
@pytest.mark.parametrize("name", DUMP_TYPES)
@given(data=st.data(), block_bytes=st.sampled_from([150, 400, 1 << 20]))
@settings(thorough, suppress_health_check=[HealthCheck.too_slow])
def test_made_up_documents_equal_the_reference(
    name: str, data: st.DataObject, block_bytes: int, *, with_lxml: bool
) -> None:
    xml = data.draw(documents(name))
    rows, refused = parse(xml, name, with_lxml=with_lxml, block_bytes=block_bytes)
    assert refused == []
    assert rows == read_records(xml, name)
