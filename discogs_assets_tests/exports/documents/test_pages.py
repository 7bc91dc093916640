"""The description of documents: its example is a document."""

import json
from collections.abc import Iterator
from typing import Any

from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.documents.pages import EXAMPLE, document_pages
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets_tests.support.made_documents import again, tables_of


def iter_paths(value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of the values in a document, as the description names them."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from iter_paths(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from iter_paths(inner, f"{path}[]")
    else:
        yield path


def test_the_example_is_a_document() -> None:
    example = json.loads(EXAMPLE)
    assert again("releases", example) == example


def test_the_fields_of_the_example_are_described() -> None:
    described = {path for path, *_ in DOCUMENTS["releases"].iter_fields(tables_of("releases"))}
    assert {
        path.replace("descriptions[]", "descriptions") for path in iter_paths(json.loads(EXAMPLE))
    } <= described


def test_every_field_has_a_line() -> None:
    page = document_pages({name: kind.tables for name, kind in DUMP_TYPES.items()})
    for line in (
        "| `tracks[].sub_tracks[].extra_artists[].role` | text | `release_track_artist.role` |",
        "| `name_variations[]` | text | `artist_namevariation.name` |",
        "| `formats[].descriptions` | list of texts | `release_format.descriptions` |",
    ):
        assert line in page
