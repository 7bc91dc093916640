"""The made-up releases; their tracks are in `tracks`."""

from discogs_assets.sources.discogs_dumps.synthetic import rates
from discogs_assets.sources.discogs_dumps.synthetic.catalogue import Catalogue
from discogs_assets.sources.discogs_dumps.synthetic.draw import Draw
from discogs_assets.sources.discogs_dumps.synthetic.identifiers import identifiers
from discogs_assets.sources.discogs_dumps.synthetic.ids import Record, id_of, missing_id
from discogs_assets.sources.discogs_dumps.synthetic.lists import quality, text, videos
from discogs_assets.sources.discogs_dumps.synthetic.masters import main_artists
from discogs_assets.sources.discogs_dumps.synthetic.parts import format_of
from discogs_assets.sources.discogs_dumps.synthetic.titles import title
from discogs_assets.sources.discogs_dumps.synthetic.tracks import tracklist
from discogs_assets.sources.discogs_dumps.synthetic.words import (
    COMPANY_ROLES,
    JUNK_DATES,
    LAST_NAMES,
    LONG_QTY,
)


def release(catalogue: Catalogue, record: Record) -> str:
    """Return a release; each change adds an identifier and draws notes and videos anew."""
    draw, parts, name = catalogue.draw, catalogue.parts, title(catalogue.draw)
    people, is_various = catalogue.credits(2 + draw.pick(rates.CREDITS)), draw.chance(0.125)
    mains = [parts.various] if is_various else people[: 1 + draw.chance(0.25)]
    start = f"{draw.pick(parts.images)}{main_artists(catalogue, mains)}<title>{name}</title>"
    about = description(catalogue, record.slot, people[2:])
    link, state = master_id(catalogue, record.slot), status(catalogue, record.slot)
    tracks = tracklist(catalogue, people, is_various=is_various)
    firms = companies(catalogue)
    # What a change alters is drawn last, so that it alters nothing else.
    numbers = identifiers(catalogue, draw.pick(rates.IDENTIFIERS) + record.version)
    notes = text("notes", draw.pick(rates.NOTE_LINES), draw)
    clips = videos(catalogue, draw.pick(rates.RELEASE_VIDEOS), name)
    standing = catalogue.era.quality_and_link(quality(draw), link)
    return (
        f'<release id="{record.id}"{state}>{start}{about}{notes}{standing}{tracks}'
        f"{numbers}{clips}{firms}</release>"
    )


def description(catalogue: Catalogue, slot: int, credited: list[str]) -> str:
    """Return what stands between the title and the notes."""
    draw, parts = catalogue.draw, catalogue.parts
    return (
        labels(catalogue, slot)
        + series(catalogue)
        + extras(catalogue, credited)
        + formats(catalogue, slot)
        + draw.pick(parts.genres)
        + draw.pick(parts.countries)
        + released(draw)
    )


def status(catalogue: Catalogue, slot: int) -> str:
    return ' status="Draft"' if slot % 250 == 7 else catalogue.draw.pick(catalogue.era.statuses)


def labels(catalogue: Catalogue, slot: int) -> str:
    """Return one label or two; now and then the second is the first again."""
    draw = catalogue.draw
    ids, number = [catalogue.label_id()], draw.below(65_536)
    if slot % 500 == 34 or draw.chance(0.05):
        ids += ids
    elif draw.chance(0.11):
        ids.append(catalogue.label_id())
    catno = "none" if draw.chance(0.06) else f"{draw.pick(LAST_NAMES)[:3].upper()} {number}"
    form, name = catalogue.era.label, catalogue.label_name
    links = [form.format(name=name(id_), catno=catno, id=id_) for id_ in ids]
    return f"<labels>{''.join(links)}</labels>"


def series(catalogue: Catalogue) -> str:
    """Return the series that one release in sixteen is part of."""
    draw = catalogue.draw
    if not catalogue.era.has_series or not draw.chance(0.06):
        return ""
    id_, number = catalogue.label_id(), draw.below(64) or ""
    name = catalogue.label_name(id_)
    return f'<series><series name="{name}" catno="{number}" id="{id_}"/></series>'


def extras(catalogue: Catalogue, people: list[str]) -> str:
    """Return the credits of the release as a whole."""
    role_ends = catalogue.draw.run(catalogue.parts.role_ends, len(people))
    pairs = zip(people, role_ends, strict=True)
    return catalogue.era.group("extraartists", [who + end for who, end in pairs])


def formats(catalogue: Catalogue, slot: int) -> str:
    """Return one format, seldom two; the quantity of a few has 64 digits."""
    draw, ready = catalogue.draw, catalogue.parts.formats
    if slot % 500 == 33:
        return f"<formats>{format_of(catalogue.era, draw, LONG_QTY)}</formats>"
    second = draw.pick(ready) if draw.chance(0.03) else ""
    return f"<formats>{draw.pick(ready)}{second}</formats>"


def released(draw: Draw) -> str:
    """Return the date in one of its forms: a year, a day, a month, none, or no date at all."""
    form, year, month = draw.random(), 2025 - draw.low(75), 1 + draw.below(12)
    if form < 0.06:
        return ""
    if form < 0.09:
        return f"<released>{draw.pick(JUNK_DATES)}</released>"
    date = f"{year}"
    if form < 0.35:
        date = f"{year}-{month:02}-{1 + draw.below(28):02}"
    elif form < 0.6:
        date = f"{year}-{month:02}-00" if form < 0.48 else f"{year}-00-00"
    return f"<released>{date}</released>"


def master_id(catalogue: Catalogue, slot: int) -> str:
    """Return the release's master; the first of each master's releases is its main one."""
    draw, sizes, form = catalogue.draw, catalogue.sizes, catalogue.era.master_id
    if not sizes.masters:
        return ""
    master = slot * sizes.masters // sizes.releases
    if slot == catalogue.main_release_slot(master):
        return form.format(id=id_of("masters", master), main="true")
    if draw.chance(0.44):
        return form.format(id=0, main="false") if draw.chance(0.01) else ""
    id_ = missing_id(master) if draw.chance(0.002) else id_of("masters", master)
    return form.format(id=id_, main="false")


def companies(catalogue: Catalogue) -> str:
    """Return the companies; whether they have their addresses is the release's matter."""
    draw, era = catalogue.draw, catalogue.era
    has_url, count = era.writes_empty or draw.chance(0.75), draw.pick(rates.COMPANIES)
    return era.group("companies", [company(catalogue, has_url=has_url) for _ in range(count)])


def company(catalogue: Catalogue, *, has_url: bool) -> str:
    """Return a company, one in sixteen with a catalogue number."""
    draw, era, id_ = catalogue.draw, catalogue.era, catalogue.label_id()
    role, role_name = draw.pick(COMPANY_ROLES)
    catno = era.leaf("catno", str(draw.below(1 << 20)) if draw.chance(0.06) else "")
    url = era.resource_url.format(id_) if has_url else ""
    return (
        f"<company><id>{id_}</id><name>{catalogue.label_name(id_)}</name>{catno}"
        f"<entity_type>{role}</entity_type><entity_type_name>{role_name}</entity_type_name>"
        f"{url}</company>"
    )
