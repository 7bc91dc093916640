"""The made-up masters, and the main artists that a release has too."""

from discogs_assets.sources.discogs_dumps.synthetic import rates
from discogs_assets.sources.discogs_dumps.synthetic.catalogue import Catalogue
from discogs_assets.sources.discogs_dumps.synthetic.ids import Record, id_of
from discogs_assets.sources.discogs_dumps.synthetic.lists import quality, text, videos
from discogs_assets.sources.discogs_dumps.synthetic.titles import title


def master(catalogue: Catalogue, record: Record) -> str:
    """Return a master; each change adds a video."""
    draw, parts, name = catalogue.draw, catalogue.parts, title(catalogue.draw)
    main = id_of("releases", catalogue.main_release_slot(record.slot))
    people = main_artists(catalogue, catalogue.credits(2 if draw.chance(0.125) else 1))
    start = f"{draw.pick(parts.images)}{people}{draw.pick(parts.genres)}"
    year = 0 if draw.chance(0.03) else 2025 - draw.below(64)
    # What a change alters is drawn last, so that it alters nothing else.
    clips = videos(catalogue, draw.pick(rates.MASTER_VIDEOS) + record.version, name)
    notes = text("notes", draw.pick(rates.MASTER_NOTE_LINES), draw)
    return (
        f'<master id="{record.id}"><main_release>{main}</main_release>{start}{notes}'
        f"<year>{year}</year><title>{name}</title>{quality(draw)}{clips}</master>"
    )


def main_artists(catalogue: Catalogue, people: list[str]) -> str:
    """Return the main artists with what joins them; the last often has a comma too."""
    draw, parts = catalogue.draw, catalogue.parts
    joined = "".join([person + draw.pick(parts.join_ends) for person in people[:-1]])
    return f"<artists>{joined}{people[-1]}{draw.pick(parts.last_ends)}</artists>"
