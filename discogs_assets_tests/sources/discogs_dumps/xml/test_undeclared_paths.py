"""What no table declares is reported with its path and how often it was seen."""

import gzip
import io
from collections import Counter

import pytest

from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.discogs_dumps.xml import undeclared_paths
from discogs_assets.sources.discogs_dumps.xml.blocks import iter_blocks
from discogs_assets.sources.discogs_dumps.xml.undeclared_paths import (
    count_undeclared,
    declared_paths,
)


def count(xml: bytes, name: str = "artists", block_bytes: int = 1 << 20) -> Counter[str]:
    """Return the undeclared paths of a dump."""
    dump_type, dump = DUMP_TYPES[name], io.BytesIO(gzip.compress(xml))
    declared, counts = declared_paths(dump_type), Counter[str]()
    for block in iter_blocks(dump, dump_type, "made up.gz", block_bytes):
        counts += count_undeclared(block, declared)
    return counts


def test_what_is_declared_is_not_reported() -> None:
    xml = (
        b'<releases>\n<release id="1" status="Accepted">\n'
        b'<images><image uri150="" uri="" type="primary" width="1" height="1"/></images>'
        b"<tracklist><track><sub_tracks><track><artists><artist><id>2</id></artist></artists>"
        b"</track></sub_tracks></track></tracklist>"
        b'<master_id is_main_release="true">3</master_id></release>\n</releases>'
    )
    assert count(xml, "releases") == {}


def test_ids_before_names_are_declared() -> None:
    xml = b"<artist><id>1</id><members><id>2</id><name>A</name></members></artist>"
    assert count(b"<artists>\n" + xml + b"\n</artists>") == {}


def test_unknown_elements_and_attributes_are_counted() -> None:
    xml = (
        b'<artists>\n<artist sort="A"><id>1</id><born/><born/>'
        b'<urls><url kind="B">C</url><link/></urls></artist>\n'
        b"<artist><id>2</id><born>1999</born></artist>\n</artists>"
    )
    assert count(xml) == {
        "/artists/artist/@sort": 1,
        "/artists/artist/born": 3,
        "/artists/artist/urls/url/@kind": 1,
        "/artists/artist/urls/link": 1,
    }


def test_what_is_below_an_unknown_element_is_not_listed() -> None:
    xml = b'<artists>\n<artist><id>1</id><born at="B"><year>1999</year></born></artist>\n</artists>'
    assert count(xml) == {"/artists/artist/born": 1}


def test_a_known_name_at_another_place_is_unknown() -> None:
    xml = b"<artist><id>1</id><url>A</url><urls><name>B</name></urls></artist>"
    assert count(b"<artists>\n" + xml + b"\n</artists>") == {
        "/artists/artist/url": 1,
        "/artists/artist/urls/name": 1,
    }


def test_comments_are_no_elements() -> None:
    xml = b"<artists>\n<artist><!-- A --><id>1</id><?made up?></artist>\n</artists>"
    assert count(xml) == {}


def test_what_is_no_xml_is_left_to_the_quarantine() -> None:
    xml = b"<artists>\n<artist><born></artist>\n<artist><id>2</id><born/></artist>\n</artists>"
    assert count(xml) == {"/artists/artist/born": 1}


def test_a_sample_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undeclared_paths, "FIRST", 4)
    monkeypatch.setattr(undeclared_paths, "EVERY", 10)
    lines = [b"<artist><id>%d</id><n%d/></artist>" % (n, n) for n in range(1, 31)]
    found = count(b"\n".join([b"<artists>", *lines, b"</artists>"]))
    assert found == {f"/artists/artist/n{n}": 1 for n in (1, 2, 3, 4, 11, 21)}
