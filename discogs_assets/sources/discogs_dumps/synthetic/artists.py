"""The made-up artists."""

from discogs_assets.sources.discogs_dumps.synthetic import rates
from discogs_assets.sources.discogs_dumps.synthetic.catalogue import Catalogue
from discogs_assets.sources.discogs_dumps.synthetic.draw import Draw
from discogs_assets.sources.discogs_dumps.synthetic.eras import listing
from discogs_assets.sources.discogs_dumps.synthetic.ids import Record, family, id_of, is_in_family
from discogs_assets.sources.discogs_dumps.synthetic.lists import quality, text, urls
from discogs_assets.sources.discogs_dumps.synthetic.words import FIRST_NAMES, LAST_NAMES

NO_BREAK_SPACE = "\u00a0"


def artist(catalogue: Catalogue, record: Record) -> str:
    """Return an artist; each change adds a spelling of its name."""
    draw, era, name = catalogue.draw, catalogue.era, name_of(catalogue, record)
    images = draw.pick(catalogue.parts.images) if draw.chance(0.25) else ""
    known_as = real_name(draw) if draw.chance(0.125) else ""
    profile = text("profile", draw.pick(rates.PROFILE_LINES), draw) or era.leaf("profile", "")
    addresses = urls(draw.pick(rates.ARTIST_URLS), draw)
    relations = families(catalogue, record.slot)
    # What a change alters is drawn last, so that it alters nothing else.
    spellings = [spelling(name, draw) for _ in range(draw.pick(rates.SPELLINGS) + record.version)]
    return (
        f"<artist>{images}<id>{record.id}</id>{era.leaf('name', name)}{known_as}{profile}"
        f"{quality(draw)}{addresses}{listing('namevariations', spellings)}{relations}</artist>"
    )


def name_of(catalogue: Catalogue, record: Record) -> str:
    """Return an artist's name; a few have none, and one has a blank."""
    if record.slot == 40:
        return NO_BREAK_SPACE
    return "" if record.slot % 5000 == 41 else catalogue.artist_name(record.id)


def spelling(name: str, draw: Draw) -> str:
    return f"<name>{name[:1]}. {draw.pick(LAST_NAMES)}</name>"


def real_name(draw: Draw) -> str:
    return f"<realname>{draw.pick(FIRST_NAMES)} {draw.pick(LAST_NAMES)}</realname>"


def families(catalogue: Catalogue, slot: int) -> str:
    """Return aliases, members and groups, from the sixteen slots that an artist is one of.

    1 to 3 are aliases of each other; 8 is a band and from 9 on are its members.
    """
    place, era = slot % 16, catalogue.era
    if 1 <= place <= 3 and is_in_family(slot, 25):
        # The third does not always name the others: one-sided pairs exist.
        is_silent = place == 3 and catalogue.draw.chance(0.5)
        return "" if is_silent else links(catalogue, "aliases", era.link, slot, 1, 3)
    if place == 8 and is_in_family(slot, 45):
        return links(catalogue, "members", era.member, slot, 9, 2 + catalogue.draw.below(4))
    if 9 <= place <= 10 and is_in_family(slot, 45):
        return links(catalogue, "groups", era.link, slot, 8, 1)
    return ""


def links(catalogue: Catalogue, tag: str, form: str, slot: int, first: int, count: int) -> str:
    slots = family(slot, first, count, catalogue.sizes.artists)
    ids = [id_of("artists", other) for other in slots]
    return listing(tag, [form.format(id=id_, name=catalogue.artist_name(id_)) for id_ in ids])
