"""A second, independent reading of dump XML with lxml, against which tests hold the parser.

The declarations of `discogs_assets` do not belong here: each table is written out again by hand.
"""

import re
from collections.abc import Callable, Iterable
from typing import cast
from xml.parsers import expat

import xxhash
from lxml import etree

Element = etree._Element
Row = dict[str, object]
Tables = dict[str, list[Row]]

WHITESPACE = " \t\r\n"
TRUE = frozenset({"true", "1", "yes", "on", "t", "y"})
FALSE = frozenset({"false", "0", "no", "off", "f", "n"})


def read_records(xml: bytes, dump_type: str) -> Tables:
    """Return every table's rows, in key order, of a whole decompressed dump document."""
    name, read, tables = DUMP_TYPES[dump_type]
    records = etree.fromstring(xml, etree.XMLParser(huge_tree=True)).findall(name)
    found = [
        read(record, digest)
        for record, digest in zip(records, hash_records(xml, name), strict=True)
    ]
    found.sort(key=lambda of_record: cast("int", of_record[name][0]["id"]))
    return {table: [row for of_record in found for row in of_record[table]] for table in tables}


def hash_records(xml: bytes, name: str) -> list[str]:
    """Return the xxh3-128 of each record's own bytes, in file order."""
    spans: list[tuple[int, int]] = []
    open_at: list[int] = []
    parser = expat.ParserCreate()

    def start(_name: str, _attributes: dict[str, str]) -> None:
        open_at.append(parser.CurrentByteIndex)

    def end(ended: str) -> None:
        begin = open_at.pop()
        if len(open_at) == 1 and ended == name:
            spans.append((begin, end_of_record(xml, parser.CurrentByteIndex, name)))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(xml, True)
    return [xxhash.xxh3_128(xml[begin:stop]).hexdigest() for begin, stop in spans]


def end_of_record(xml: bytes, at: int, name: str) -> int:
    """Return where a record ends; expat stands at its end tag, or behind it when self-closed."""
    tag = b"</" + name.encode()
    after = xml[at + len(tag) : at + len(tag) + 1]
    if xml.startswith(tag, at) and after in (b">", b" ", b"\t", b"\r", b"\n"):
        return xml.index(b">", at) + 1
    return at


def own_text(element: Element | None) -> str | None:
    """Return the element's own text without that of its children; None when empty."""
    if element is None:
        return None
    nodes = [element.text, *(child.tail for child in element)]
    return "".join(node for node in nodes if node) or None


def text(element: Element, path: str) -> str | None:
    """Return the text of the one element at that path."""
    return own_text(element.find(path))


def attribute(element: Element | None, name: str) -> str | None:
    """Return an attribute; None when the element or attribute is absent or empty."""
    return None if element is None else element.get(name) or None


def integer(value: str | None) -> int | None:
    """Return the number a text holds, white space around it aside."""
    digits = (value or "").strip(WHITESPACE)
    if digits and not re.fullmatch(r"[+-]?[0-9]+", digits):
        raise ValueError(f"expected an integer, found {value!r}")
    return int(digits) if digits else None


def discogs_id(value: str | None) -> int | None:
    """Return an id; 0 is none."""
    return integer(value) or None


def boolean(value: str | None) -> bool | None:
    """Return the truth a text states, white space around it aside."""
    word = (value or "").strip(WHITESPACE).lower()
    if word and word not in TRUE | FALSE:
        raise ValueError(f"expected a boolean, found {value!r}")
    return word in TRUE if word else None


def required_id(value: str | None) -> int:
    """Return a record's own id, which must be there."""
    found = discogs_id(value)
    if found is None:
        raise ValueError(f"expected a record id, found {value!r}")
    return found


def number(parent: Row, rows: Iterable[Row]) -> list[Row]:
    """Return the rows with their parent's columns and their place; an empty one is one too."""
    return [{**parent, "sequence": place, **row} for place, row in enumerate(rows, 1)]


def image(one: Element) -> Row:
    return {
        "type": attribute(one, "type"),
        "width": integer(one.get("width")),
        "height": integer(one.get("height")),
        "uri": attribute(one, "uri"),
    }


def video(one: Element) -> Row:
    return {
        "uri": attribute(one, "src"),
        "duration_s": integer(one.get("duration")),
        "is_embeddable": boolean(one.get("embed")),
        "title": text(one, "title"),
        "description": text(one, "description"),
    }


def credit(artist: Element) -> Row:
    return {
        "artist_id": discogs_id(text(artist, "id")),
        "artist_name": text(artist, "name"),
        "anv": text(artist, "anv"),
        "join_string": text(artist, "join"),
        "role": text(artist, "role"),
        "tracks": text(artist, "tracks"),
    }


def images(record: Element, parent: Row) -> list[Row]:
    return number(parent, map(image, record.findall("images/image")))


def videos(record: Element, parent: Row) -> list[Row]:
    return number(parent, map(video, record.findall("videos/video")))


def both_credits(owner: Element, parent: Row) -> list[Row]:
    """Return main artists, then credits, each numbered from 1."""
    return [
        *number({**parent, "is_extra": False}, map(credit, owner.findall("artists/artist"))),
        *number({**parent, "is_extra": True}, map(credit, owner.findall("extraartists/artist"))),
    ]


def named(record: Element, path: str, parent: Row, name: str) -> list[Row]:
    """Return rows of elements whose text is a name and whose attribute is its id."""
    return number(
        parent,
        (
            {f"{name}_id": discogs_id(one.get("id")), f"{name}_name": own_text(one)}
            for one in record.findall(path)
        ),
    )


def plain(record: Element, path: str, parent: Row, column: str) -> list[Row]:
    """Return rows of elements that are nothing but text."""
    return number(parent, ({column: own_text(one)} for one in record.findall(path)))


def members(record: Element) -> Iterable[Row]:
    """Give a group's members: an `<id>` belongs to the `<name>` right after it."""
    for container in record.findall("members"):
        before: Element | None = None
        for child in container.iterchildren("id", "name"):
            if child.tag == "name":
                named_id = discogs_id(child.get("id")) or discogs_id(own_text(before))
                yield {"member_artist_id": named_id, "member_name": own_text(child)}
                before = None
                continue
            if discogs_id(own_text(before)):
                yield {"member_artist_id": discogs_id(own_text(before)), "member_name": None}
            before = child
        if discogs_id(own_text(before)):
            yield {"member_artist_id": discogs_id(own_text(before)), "member_name": None}


def read_artist(record: Element, digest: str) -> Tables:
    record_id = required_id(text(record, "id"))
    parent: Row = {"artist_id": record_id}
    artist: Row = {
        "id": record_id,
        "name": text(record, "name"),
        "real_name": text(record, "realname"),
        "profile": text(record, "profile"),
        "data_quality": text(record, "data_quality"),
        "record_hash": digest,
    }
    return {
        "artist": [artist],
        "artist_alias": named(record, "aliases/name", parent, "alias"),
        "artist_group": named(record, "groups/name", parent, "group"),
        "group_member": number({"group_artist_id": record_id}, members(record)),
        "artist_namevariation": plain(record, "namevariations/name", parent, "name"),
        "artist_url": plain(record, "urls/url", parent, "url"),
        "artist_image": images(record, parent),
    }


def read_label(record: Element, digest: str) -> Tables:
    record_id = required_id(text(record, "id"))
    parent: Row = {"label_id": record_id}
    above = record.find("parentLabel")
    label: Row = {
        "id": record_id,
        "name": text(record, "name"),
        "contact_info": text(record, "contactinfo"),
        "profile": text(record, "profile"),
        "parent_id": discogs_id(attribute(above, "id")),
        "parent_name": own_text(above),
        "data_quality": text(record, "data_quality"),
        "record_hash": digest,
    }
    return {
        "label": [label],
        "label_sublabel": named(record, "sublabels/label", parent, "sublabel"),
        "label_url": plain(record, "urls/url", parent, "url"),
        "label_image": images(record, parent),
    }


def read_master(record: Element, digest: str) -> Tables:
    record_id = required_id(record.get("id"))
    parent: Row = {"master_id": record_id}
    master: Row = {
        "id": record_id,
        "title": text(record, "title"),
        "main_release": discogs_id(text(record, "main_release")),
        "year": integer(text(record, "year")) or None,
        "notes": text(record, "notes"),
        "data_quality": text(record, "data_quality"),
        "record_hash": digest,
    }
    return {
        "master": [master],
        "master_artist": number(parent, map(credit, record.findall("artists/artist"))),
        "master_genre": plain(record, "genres/genre", parent, "genre"),
        "master_style": plain(record, "styles/style", parent, "style"),
        "master_video": videos(record, parent),
        "master_image": images(record, parent),
    }


def released_year(released: str | None) -> int | None:
    """Return the year a date begins with; 0000 and anything else is none."""
    found = re.match(r"([0-9]{4})(\Z|-)", released or "")
    return (int(found[1]) or None) if found else None


def read_release(record: Element, digest: str) -> Tables:
    record_id = required_id(record.get("id"))
    parent: Row = {"release_id": record_id}
    tracks, track_artists = read_tracks(record, parent)
    return {
        "release": [release(record, record_id, digest)],
        "release_artist": both_credits(record, parent),
        "release_label": number(parent, map(label_link, record.findall("labels/label"))),
        "release_series": number(parent, map(series, record.findall("series/series"))),
        "release_format": number(parent, map(medium, record.findall("formats/format"))),
        "release_genre": plain(record, "genres/genre", parent, "genre"),
        "release_style": plain(record, "styles/style", parent, "style"),
        "release_identifier": number(
            parent, map(identifier, record.findall("identifiers/identifier"))
        ),
        "release_video": videos(record, parent),
        "release_company": number(parent, map(company, record.findall("companies/company"))),
        "release_track": tracks,
        "release_track_artist": track_artists,
        "release_image": images(record, parent),
    }


def release(record: Element, record_id: int, digest: str) -> Row:
    master = record.find("master_id")
    released = text(record, "released")
    return {
        "id": record_id,
        "title": text(record, "title"),
        "released": released,
        "released_year": released_year(released),
        "country": text(record, "country"),
        "notes": text(record, "notes"),
        "data_quality": text(record, "data_quality"),
        "master_id": discogs_id(own_text(master)),
        "is_main_release": boolean(attribute(master, "is_main_release")),
        "status": attribute(record, "status"),
        "record_hash": digest,
    }


def label_link(label: Element) -> Row:
    return {
        "label_id": discogs_id(label.get("id")),
        "label_name": attribute(label, "name"),
        "catno": attribute(label, "catno"),
    }


def series(one: Element) -> Row:
    return {
        "series_id": discogs_id(one.get("id")),
        "series_name": attribute(one, "name"),
        "catno": attribute(one, "catno"),
    }


def medium(one: Element) -> Row:
    descriptions = [own_text(each) for each in one.findall("descriptions/description")]
    return {
        "name": attribute(one, "name"),
        "qty": attribute(one, "qty"),
        "text_string": attribute(one, "text"),
        "descriptions": [each for each in descriptions if each is not None] or None,
    }


def identifier(one: Element) -> Row:
    return {
        "type": attribute(one, "type"),
        "description": attribute(one, "description"),
        "value": attribute(one, "value"),
    }


def company(one: Element) -> Row:
    return {
        "company_id": discogs_id(text(one, "id")),
        "company_name": text(one, "name"),
        "catno": text(one, "catno"),
        "entity_type": text(one, "entity_type"),
        "entity_type_name": text(one, "entity_type_name"),
        "uri": text(one, "resource_url"),
    }


def track_values(track: Element) -> Row:
    return {
        "position": text(track, "position"),
        "title": text(track, "title"),
        "duration": text(track, "duration"),
    }


def sub_tracks(track: Element) -> list[Element]:
    """Return a track's sub-tracks; those have none themselves."""
    container = track.getparent()
    if container is not None and container.tag == "sub_tracks":
        return []
    return track.findall("sub_tracks/track")


def read_tracks(record: Element, parent: Row) -> tuple[list[Row], list[Row]]:
    """Return tracks, each followed by its sub-tracks, and the credits of both."""
    tracks: list[Row] = []
    artists: list[Row] = []

    def add(track: Element, parent_sequence: int | None) -> None:
        place = len(tracks) + 1
        at: Row = {**parent, "sequence": place, "parent_sequence": parent_sequence}
        tracks.append({**at, **track_values(track)})
        artists.extend(both_credits(track, {**parent, "track_sequence": place}))
        for part in sub_tracks(track):
            add(part, place)

    for track in record.findall("tracklist/track"):
        add(track, None)
    return tracks, artists


DUMP_TYPES: dict[str, tuple[str, Callable[[Element, str], Tables], tuple[str, ...]]] = {
    "artists": (
        "artist",
        read_artist,
        (
            "artist",
            "artist_alias",
            "artist_group",
            "group_member",
            "artist_namevariation",
            "artist_url",
            "artist_image",
        ),
    ),
    "labels": ("label", read_label, ("label", "label_sublabel", "label_url", "label_image")),
    "masters": (
        "master",
        read_master,
        (
            "master",
            "master_artist",
            "master_genre",
            "master_style",
            "master_video",
            "master_image",
        ),
    ),
    "releases": (
        "release",
        read_release,
        (
            "release",
            "release_artist",
            "release_label",
            "release_series",
            "release_format",
            "release_genre",
            "release_style",
            "release_identifier",
            "release_video",
            "release_company",
            "release_track",
            "release_track_artist",
            "release_image",
        ),
    ),
}
