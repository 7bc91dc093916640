"""The parts of made-up records that several kinds share."""

import random
import uuid
from typing import Any

WORDS = (
    "amber", "bright", "cold", "dusk", "ember", "fall", "glass", "hollow", "iron", "july", "kite",
    "low", "mist", "north",
)  # fmt: skip
NAMESPACE = uuid.UUID("f9b5a1de-55b4-4e1e-9f11-5b1d5a8d0c11")
DISCOGS_TYPES = {
    "artist": "04a5b104-a4c2-4bac-99a1-7b837c37d9e4",
    "label": "5b987f87-25bc-4a2d-b3f1-3618795b8207",
    "release": "4a78823c-1c53-4176-a5f3-58026c76f2bc",
    "release_group": "99e550f3-5ab4-3110-b5b9-fe01d970b126",
}
"""MusicBrainz' ids of the relations to Discogs."""


def mbid(kind: str, number: int) -> str:
    """Return the made-up id of a record."""
    return str(uuid.uuid5(NAMESPACE, f"{kind} {number}"))


def words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(count))


def partial_date(draw: random.Random) -> str | None:
    return draw.choice([None, "1967", "1967-04", "1967-04-05"])


def life_span(draw: random.Random) -> dict[str, Any]:
    return {"begin": partial_date(draw), "end": None, "ended": False}


def area(draw: random.Random) -> dict[str, Any] | None:
    if draw.random() < 0.4:
        return None
    return {
        "id": mbid("area", draw.randint(1, 99)),
        "name": words(draw, 1),
        "sort-name": "",
        "disambiguation": "",
        "type": None,
        "type-id": None,
        "iso-3166-1-codes": ["GB"],
    }


def aliases(draw: random.Random) -> list[dict[str, Any]]:
    """Return other names; most records have none."""
    return [
        {
            "name": words(draw, 2),
            "sort-name": words(draw, 2),
            "type": None,
            "type-id": None,
            "locale": draw.choice([None, "en"]),
            "primary": draw.choice([None, True]),
            "begin": partial_date(draw),
            "end": None,
            "ended": False,
        }
        for _ in range(draw.choice([0, 0, 0, 2]))
    ]


def credit(draw: random.Random) -> list[dict[str, Any]]:
    """Return an artist credit, with the copies of artists that such a one has."""
    count = draw.choice([1, 1, 1, 2])
    return [
        {
            "name": words(draw, 2),
            "joinphrase": " & " if place < count else "",
            "artist": {
                "id": mbid("artist", draw.randint(1, 999)),
                "name": words(draw, 2),
                "sort-name": "",
                "disambiguation": "",
                "type": None,
                "type-id": None,
                "country": None,
                "aliases": [],
                "tags": [],
                "genres": [],
            },
        }
        for place in range(1, count + 1)
    ]


def tags(draw: random.Random) -> dict[str, Any]:
    if draw.random() < 0.7:
        return {"tags": [], "genres": []}
    return {
        "tags": [{"name": "rock", "count": 2}, {"name": "seen live", "count": -1}],
        "genres": [{"name": "rock", "count": 2, "id": mbid("genre", 1), "disambiguation": ""}],
    }


def bare_relation(kind: str, type_id: str, target: str) -> dict[str, Any]:
    return {
        "type": kind,
        "type-id": type_id,
        "target-type": target,
        "direction": "forward",
        "begin": None,
        "end": None,
        "ended": False,
        "attributes": [],
        "attribute-ids": {},
        "attribute-values": {},
        "source-credit": "",
        "target-credit": "",
    }


def discogs(kind: str, number: int) -> dict[str, Any]:
    """Return the relation to the page at Discogs with the same number."""
    page = "master" if kind == "release_group" else kind
    url = {"id": mbid("url", number), "resource": f"https://www.discogs.com/{page}/{number}"}
    return bare_relation("discogs", DISCOGS_TYPES[kind], "url") | {"url": url}


def relation(draw: random.Random) -> dict[str, Any]:
    """Return a relation to an artist, a work or a series."""
    target = draw.choice(["artist", "work", "series", "release_group"])
    made = bare_relation("composer", mbid("type", 1), target)
    made[target] = {"id": mbid(target, draw.randint(1, 99)), "name": words(draw, 2)}
    if target == "series":
        made |= {
            "attributes": ["number"],
            "attribute-ids": {"number": mbid("attribute", 1)},
            "attribute-values": {"number": str(draw.randint(1, 9))},
            "ordering-key": draw.randint(1, 9),
        }
    if target == "artist" and draw.random() < 0.3:
        made |= {"attributes": ["guitar"], "attribute-credits": {"guitar": 'Guitar "X"'}}
    return made
