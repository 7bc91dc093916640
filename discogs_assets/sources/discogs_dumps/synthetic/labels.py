"""The made-up labels."""

from discogs_assets.sources.discogs_dumps.synthetic import rates
from discogs_assets.sources.discogs_dumps.synthetic.catalogue import Catalogue
from discogs_assets.sources.discogs_dumps.synthetic.draw import Draw
from discogs_assets.sources.discogs_dumps.synthetic.eras import listing
from discogs_assets.sources.discogs_dumps.synthetic.ids import Record, family, id_of, is_in_family
from discogs_assets.sources.discogs_dumps.synthetic.lists import quality, text, urls


def label(catalogue: Catalogue, record: Record) -> str:
    """Return a label; each change adds a web address."""
    draw, era = catalogue.draw, catalogue.era
    name = "" if record.slot % 5000 == 41 else catalogue.label_name(record.id)
    images = draw.pick(catalogue.parts.images) if draw.chance(0.25) else ""
    address = contact(name, draw) if draw.chance(0.25) else ""
    profile = text("profile", draw.pick(rates.PROFILE_LINES), draw)
    above, below = parent(catalogue, record.slot), sublabels(catalogue, record.slot)
    # What a change alters is drawn last, so that it alters nothing else.
    web = urls(draw.pick(rates.LABEL_URLS) + record.version, draw)
    return (
        f"<label>{images}<id>{record.id}</id>{era.leaf('name', name)}{address}{profile}"
        f"{era.quality_and_link(quality(draw), above)}{web}{below}</label>"
    )


def contact(name: str, draw: Draw) -> str:
    """Return an address on several lines."""
    phone = f"+{draw.below(89)} {draw.below(1 << 24)}"
    lines = f"{name}&#13;\nP.O. Box {draw.below(9973)}&#13;\nPhone: {phone}\n"
    return f"<contactinfo>{lines}</contactinfo>"


def parent(catalogue: Catalogue, slot: int) -> str:
    """Return the parent of a sublabel: the first of the sixteen slots that it is one of."""
    if not 1 <= slot % 16 <= 3 or not is_in_family(slot, 40):
        return ""
    id_ = id_of("labels", slot - slot % 16)
    return catalogue.era.parent.format(id=id_, name=catalogue.label_name(id_))


def sublabels(catalogue: Catalogue, slot: int) -> str:
    """Return the three sublabels of a parent."""
    if slot % 16 or not is_in_family(slot, 40):
        return ""
    form = catalogue.draw.pick(catalogue.era.sublabels)
    ids = [id_of("labels", other) for other in family(slot, 1, 3, catalogue.sizes.labels)]
    links = [form.format(id=id_, name=catalogue.label_name(id_)) for id_ in ids]
    return listing("sublabels", links)
