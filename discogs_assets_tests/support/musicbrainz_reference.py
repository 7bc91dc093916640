"""The second reader of MusicBrainz' lines: plain Python, written by hand, nothing of the first.

`read` returns the rows of each table as dictionaries; a column that is not there is NULL.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

Json = dict[str, Any]
Rows = dict[str, list[Json]]

TARGETS = (
    "area", "artist", "event", "genre", "instrument", "label", "place", "recording", "release",
    "release_group", "release-group", "series", "work",
)  # fmt: skip


def has(text: str | None) -> str | None:
    """Return a text; an empty one is none."""
    return text or None


def at(record: Json | None, *keys: str) -> Any:
    """Return what stands below some keys, None where one is missing."""
    value: Any = record
    for key in keys:
        value = value.get(key) if value else None
    return has(value) if isinstance(value, str) else value


def numbered(items: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    return enumerate(items, 1)


def listed(record: Json | None, key: str) -> list[Any]:
    return (record or {}).get(key) or []


def times(record: Json) -> Json:
    return {
        "begin_date": at(record, "begin"),
        "end_date": at(record, "end"),
        "is_ended": at(record, "ended"),
    }


def aliases(record: Json, key: Json) -> list[Json]:
    return [
        {
            **key,
            "sequence": number,
            "name": at(alias, "name"),
            "sort_name": at(alias, "sort-name"),
            "type": at(alias, "type"),
            "type_id": at(alias, "type-id"),
            "locale": at(alias, "locale"),
            "is_primary": at(alias, "primary"),
            **times(alias),
        }
        for number, alias in numbered(listed(record, "aliases"))
    ]


def as_json(texts: Json | None) -> str | None:
    return orjson.dumps(texts, option=orjson.OPT_SORT_KEYS).decode() if texts else None


def relation(one: Json) -> Json:
    return {
        "type": at(one, "type"),
        "type_id": at(one, "type-id"),
        **times(one),
        "attributes": one.get("attributes") or None,
        "attribute_values": as_json(one.get("attribute-values")),
        "attribute_credits": as_json(one.get("attribute-credits")),
    }


def relations(record: Json, key: Json) -> list[Json]:
    others = [one for one in listed(record, "relations") if one.get("target-type") != "url"]
    return [
        {
            **key,
            "sequence": number,
            **relation(one),
            "direction": at(one, "direction"),
            "target_type": at(one, "target-type"),
            "target_id": next((at(one, t, "id") for t in TARGETS if at(one, t, "id")), None),
            "source_credit": at(one, "source-credit"),
            "target_credit": at(one, "target-credit"),
            "ordering_key": at(one, "ordering-key"),
        }
        for number, one in numbered(others)
    ]


def urls(record: Json, key: Json) -> list[Json]:
    found = [one for one in listed(record, "relations") if one.get("target-type") == "url"]
    return [
        {
            **key,
            "sequence": number,
            "url": at(one, "url", "resource"),
            "url_id": at(one, "url", "id"),
            **relation(one),
        }
        for number, one in numbered(found)
    ]


def artists(record: Json | None, key: Json) -> list[Json]:
    return [
        {
            **key,
            "sequence": number,
            "artist_id": at(one, "artist", "id"),
            "name": at(one, "name"),
            "join_phrase": at(one, "joinphrase"),
        }
        for number, one in numbered(listed(record, "artist-credit"))
    ]


def votes(record: Json, key: Json, what: str) -> list[Json]:
    return [
        {
            **key,
            "sequence": number,
            "name": at(one, "name"),
            "count": one.get("count"),
            **(
                {"genre_id": at(one, "id"), "disambiguation": at(one, "disambiguation")}
                if what == "genres"
                else {}
            ),
        }
        for number, one in numbered(listed(record, what))
    ]


def texts(record: Json, key: Json, what: str, column: str) -> list[Json]:
    return [
        {**key, "sequence": number, column: one} for number, one in numbered(listed(record, what))
    ]


def shared(record: Json, name: str, key: Json) -> Rows:
    """Return the tables that all kinds of records have."""
    rating = record.get("rating") or {}
    votes_count = rating.get("votes-count") or None
    rated = [] if rating.get("value") is None and votes_count is None else [
        {**key, "rating": rating.get("value"), "votes": votes_count}
    ]  # fmt: skip
    note = has(record.get("annotation"))
    return {
        f"{name}_alias": aliases(record, key),
        f"{name}_relation": relations(record, key),
        f"{name}_url": urls(record, key),
        f"{name}_tag": votes(record, key, "tags"),
        f"{name}_genre": votes(record, key, "genres"),
        f"{name}_rating": rated,
        f"{name}_annotation": [{**key, "annotation": note}] if note else [],
    }


def place(record: Json, name: str) -> Json:
    column = name.replace("-", "_")
    return {f"{column}_id": at(record, name, "id"), f"{column}_name": at(record, name, "name")}


def life(record: Json) -> Json:
    return times(record.get("life-span") or {})


def artist(record: Json) -> Rows:
    key = {"artist_id": record["id"]}
    return {
        "artist": [
            {
                "id": record["id"],
                "name": at(record, "name"),
                "sort_name": at(record, "sort-name"),
                "type": at(record, "type"),
                "type_id": at(record, "type-id"),
                "gender": at(record, "gender"),
                "gender_id": at(record, "gender-id"),
                "country": at(record, "country"),
                **place(record, "area"),
                **place(record, "begin-area"),
                **place(record, "end-area"),
                **life(record),
                "disambiguation": at(record, "disambiguation"),
            }
        ],
        "artist_ipi": texts(record, key, "ipis", "ipi"),
        "artist_isni": texts(record, key, "isnis", "isni"),
        **shared(record, "artist", key),
    }


def label(record: Json) -> Rows:
    key = {"label_id": record["id"]}
    return {
        "label": [
            {
                "id": record["id"],
                "name": at(record, "name"),
                "sort_name": at(record, "sort-name"),
                "type": at(record, "type"),
                "type_id": at(record, "type-id"),
                "label_code": at(record, "label-code"),
                "country": at(record, "country"),
                **place(record, "area"),
                **life(record),
                "disambiguation": at(record, "disambiguation"),
            }
        ],
        "label_ipi": texts(record, key, "ipis", "ipi"),
        "label_isni": texts(record, key, "isnis", "isni"),
        **shared(record, "label", key),
    }


def release_group(record: Json) -> Rows:
    key = {"release_group_id": record["id"]}
    return {
        "release_group": [
            {
                "id": record["id"],
                "title": at(record, "title"),
                "primary_type": at(record, "primary-type"),
                "primary_type_id": at(record, "primary-type-id"),
                "first_release_date": at(record, "first-release-date"),
                "disambiguation": at(record, "disambiguation"),
            }
        ],
        "release_group_type": texts(record, key, "secondary-types", "type"),
        "release_group_type_id": texts(record, key, "secondary-type-ids", "type_id"),
        "release_group_artist": artists(record, key),
        **shared(record, "release_group", key),
    }


def recording_columns(record: Json) -> Json:
    return {
        "title": at(record, "title"),
        "length_ms": record.get("length"),
        "is_video": record.get("video"),
        "first_release_date": at(record, "first-release-date"),
        "disambiguation": at(record, "disambiguation"),
    }


def recording(record: Json) -> Rows:
    key = {"recording_id": record["id"]}
    return {
        "standalone_recording": [{"id": record["id"], **recording_columns(record)}],
        "standalone_recording_isrc": texts(record, key, "isrcs", "isrc"),
        "standalone_recording_artist": artists(record, key),
        **shared(record, "standalone_recording", key),
    }


def work(record: Json) -> Rows:
    key = {"work_id": record["id"]}
    return {
        "work": [
            {
                "id": record["id"],
                "title": at(record, "title"),
                "type": at(record, "type"),
                "type_id": at(record, "type-id"),
                "language": at(record, "language"),
                "disambiguation": at(record, "disambiguation"),
            }
        ],
        "work_language": texts(record, key, "languages", "language"),
        "iswc": texts(record, key, "iswcs", "iswc"),
        "work_attribute": [
            {
                **key,
                "sequence": number,
                "type": at(one, "type"),
                "type_id": at(one, "type-id"),
                "value": at(one, "value"),
                "value_id": at(one, "value-id"),
            }
            for number, one in numbered(listed(record, "attributes"))
        ],
        **shared(record, "work", key),
    }


def release(record: Json) -> Rows:
    key = {"release_id": record["id"]}
    cover = record.get("cover-art-archive") or {}
    rows: Rows = {
        "release": [
            {
                "id": record["id"],
                "title": at(record, "title"),
                "status": at(record, "status"),
                "status_id": at(record, "status-id"),
                "packaging": at(record, "packaging"),
                "packaging_id": at(record, "packaging-id"),
                "quality": at(record, "quality"),
                "disambiguation": at(record, "disambiguation"),
                "barcode": record.get("barcode"),
                "asin": at(record, "asin"),
                "language": at(record, "text-representation", "language"),
                "script": at(record, "text-representation", "script"),
                "country": at(record, "country"),
                "date": at(record, "date"),
                "release_group_id": at(record, "release-group", "id"),
                "has_cover_art": cover.get("artwork"),
                "has_front_cover": cover.get("front"),
                "has_back_cover": cover.get("back"),
                "cover_art_count": cover.get("count"),
                "is_cover_art_darkened": cover.get("darkened"),
            }
        ],
        "release_event": [
            {
                **key,
                "sequence": number,
                "date": at(event, "date"),
                "area_id": at(event, "area", "id"),
                "area_name": at(event, "area", "name"),
                "country": next(iter(listed(event.get("area"), "iso-3166-1-codes")), None),
            }
            for number, event in numbered(listed(record, "release-events"))
        ],
        "release_artist": artists(record, key),
        "release_label": [
            {
                **key,
                "sequence": number,
                "label_id": at(one, "label", "id"),
                "label_name": at(one, "label", "name"),
                "catalog_number": at(one, "catalog-number"),
            }
            for number, one in numbered(listed(record, "label-info"))
        ],
        **shared(record, "release", key),
    }
    del rows["release_rating"]  # People rate its release group.
    for medium in listed(record, "media"):
        for name, found in read_medium(medium, key).items():
            rows.setdefault(name, []).extend(found)
    return rows


def read_medium(medium: Json, release_key: Json) -> Rows:
    key = {**release_key, "medium": medium.get("position")}
    rows: Rows = {
        "medium": [
            {
                **release_key,
                "position": medium.get("position"),
                "id": at(medium, "id"),
                "format": at(medium, "format"),
                "format_id": at(medium, "format-id"),
                "title": at(medium, "title"),
                "track_count": medium.get("track-count"),
                "track_offset": medium.get("track-offset"),
            }
        ],
        "medium_disc": [
            {
                **key,
                "sequence": number,
                "disc_id": at(disc, "id"),
                "track_count": disc.get("offset-count"),
                "sectors": disc.get("sectors"),
            }
            for number, disc in numbered(listed(medium, "discs"))
        ],
        "medium_disc_offset": [
            {**key, "disc": number, "sequence": place_, "sector": sector}
            for number, disc in numbered(listed(medium, "discs"))
            for place_, sector in numbered(listed(disc, "offsets"))
        ],
    }
    before = [(medium["pregap"], "pregap")] if medium.get("pregap") else []
    tracks = [(track, None) for track in listed(medium, "tracks")]
    after = [(track, "data") for track in listed(medium, "data-tracks")]
    for number, (track, part) in numbered([*before, *tracks, *after]):
        for name, found in read_track(track, part, key, number).items():
            rows.setdefault(name, []).extend(found)
    return rows


def read_track(track: Json, part: str | None, medium_key: Json, number: int) -> Rows:
    key = {**medium_key, "track": number}
    rows = {
        "track": [
            {
                **medium_key,
                "sequence": number,
                "position": track.get("position"),
                "number": at(track, "number"),
                "id": at(track, "id"),
                "title": at(track, "title"),
                "length_ms": track.get("length"),
                "recording_id": at(track, "recording", "id"),
                "part": part,
            }
        ],
        "track_artist": artists(track, key),
    }
    recorded = track.get("recording")
    if recorded is None:
        return rows
    of = {**key, "recording_id": recorded.get("id")}
    name = "release_recording"
    return rows | {
        name: [{**key, "id": recorded.get("id"), **recording_columns(recorded)}],
        f"{name}_isrc": texts(recorded, of, "isrcs", "isrc"),
        f"{name}_artist": artists(recorded, of),
        f"{name}_alias": aliases(recorded, of),
        f"{name}_relation": relations(recorded, of),
        f"{name}_url": urls(recorded, of),
        f"{name}_tag": votes(recorded, of, "tags"),
        f"{name}_genre": votes(recorded, of, "genres"),
    }


def without_rating(rows: Rows, name: str) -> Rows:
    """Return the tables of a kind that nobody can rate."""
    return {table: found for table, found in rows.items() if table != f"{name}_rating"}


def named(record: Json, *keys: str) -> Json:
    """Return the id, and what stands below some keys, in columns of the same names."""
    columns = ("name", "type", "type-id", "disambiguation", *keys)
    return {"id": record["id"], **{key.replace("-", "_"): at(record, key) for key in columns}}


def area(record: Json) -> Rows:
    key = {"area_id": record["id"]}
    codes = {
        f"area_iso_3166_{part}": texts(record, key, f"iso-3166-{part}-codes", "code")
        for part in (1, 2, 3)
    }
    rows = {"area": [{**named(record, "sort-name"), **life(record)}], **codes}
    return rows | without_rating(shared(record, "area", key), "area")


def event(record: Json) -> Rows:
    columns = {**named(record, "time", "setlist"), "is_cancelled": at(record, "cancelled")}
    key = {"event_id": record["id"]}
    return {"event": [{**columns, **life(record)}], **shared(record, "event", key)}


def instrument(record: Json) -> Rows:
    rows = {"instrument": [named(record, "description")]}
    key = {"instrument_id": record["id"]}
    return rows | without_rating(shared(record, "instrument", key), "instrument")


def venue(record: Json) -> Rows:
    columns = {
        **named(record, "address"),
        **place(record, "area"),
        **life(record),
        "latitude": at(record, "coordinates", "latitude"),
        "longitude": at(record, "coordinates", "longitude"),
    }
    return {"place": [columns], **shared(record, "place", {"place_id": record["id"]})}


def series(record: Json) -> Rows:
    key = {"series_id": record["id"]}
    return {"series": [named(record)]} | without_rating(shared(record, "series", key), "series")


READERS = {
    "artist": artist,
    "label": label,
    "release-group": release_group,
    "release": release,
    "recording": recording,
    "work": work,
    "area": area,
    "event": event,
    "instrument": instrument,
    "place": venue,
    "series": series,
}


def read(dump_type: str, lines: Iterable[bytes]) -> Rows:
    """Return the rows of every table of some lines, in file order, but for `record_hash`."""
    rows: Rows = {}
    for line in lines:
        for name, found in READERS[dump_type](orjson.loads(line)).items():
            rows.setdefault(name, []).extend(found)
    return rows
