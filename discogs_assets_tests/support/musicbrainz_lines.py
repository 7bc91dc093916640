"""Lines of MusicBrainz made by hypothesis: every key may be there, null, empty or missing."""

from typing import Any

import orjson
from hypothesis import strategies as st

Json = dict[str, Any]

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
SOME_TEXT = st.one_of(st.none(), TEXT)
ID = st.uuids().map(str)
SMALL = st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1))
FLAG = st.one_of(st.none(), st.booleans())


def record(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Return objects that have some of the keys, `_` written as `-`, in any order."""
    keys = {name.replace("_", "-"): field for name, field in fields.items()}
    return st.fixed_dictionaries({}, optional=keys).flatmap(
        lambda made: st.permutations([*made.items()]).map(dict)
    )


def some(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.lists(item, max_size=3))


def maybe(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), item)


PERIOD = {"begin": SOME_TEXT, "end": SOME_TEXT, "ended": FLAG}
AREA = maybe(record(id=ID, name=SOME_TEXT, iso_3166_1_codes=some(TEXT), type=SOME_TEXT))
ALIAS = record(
    name=SOME_TEXT, sort_name=SOME_TEXT, type=SOME_TEXT, type_id=maybe(ID), locale=SOME_TEXT,
    primary=FLAG, **PERIOD,
)  # fmt: skip
TEXTS = st.dictionaries(TEXT, TEXT, max_size=2)


def to(target: str) -> st.SearchStrategy[Json]:
    """Return relations to a kind of record; with its underscore, if its name has one."""
    key = record(id=ID, name=SOME_TEXT, resource=SOME_TEXT)
    rest = record(
        type=SOME_TEXT, type_id=maybe(ID), direction=SOME_TEXT, attributes=some(TEXT),
        attribute_values=maybe(TEXTS), attribute_credits=maybe(TEXTS), attribute_ids=maybe(TEXTS),
        source_credit=SOME_TEXT, target_credit=SOME_TEXT, ordering_key=SMALL, **PERIOD,
    )  # fmt: skip
    return st.builds(
        lambda a, b: {**a, target: b, "target-type": target.replace("-", "_")}, rest, key
    )


RELATION = st.sampled_from(["url", "artist", "work", "release_group", "release-group"]).flatmap(to)
TAG = record(name=SOME_TEXT, count=SMALL)
GENRE = record(name=SOME_TEXT, count=SMALL, id=ID, disambiguation=SOME_TEXT)
CREDIT = record(name=SOME_TEXT, joinphrase=SOME_TEXT, artist=maybe(record(id=ID, name=SOME_TEXT)))
SHARED: dict[str, st.SearchStrategy[Any]] = {
    "aliases": some(ALIAS),
    "relations": some(RELATION),
    "tags": some(TAG),
    "genres": some(GENRE),
    "disambiguation": SOME_TEXT,
}
NOTES: dict[str, st.SearchStrategy[Any]] = {
    "annotation": SOME_TEXT,
    "rating": maybe(record(value=maybe(st.floats(0, 5)), votes_count=SMALL)),
}
NAMED: dict[str, st.SearchStrategy[Any]] = {
    "name": SOME_TEXT, "type": SOME_TEXT, "type_id": maybe(ID),
}  # fmt: skip
PEOPLE: dict[str, st.SearchStrategy[Any]] = {
    "name": SOME_TEXT, "sort_name": SOME_TEXT, "type": SOME_TEXT, "type_id": maybe(ID),
    "country": SOME_TEXT, "area": AREA, "life_span": maybe(record(**PERIOD)), "ipis": some(TEXT),
    "isnis": some(TEXT),
}  # fmt: skip
RECORDING = {
    **SHARED, "id": ID, "title": SOME_TEXT, "length": SMALL, "video": FLAG,
    "first_release_date": SOME_TEXT, "artist_credit": some(CREDIT), "isrcs": some(TEXT),
}  # fmt: skip
TRACK = record(
    id=ID, position=SMALL, number=SOME_TEXT, title=SOME_TEXT, length=SMALL,
    artist_credit=some(CREDIT), recording=maybe(record(**RECORDING)),
)  # fmt: skip
DISC = record(id=TEXT, offset_count=SMALL, sectors=SMALL, offsets=some(st.integers(0, 9)))
MEDIUM = record(
    id=ID, position=SMALL, format=SOME_TEXT, format_id=maybe(ID), title=SOME_TEXT,
    track_count=SMALL, track_offset=SMALL, discs=some(DISC), tracks=some(TRACK),
    pregap=maybe(TRACK), data_tracks=some(TRACK),
)  # fmt: skip
FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "artist": {
        **SHARED, **NOTES, **PEOPLE, "gender": SOME_TEXT, "gender_id": maybe(ID),
        "begin_area": AREA, "end_area": AREA,
    },
    "label": {**SHARED, **NOTES, **PEOPLE, "label_code": SMALL},
    "release-group": {
        **SHARED, **NOTES, "title": SOME_TEXT, "primary_type": SOME_TEXT,
        "primary_type_id": maybe(ID), "secondary_types": some(TEXT),
        "secondary_type_ids": some(ID), "first_release_date": SOME_TEXT,
        "artist_credit": some(CREDIT),
    },
    "recording": {**RECORDING, **NOTES},
    "work": {
        **SHARED, **NOTES, "title": SOME_TEXT, "type": SOME_TEXT, "type_id": maybe(ID),
        "language": SOME_TEXT, "languages": some(TEXT), "iswcs": some(TEXT),
        "attributes": some(record(type=SOME_TEXT, type_id=maybe(ID), value=SOME_TEXT,
                                  value_id=maybe(ID))),
    },
    "release": {
        **SHARED, "annotation": SOME_TEXT, "title": SOME_TEXT, "status": SOME_TEXT,
        "status_id": maybe(ID), "packaging": SOME_TEXT, "packaging_id": maybe(ID),
        "quality": SOME_TEXT, "barcode": SOME_TEXT, "asin": SOME_TEXT, "country": SOME_TEXT,
        "date": SOME_TEXT, "text_representation": maybe(record(language=SOME_TEXT,
                                                               script=SOME_TEXT)),
        "cover_art_archive": maybe(record(artwork=FLAG, back=FLAG, front=FLAG, darkened=FLAG,
                                          count=SMALL)),
        "release_group": maybe(record(id=ID)), "artist_credit": some(CREDIT),
        "label_info": some(record(catalog_number=SOME_TEXT,
                                  label=maybe(record(id=ID, name=SOME_TEXT)))),
        "release_events": some(record(date=SOME_TEXT, area=AREA)), "media": some(MEDIUM),
    },
    "area": {
        **SHARED, **NAMED, "annotation": SOME_TEXT, "sort_name": SOME_TEXT,
        "life_span": maybe(record(**PERIOD)), "iso_3166_1_codes": some(TEXT),
        "iso_3166_2_codes": some(TEXT), "iso_3166_3_codes": some(TEXT),
    },
    "event": {
        **SHARED, **NOTES, **NAMED, "time": SOME_TEXT, "setlist": SOME_TEXT, "cancelled": FLAG,
        "life_span": maybe(record(**PERIOD)),
    },
    "instrument": {**SHARED, **NAMED, "annotation": SOME_TEXT, "description": SOME_TEXT},
    "place": {
        **SHARED, **NOTES, **NAMED, "address": SOME_TEXT, "area": AREA,
        "life_span": maybe(record(**PERIOD)),
        "coordinates": maybe(record(latitude=maybe(st.floats(-90, 90)),
                                    longitude=maybe(st.floats(-180, 180)))),
    },
    "series": {**SHARED, **NAMED, "annotation": SOME_TEXT},
}  # fmt: skip


def lines_of(dump_type: str) -> st.SearchStrategy[list[bytes]]:
    """Return a few lines with ids of their own."""
    rest = record(**{name: field for name, field in FIELDS[dump_type].items() if name != "id"})
    one = st.builds(lambda made, id_: orjson.dumps({**made, "id": id_}), rest, ID)
    return st.lists(one, max_size=4)
