"""Rows of several tables for the plausibility rules that compare them, and what is found."""

from dataclasses import dataclass

from discogs_assets_tests.support.derived_rows import Found, Row


@dataclass(frozen=True)
class Linked:
    """Rows by table, good and bad ones together, and what is found in them."""

    rows: dict[str, list[Row]]
    found: Found


def artists(*ids: int) -> list[Row]:
    return [{"id": id_} for id_ in ids]


def tracks(release: int, *positions: str | None) -> list[Row]:
    rows = enumerate(positions, 1)
    return [{"release_id": release, "sequence": n, "position": place} for n, place in rows]


def formats(release: int, *quantities: str) -> list[Row]:
    return [{"release_id": release, "qty": quantity, "name": "CD"} for quantity in quantities]


MASTERS_AND_RELEASES: dict[str, list[Row]] = {
    "master": [
        {"id": 1, "year": 1990, "main_release": 11},
        {"id": 2, "year": 1995, "main_release": 21},
        {"id": 3, "main_release": 31},
        {"id": 4, "year": 1980, "main_release": 41},
        {"id": 5, "year": 1980, "main_release": 999},
        {"id": 6, "year": 1980, "main_release": 61},
        {"id": 7, "year": 1980},
    ],
    "release": [
        {"id": 11, "master_id": 1, "released_year": 1990, "is_main_release": True},
        {"id": 12, "master_id": 1, "released_year": 1999, "is_main_release": False},
        {"id": 21, "master_id": 2, "released_year": 1994, "is_main_release": True},
        {"id": 22, "master_id": 2, "released_year": 1994, "is_main_release": True},
        {"id": 31, "released_year": 1990},
        {"id": 41, "master_id": 1, "is_main_release": False},
        {"id": 61, "master_id": 6, "is_main_release": False},
        {"id": 71, "master_id": 7, "is_main_release": True},
        {"id": 81, "master_id": 888, "is_main_release": True},
        {"id": 91, "is_main_release": True},
        {"id": 92, "is_main_release": True},
    ],
}

LINKED = {
    "artist_alias_one_sided": Linked(
        {
            "artist": artists(1, 2, 3),
            "artist_alias": [
                {"artist_id": 1, "alias_id": 2},
                {"artist_id": 2, "alias_id": 1},
                {"artist_id": 1, "alias_id": 3},
                {"artist_id": 1, "alias_id": 404},
                {"artist_id": 1, "alias_id": 1},
                {"artist_id": 1},
            ],
        },
        [(1, "3")],
    ),
    "artist_group_one_sided": Linked(
        {
            "artist": artists(1, 2, 3),
            "artist_group": [
                {"artist_id": 1, "group_id": 2},
                {"artist_id": 1, "group_id": 3},
                {"artist_id": 1, "group_id": 404},
            ],
            "group_member": [{"group_artist_id": 2, "member_artist_id": 1}],
        },
        [(1, "3")],
    ),
    "group_member_one_sided": Linked(
        {
            "artist": artists(1, 2, 3),
            "group_member": [
                {"group_artist_id": 2, "member_artist_id": 1},
                {"group_artist_id": 2, "member_artist_id": 3},
                {"group_artist_id": 2, "member_artist_id": 404},
            ],
            "artist_group": [{"artist_id": 1, "group_id": 2}, {"artist_id": 2, "group_id": 3}],
        },
        [(2, "3")],
    ),
    "artist_namevariation_same": Linked(
        {
            "artist": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}, {"id": 3}],
            "artist_namevariation": [
                {"artist_id": 1, "name": "B"},
                {"artist_id": 1, "name": "a"},
                {"artist_id": 2, "name": "B"},
                {"artist_id": 3},
            ],
        },
        [(2, "B")],
    ),
    "label_parent_each_other": Linked(
        {
            "label": [
                {"id": 1, "parent_id": 2},
                {"id": 2, "parent_id": 1},
                {"id": 3, "parent_id": 1},
                {"id": 4, "parent_id": 4},
                {"id": 5},
            ]
        },
        [(1, "2"), (2, "1")],
    ),
    "label_parent_one_sided": Linked(
        {
            "label": [
                {"id": 1},
                {"id": 2, "parent_id": 1},
                {"id": 3, "parent_id": 1},
                {"id": 4, "parent_id": 404},
                {"id": 5, "parent_id": 5},
            ],
            "label_sublabel": [{"label_id": 1, "sublabel_id": 2}],
        },
        [(3, "1")],
    ),
    "label_sublabel_one_sided": Linked(
        {
            "label": [{"id": 1}, {"id": 2, "parent_id": 1}, {"id": 3, "parent_id": 2}, {"id": 4}],
            "label_sublabel": [
                {"label_id": 1, "sublabel_id": 2},
                {"label_id": 1, "sublabel_id": 3},
                {"label_id": 1, "sublabel_id": 4},
                {"label_id": 1, "sublabel_id": 404},
                {"label_id": 1},
            ],
        },
        [(1, "3 of 2"), (1, "4 of none")],
    ),
    "master_year_after_main_release": Linked(MASTERS_AND_RELEASES, [(2, "1995 after 1994 of 21")]),
    "main_release_of_another_master": Linked(
        MASTERS_AND_RELEASES, [(3, "31 of none"), (4, "41 of 1")]
    ),
    "main_release_twice": Linked(MASTERS_AND_RELEASES, [(2, "21 22")]),
    "main_release_unmarked": Linked(MASTERS_AND_RELEASES, [(6, "61")]),
    "main_release_differs": Linked(
        MASTERS_AND_RELEASES, [(22, "master 2 has 21"), (71, "master 7 has none")]
    ),
    "release_format_before_its_time": Linked(
        {
            "release": [
                {"id": 1, "released_year": 1981},
                {"id": 2, "released_year": 1982},
                {"id": 3},
                {"id": 4, "released_year": 0},
            ],
            "release_format": [
                {"release_id": 1, "name": "CD"},
                {"release_id": 1, "name": "CD"},
                {"release_id": 1, "name": "Vinyl"},
                {"release_id": 1, "name": "Cassette"},
                {"release_id": 2, "name": "CD"},
                {"release_id": 2, "name": "Blu-ray"},
                {"release_id": 3, "name": "CD"},
                {"release_id": 4, "name": "CD"},
            ],
        },
        [(1, "CD of 1981"), (2, "Blu-ray of 1982")],
    ),
    "release_label_repeated": Linked(
        {
            "release_label": [
                {"release_id": 1, "sequence": 1, "label_id": 5, "label_name": "A", "catno": "1"},
                {"release_id": 1, "sequence": 2, "label_id": 5, "label_name": "A", "catno": "1"},
                {"release_id": 2, "sequence": 1, "label_id": 5, "label_name": "A", "catno": "1"},
                {"release_id": 2, "sequence": 2, "label_id": 5, "label_name": "A", "catno": "2"},
                {"release_id": 3, "sequence": 1, "label_id": 5, "label_name": "A", "catno": "1"},
                {"release_id": 4, "sequence": 1, "label_name": "B"},
                {"release_id": 4, "sequence": 2, "label_name": "B"},
            ]
        },
        [(1, "A 1"), (4, "B")],
    ),
    "track_heading_with_duration": Linked(
        {
            "release_track": [
                {"release_id": 1, "sequence": 1, "title": "A heading"},
                {"release_id": 1, "sequence": 2, "title": "A work", "duration": "9:00"},
                {"release_id": 1, "sequence": 3, "title": "With parts", "duration": "9:00"},
                {"release_id": 1, "sequence": 4, "parent_sequence": 3, "duration": "4:00"},
                {"release_id": 1, "sequence": 5, "position": "A1", "duration": "9:00"},
                {"release_id": 2, "sequence": 3, "title": "Alone", "duration": "1:00"},
            ]
        },
        [(1, "9:00 A work"), (2, "1:00 Alone")],
    ),
    "track_position_repeated": Linked(
        {
            "release_track": [
                *tracks(1, "A1", "A2", "A1", None, None),
                *tracks(2, "1", "1"),
                *tracks(3, "1", "1"),
                *tracks(4, "1", "2"),
                *tracks(5, "1", "1"),
            ],
            "release_format": [
                *formats(1, "1"),
                *formats(2, "2"),
                *formats(3, "1", "1"),
                *formats(4, "1"),
            ],
        },
        [(1, "A1")],
    ),
}
"""By the name of the rule."""
