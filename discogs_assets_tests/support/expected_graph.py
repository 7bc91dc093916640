"""What the graph of January has to be, by hand from the XML of `export_months`."""

from typing import Any

NODES: dict[str, list[dict[str, Any]]] = {
    "Artist": [
        {"id": 1, "name": "Alice & Bob", "real_name": "Alice \\ Bob"},
        {"id": 2, "name": "Carol"},
        {"id": 3},
        {"id": 5, "name": "Same in all months 🎵"},
    ],
    "Label": [{"id": 1, "name": "Warm"}, {"id": 2, "name": "Cold"}, {"id": 3}],
    "Master": [
        {"id": 1, "title": "The Dark Side, Again", "year": 1969},
        {"id": 2, "title": "Two", "year": 2001},
        {"id": 3, "title": "Three", "year": 2001},
    ],
    "Release": [
        {"id": 1, "title": "The Dark Side, Again", "year": 1969, "country": "UK"},
        {"id": 2, "title": "Two", "year": 2001},
        {"id": 3},
        {"id": 6, "title": "Three artists"},
    ],
    "Genre": [{"name": "Electronic"}, {"name": "Jazz"}, {"name": "Rock"}],
    "Style": [{"name": "Psychedelic"}, {"name": "Techno"}],
}
EDGES: dict[str, list[tuple[Any, ...]]] = {
    # Artist 1 and 2 both say so.
    "Artist_MEMBER_OF_Artist": [(2, 1)],
    # Artist 99 is not there.
    "Artist_ALIAS_OF_Artist": [(2, 1)],
    "Label_SUBLABEL_OF_Label": [(2, 1)],
    "Master_BY_Artist": [(1, 1), (1, 2)],
    "Release_BY_Artist": [(1, 1), (1, 2), (6, 3)],
    # The first stands there twice.
    "Release_ON_Label": [(1, 1, "W 1"), (1, 2, "C, 2")],
    "Release_DERIVED_FROM_Master": [(1, 1)],
    "Master_IS_Genre": [(1, "Rock"), (2, "Electronic"), (2, "Rock"), (3, "Electronic")],
    "Master_IS_Style": [(1, "Psychedelic"), (2, "Techno"), (3, "Techno")],
    "Release_IS_Genre": [(1, "Rock"), (3, "Jazz")],
    "Release_IS_Style": [(1, "Psychedelic")],
    # Master 2 is of two genres: it does not say that Techno is Rock.
    "Style_PART_OF_Genre": [("Psychedelic", "Rock", 1, 1), ("Techno", "Electronic", 1, None)],
}
LOST = {
    "lost Artist_ALIAS_OF_Artist": 1,
    "lost Master_BY_Artist": 1,
    "lost Release_BY_Artist": 1,
    "lost Release_DERIVED_FROM_Master": 1,
    "lost Release_ON_Label": 1,
}
ANSWERS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("albums of an artist", "Carol"): [{"id": 1, "title": "The Dark Side, Again", "year": 1969}],
    ("members of a band", "Alice & Bob"): [{"id": 2, "name": "Carol"}],
    ("members of a band", "Carol"): [],
    ("releases on a label", "Cold"): [
        {"id": 1, "title": "The Dark Side, Again", "year": 1969, "catno": "C, 2"}
    ],
}
