"""A few releases, credits and names in a warehouse, for the views and macros over them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from discogs_assets.platform import TABLES
from discogs_assets.warehouse.loaded import Provenance
from discogs_assets.warehouse.replace import replace_from_query
from discogs_assets.warehouse.sql import Connection

Rows = list[dict[str, Any]]


def credit(owner: int, sequence: int, name: str, **more: Any) -> dict[str, Any]:
    """Return a row of `release_artist`, a main artist unless `is_extra`."""
    row = {"release_id": owner, "is_extra": False, "sequence": sequence, "artist_name": name}
    return row | more


def on_track(owner: int, track: int, sequence: int, name: str, **more: Any) -> dict[str, Any]:
    return credit(owner, sequence, name, track_sequence=track, **more)


ROWS: dict[str, Rows] = {
    "release": [
        {"id": 1, "title": "First", "country": "Germany", "released": "1974", "released_year": 1974}
        | {"master_id": 7},
        {"id": 2, "title": "Second", "country": "UK", "released": "1980-05-00"}
        | {"released_year": 1980, "master_id": 7},
        {"id": 3, "title": "Hits"},
    ],
    "release_artist": [
        credit(1, 2, "Band (2)", artist_id=12),
        credit(1, 1, "Solo (3)", artist_id=11, anv="Sölo", join_string="&"),
        credit(1, 1, "Hand", artist_id=13, is_extra=True, role="Mixed By", tracks="A1 to A4"),
        credit(2, 1, "Band (2)", artist_id=12, join_string=","),
        credit(2, 2, "Solo (3)", artist_id=11, join_string="Feat."),
        credit(2, 3, "Guest", artist_id=14, join_string=","),
        credit(3, 1, "Various", artist_id=194),
    ],
    "release_track": [
        {"release_id": 1, "sequence": 1, "title": "Side One"},
        {"release_id": 1, "sequence": 2, "position": "A1", "title": "Song", "duration": "4:05"},
        {"release_id": 3, "sequence": 1, "position": "1", "title": "Hit", "duration": "1:02:03"},
    ],
    "release_track_artist": [
        on_track(1, 2, 1, "Hand", artist_id=13, is_extra=True, role="Guitar, Vocals [High, Low]"),
        on_track(1, 2, 2, "Nobody", is_extra=True, role="Drums"),
        on_track(3, 1, 1, "Solo (3)", artist_id=11),
    ],
    "release_label": [
        {"release_id": 1, "sequence": 1, "label_id": 5, "label_name": "Label", "catno": "AB 12"},
        {"release_id": 1, "sequence": 2, "label_id": 6, "label_name": "Other"},
        {"release_id": 2, "sequence": 1, "label_id": 5, "label_name": "Label", "catno": "ab-2"},
    ],
    "release_format": [
        {"release_id": 1, "sequence": 2, "name": "CD", "qty": "1"},
        {"release_id": 1, "sequence": 1, "name": "Vinyl", "qty": "2"}
        | {"descriptions": ["LP", "Album"], "text_string": "Red"},
    ],
    "release_genre": [
        {"release_id": 1, "sequence": 2, "genre": "Rock"},
        {"release_id": 1, "sequence": 1, "genre": "Jazz"},
    ],
    "release_style": [{"release_id": 2, "sequence": 1, "style": "Dub"}],
    "release_identifier": [
        {"release_id": 1, "sequence": 1, "type": "Barcode", "value": "0 9362-47555-2 4"},
        {"release_id": 2, "sequence": 1, "type": "Barcode", "value": "7 961220 922684 >"},
        {"release_id": 3, "sequence": 1, "type": "Barcode", "value": "none"},
        {"release_id": 3, "sequence": 2, "type": "Matrix / Runout", "value": "7961220922684"},
    ],
    "release_change": [
        {"id": 1, "kind": "added"},
        {"id": 2, "kind": "changed"},
        {"id": 3, "kind": "added"},
    ],
    "artist": [
        {"id": 12, "name": "Band (2)"},
        {"id": 20, "name": "Band"},
        {"id": 21, "name": "Band (UK)"},
        {"id": 30, "name": "12"},
    ],
    "group_member": [
        {"group_artist_id": 12, "sequence": 1, "member_artist_id": 11, "member_name": "Solo (3)"},
        {"group_artist_id": 20, "sequence": 1, "member_artist_id": 14, "member_name": "Guest"},
        {"group_artist_id": 21, "sequence": 1, "member_artist_id": 15, "member_name": "Wrong"},
        {"group_artist_id": 30, "sequence": 1, "member_artist_id": 16, "member_name": "Number"},
    ],
}


def put(
    connection: Connection,
    month: date,
    names: Iterable[str] = ROWS,
    rows: Mapping[str, Rows] = ROWS,
) -> None:
    """Load a month of tables with those rows."""
    for name in names:
        connection.register("made_up", TABLES[name].from_rows(rows.get(name, [])))
        replace_from_query(
            connection, Provenance(month, "test", True), TABLES[name], "FROM temp.made_up"
        )
        connection.unregister("made_up")
