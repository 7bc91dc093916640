"""Made-up records in the shape of MusicBrainz' own: keys in any order, lists mostly empty."""

import random
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec

from discogs_assets.sources.musicbrainz_dumps.synthetic.relations import (
    aliases,
    area,
    credit,
    discogs,
    life_span,
    mbid,
    relation,
    tags,
    words,
)

Record = dict[str, Any]


def shuffled(record: Record, draw: random.Random) -> Record:
    """Return a record with its keys in another order."""
    keys = [*record]
    draw.shuffle(keys)
    return {key: record[key] for key in keys}


def artist(number: int, draw: random.Random) -> Record:
    """Return the record of a number."""
    name = words(draw, 2)
    return {
        "id": mbid("artist", number),
        "name": name,
        "sort-name": name,
        "type": "Person",
        "type-id": str(uuid.UUID(int=3)),
        "gender": draw.choice(["Male", "Female", None]),
        "gender-id": None,
        "country": draw.choice(["GB", "FR", None]),
        "area": area(draw),
        "begin-area": area(draw),
        "end-area": None,
        "life-span": life_span(draw),
        "disambiguation": words(draw, 2) if draw.random() < 0.2 else "",
        "ipis": ["00054968649"] if draw.random() < 0.1 else [],
        "isnis": [],
        "annotation": None,
        "aliases": aliases(draw),
        "relations": [discogs("artist", number), *other_relations(draw)],
        **tags(draw),
        "rating": {"value": None, "votes-count": 0},
    }


def label(number: int, draw: random.Random) -> Record:
    """Return the record of a number."""
    made = artist(number, draw)
    for key in ("gender", "gender-id", "begin-area", "end-area"):
        del made[key]
    return {
        **made,
        "id": mbid("label", number),
        "label-code": draw.choice([None, 1, 5320]),
        "relations": [discogs("label", number)],
    }


def release_group(number: int, draw: random.Random) -> Record:
    """Return the record of a number."""
    return {
        **inner_group(number, draw),
        "annotation": None,
        "rating": {"value": 4.35, "votes-count": 3} if draw.random() < 0.3 else None,
        "relations": [discogs("release_group", number)],
    }


def inner_group(number: int, draw: random.Random) -> Record:
    """Return a release group as a release has it."""
    return {
        "id": mbid("release_group", number),
        "title": words(draw, 3),
        "primary-type": "Album",
        "primary-type-id": str(uuid.UUID(int=4)),
        "secondary-types": ["Live"] if draw.random() < 0.1 else [],
        "secondary-type-ids": [],
        "first-release-date": "1997-10" if draw.random() < 0.8 else "",
        "disambiguation": "",
        "artist-credit": credit(draw),
        "aliases": [],
        **tags(draw),
    }


def recording(number: int, draw: random.Random) -> Record:
    """Return the record of a number."""
    return {
        **inner_recording(number, draw),
        "annotation": None,
        "rating": {"value": None, "votes-count": 0},
    }


def inner_recording(number: int, draw: random.Random) -> Record:
    """Return a recording as a track has it."""
    return {
        "id": mbid("recording", number),
        "title": words(draw, 3),
        "length": draw.choice([None, 238000, 181333]),
        "video": False,
        "first-release-date": "1997-10-06",
        "disambiguation": "",
        "artist-credit": credit(draw),
        "isrcs": ["GBAYE9700113"] if draw.random() < 0.3 else [],
        "aliases": [],
        "relations": other_relations(draw),
        **tags(draw),
    }


def work(number: int, draw: random.Random) -> Record:
    """Return the record of a number."""
    return {
        "id": mbid("work", number),
        "title": words(draw, 3),
        "type": "Song",
        "type-id": str(uuid.UUID(int=5)),
        "language": "eng",
        "languages": ["eng"],
        "iswcs": ["T-100.000.000-1"],
        "attributes": [{"type": "JASRAC ID", "type-id": str(uuid.UUID(int=6)), "value": "123"}],
        "disambiguation": "",
        "aliases": aliases(draw),
        "annotation": "== Notes ==" if draw.random() < 0.1 else None,
        "rating": {"value": None, "votes-count": 0},
        "relations": other_relations(draw),
        **tags(draw),
    }


def track(number: int, place: int, draw: random.Random) -> Record:
    return {
        "id": mbid("track", number),
        "position": place,
        "number": str(place),
        "title": words(draw, 3),
        "length": draw.choice([None, 238000]),
        "artist-credit": credit(draw),
        "recording": inner_recording(number, draw),
    }


def medium(number: int, place: int, draw: random.Random) -> Record:
    """Return a medium with its tracks; some have a pregap or data tracks."""
    count = draw.randint(1, 14)
    made: Record = {
        "id": mbid("medium", number * 4 + place),
        "position": place,
        "format": "CD",
        "format-id": str(uuid.UUID(int=7)),
        "title": "",
        "track-count": count,
        "track-offset": 0,
        "discs": [{"id": "a1B2", "offset-count": 2, "offsets": [150, 9000], "sectors": 20000}],
        "tracks": [track(number * 40 + n, n, draw) for n in range(1, count + 1)],
    }
    if draw.random() < 0.05:
        made["pregap"] = track(number * 40, 0, draw)
    if draw.random() < 0.05:
        made["data-tracks"] = [track(number * 40 + 39, count + 1, draw)]
    return made


def release(number: int, draw: random.Random) -> Record:
    """Return the record of a number."""
    made: Record = {
        "id": mbid("release", number),
        "title": words(draw, 3),
        "status": "Official",
        "status-id": str(uuid.UUID(int=8)),
        "packaging": draw.choice([None, "Jewel Case"]),
        "packaging-id": None,
        "quality": "normal",
        "disambiguation": "",
        "barcode": draw.choice([None, "", f"{number:013}"]),
        "asin": None,
        "text-representation": {"language": "eng", "script": "Latn"},
        "annotation": None,
        "aliases": [],
        "artist-credit": credit(draw),
        "cover-art-archive": {
            "artwork": True, "back": False, "count": 1, "darkened": False, "front": True,
        },
        "label-info": [
            {"catalog-number": f"CAT {number}", "label": {"id": mbid("label", number % 97),
             "name": words(draw, 1), "sort-name": "", "label-code": None, "type": None,
             "type-id": None, "disambiguation": ""}}
        ],
        "media": [medium(number, place, draw) for place in range(1, draw.choice([2, 2, 2, 3]))],
        "release-group": inner_group(number // 2, draw),
        "relations": [discogs("release", number)],
        **tags(draw),
    }  # fmt: skip
    if draw.random() < 0.8:
        made |= {
            "date": "1997-10-06",
            "country": "GB",
            "release-events": [{"date": "1997-10-06", "area": area(draw)}],
        }
    return made


def other_relations(draw: random.Random) -> list[Record]:
    return [relation(draw) for _ in range(draw.choice([0, 0, 1, 3]))]


MAKERS = {
    "artist": artist,
    "label": label,
    "release-group": release_group,
    "release": release,
    "recording": recording,
    "work": work,
}


def iter_lines(dump_type: str, numbers: range, seed: int = 1) -> Iterator[bytes]:
    """Yield the lines of some records; a record is the same for the same seed and number."""
    make = MAKERS[dump_type]
    for number in numbers:
        draw = random.Random(f"{dump_type} {number} {seed}")  # noqa: S311 - not for secrets
        yield msgspec.json.encode(shuffled(make(number, draw), draw))
