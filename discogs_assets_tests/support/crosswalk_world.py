"""A made-up catalogue of records that both MusicBrainz and Discogs have, each with its own faults.

Most records were pressed several times: again for another country, later, as a promotional copy,
with the same barcode or the same catalogue number, or so alike that nothing tells them apart.
Either side lacks fields, spells them otherwise or errs, without knowing of the other; some titles
and names are in another script at MusicBrainz. Between the two dumps of MusicBrainz people linked
some releases, and copied barcodes from Discogs as they did.
"""

from dataclasses import replace
from random import Random

from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.crosswalk_pressings import (
    COUNTRIES,
    FORMATS,
    Pressing,
    World,
    add_artists,
    add_labels,
    pressings,
)
from discogs_assets_tests.support.crosswalk_rows import LATER, mbid, page, put, relation

VARIOUS = 194


def build_world(works: int, seed: int = 7) -> World:
    """Return a world of so many works, the same for the same seed."""
    world = World(Random(seed))
    add_artists(world, works // 4)
    add_labels(world, works // 10)
    release = 0
    for _ in range(works):
        for pressing in pressings(world, works // 4, works // 10):
            release += 1
            add_release(world, release, pressing)
    return world


def load_world(connection: Connection, world: World) -> None:
    """Insert a world into tables that are empty."""
    for table, rows in world.rows.items():
        put(connection, table, *rows)
        if table.startswith("musicbrainz."):
            other = world.later.get(table)
            put(connection, table, *(rows if other is None else other), month=LATER)


def add_release(world: World, number: int, pressing: Pressing) -> None:
    """Add a release to Discogs, and most to MusicBrainz too; some of these are linked."""
    add_to_discogs(world, number, pressing)
    if world.chance(0.4):
        return
    add_to_musicbrainz(world, number, pressing)
    link = relation("release", number, page("release", number))
    if world.chance(0.25):
        world.rows["musicbrainz.release_url"].append(link)
        world.later["musicbrainz.release_url"].append(link)
    elif world.chance(0.6):
        world.later["musicbrainz.release_url"].append(link)
        world.truth.append((mbid(number), number))
        copy_from_discogs(world, number, pressing)


def copy_from_discogs(world: World, number: int, pressing: Pressing) -> None:
    """Let the later dump have what people copy when they link a release."""
    row = {**world.rows["musicbrainz.release"][-1], "barcode": pressing.barcode}
    world.later["musicbrainz.release"].append(row)


def add_to_discogs(world: World, number: int, pressing: Pressing) -> None:
    """Write a pressing down as people at Discogs do."""
    rows, owner = world.rows, {"release_id": number, "sequence": 1}
    name, descriptions, _ = FORMATS[pressing.carrier]
    full = world.chance(0.45)
    released = f"{pressing.year}-{pressing.day}" if full else str(pressing.year)
    rows["discogs.release"].append(
        {
            "id": number,
            "title": spelled(world, pressing.title),
            "released": None if world.chance(0.1) else released,
            "country": None if world.chance(0.06) else pressing.country,
        }
    )
    artist, credit = artist_at_discogs(world, pressing.artist)
    rows["discogs.release_artist"].append(
        {**owner, "is_extra": False, "artist_id": artist, "artist_name": credit}
    )
    catno = "none" if world.chance(0.05) else pressing.catno.replace("-", world.random.choice("- "))
    label = {"label_id": 1000 + pressing.label, "label_name": world.names[-pressing.label]}
    rows["discogs.release_label"].append({**owner, **label, "catno": catno})
    more = ["Promo"] if pressing.is_promo and world.chance(0.85) else []
    rows["discogs.release_format"].append(
        {**owner, "name": name, "qty": "1", "descriptions": descriptions + more}
    )
    if pressing.barcode and world.chance(0.7 if pressing.carrier == "CD" else 0.45):
        value = barcode_as_printed(world, pressing.barcode)
        rows["discogs.release_identifier"].append({**owner, "type": "Barcode", "value": value})
    timed = world.chance(0.6)
    rows["discogs.release_track"] += [
        {
            "release_id": number,
            "sequence": place,
            "position": str(place),
            "title": spelled(world, title, 0.04),
            "duration": f"{seconds // 60}:{seconds % 60:02}" if timed else None,
        }
        for place, (title, seconds) in enumerate(heard(world, pressing, 1), 1)
    ]


def artist_at_discogs(world: World, artist: int) -> tuple[int, str]:
    if not artist:
        return VARIOUS, "Various"
    name = world.names[artist]
    is_one_of_some = artist % 9 == 0
    return 1000 + artist, f"{name} ({artist % 7 + 2})" if is_one_of_some else name


def barcode_as_printed(world: World, barcode: str) -> str:
    text = barcode.removeprefix("0")
    return world.random.choice([text, f"{text[0]} {text[1:6]} {text[6:]}", f"{text} >"])


def add_to_musicbrainz(world: World, number: int, pressing: Pressing) -> None:
    """Write a pressing down as people at MusicBrainz do."""
    is_other_script = pressing.is_foreign and world.chance(0.7)
    if is_other_script:
        tracks = tuple((in_other_script(title), seconds) for title, seconds in pressing.tracks)
        pressing = replace(pressing, title=in_other_script(pressing.title), tracks=tracks)
    rows, owner = world.rows, {"release_id": mbid(number), "sequence": 1}
    known_date = None if world.chance(0.18) else dated(world, pressing)
    country = COUNTRIES[pressing.country]
    country = "XE" if world.chance(0.06) and country in ("DE", "FR", "IT", "NL", "GB") else country
    rows["musicbrainz.release"].append(
        {
            "id": mbid(number),
            "title": retitled(world, pressing.title),
            "status": "Promotion" if pressing.is_promo and world.chance(0.7) else "Official",
            "barcode": pressing.barcode if pressing.barcode and world.chance(0.5) else None,
            "date": known_date,
            "country": None,
        }
    )
    if world.chance(0.82):
        rows["musicbrainz.release_event"].append({**owner, "date": known_date, "country": country})
    name = world.names[pressing.artist] if pressing.artist else "Various Artists"
    name = in_other_script(name) if is_other_script else name
    artist = {"artist_id": mbid(pressing.artist), "name": spelled(world, name, 0.05)}
    rows["musicbrainz.release_artist"].append({**owner, **artist})
    if world.chance(0.7):
        catno = pressing.catno.replace("-", world.random.choice(["", " ", "-"]))
        label = {"label_id": mbid(pressing.label), "label_name": world.names[-pressing.label]}
        known = catno if world.chance(0.75) else None
        rows["musicbrainz.release_label"].append({**owner, **label, "catalog_number": known})
    add_medium(world, number, pressing)


def add_medium(world: World, number: int, pressing: Pressing) -> None:
    """Add the one medium of a release of MusicBrainz, and its tracks."""
    *_, carrier = FORMATS[pressing.carrier]
    carrier = "Vinyl" if "Vinyl" in carrier and world.chance(0.3) else carrier
    tracks = heard(world, pressing, 2)
    world.rows["musicbrainz.medium"].append(
        {
            "release_id": mbid(number),
            "position": 1,
            "format": None if world.chance(0.05) else carrier,
            "track_count": len(tracks),
        }
    )
    timed = world.chance(0.85)
    world.rows["musicbrainz.track"] += [
        {
            "release_id": mbid(number),
            "medium": 1,
            "sequence": place,
            "title": spelled(world, title, 0.06),
            "length_ms": seconds * 1000 + world.random.randint(-499, 499) if timed else None,
        }
        for place, (title, seconds) in enumerate(tracks, 1)
    ]


def dated(world: World, pressing: Pressing) -> str:
    year = pressing.year + (world.random.choice([-1, 1]) if world.chance(0.05) else 0)
    return world.random.choice([f"{year}", f"{year}-{pressing.day}", f"{year}-{pressing.day[:2]}"])


def heard(world: World, pressing: Pressing, noise_s: int) -> list[tuple[str, int]]:
    """Return tracks as someone timed them; now and then the last is not listed."""
    shift = world.random.choice([0, 0, 0, 1]) if noise_s > 1 else 0
    tracks = [
        (title, seconds + shift + world.random.randint(-noise_s, noise_s))
        for title, seconds in pressing.tracks
    ]
    return tracks[:-1] if len(tracks) > 3 and world.chance(0.04) else tracks


def in_other_script(title: str) -> str:
    return "".join(chr(0x10D0 + ord(letter.lower()) % 33) for letter in title)


def retitled(world: World, title: str) -> str:
    tail = world.random.choice([" (Deluxe Edition)", " [Remastered]", " (Promo)"])
    return spelled(world, title, 0.06) + (tail if world.chance(0.1) else "")


def spelled(world: World, title: str, share: float = 0.03) -> str:
    """Return a title in a spelling of someone's own; with a chance of `share`, with an error."""
    draw = world.random
    if world.chance(share):
        place = draw.randrange(len(title))
        title = title[:place] + draw.choice("aeinst") + title[place + 1 :]
    if world.chance(0.15):
        title = title.replace("ñ", "n").replace("é", "e").replace("&", "and")
    return draw.choice([title, title, title.upper(), title.lower()])
