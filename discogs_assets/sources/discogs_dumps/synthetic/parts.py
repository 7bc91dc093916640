"""Pieces of XML that releases and masters share, made once for an era and picked from."""

from discogs_assets.sources.discogs_dumps.synthetic.draw import Draw, pool, weighted
from discogs_assets.sources.discogs_dumps.synthetic.eras import Era, listing
from discogs_assets.sources.discogs_dumps.synthetic.rates import STYLES
from discogs_assets.sources.discogs_dumps.synthetic.words import (
    CARRIERS,
    COUNTRIES,
    CREDIT_TRACKS,
    FORMAT_TEXTS,
    GENRES,
    IMAGE_SIZES,
    JOINS,
    ROLES,
)


class Parts:
    """What the dumps of an era write again and again."""

    def __init__(self, era: Era) -> None:
        self.no_anv = era.leaf("anv", "")
        self.various = f"<artist><id>194</id><name>Various</name>{self.no_anv}"
        self.no_duration = era.leaf("duration", "")
        self.last_ends = weighted({credit_end(era): 3, credit_end(era, join=","): 1})
        self.join_ends = tuple(credit_end(era, join=join) for join in JOINS)
        self.role_ends = pool(lambda draw: role_end(era, draw, some_tracks(draw)), 1024)
        self.track_role_ends = pool(lambda draw: role_end(era, draw), 1024)
        self.durations = pool(duration, 1024)
        self.genres = pool(genres_and_styles)
        self.formats = pool(lambda draw: format_of(era, draw))
        self.images = pool(lambda draw: images(era, draw), 64)
        self.countries = tuple(name and f"<country>{name}</country>" for name in COUNTRIES)


def credit_end(era: Era, *, join: str = "", role: str = "", tracks: str = "") -> str:
    """Return what stands behind the name variation of a credit."""
    leaf = era.leaf
    return leaf("join", join) + leaf("role", role) + leaf("tracks", tracks) + "</artist>"


def role_end(era: Era, draw: Draw, tracks: str = "") -> str:
    return credit_end(era, role=ROLES[draw.low(len(ROLES))], tracks=tracks)


def some_tracks(draw: Draw) -> str:
    """Return which tracks a credit of a release is for, mostly all; one of a track says none."""
    return draw.pick(CREDIT_TRACKS) if draw.chance(0.15) else ""


def duration(draw: Draw) -> str:
    return f"<duration>{1 + draw.below(9)}:{draw.below(60):02}</duration>"


def genres_and_styles(draw: Draw) -> str:
    """Return one genre or two, and some of their styles."""
    names = list(GENRES)
    chosen = {names[draw.low(len(names))]: True}
    if draw.chance(0.36):
        chosen[draw.pick(names)] = True
    styles = [style for name in chosen for style in GENRES[name]]
    draw.shuffle(styles)
    genre_list = listing("genres", [f"<genre>{name}</genre>" for name in chosen])
    some = styles[: draw.pick(STYLES)]
    return genre_list + listing("styles", [f"<style>{style}</style>" for style in some])


def format_of(era: Era, draw: Draw, qty: str = "") -> str:
    """Return a format: of one carrier mostly, with a free text now and then."""
    name, *descriptions = CARRIERS[draw.low(len(CARRIERS))].split("|")
    qty = qty or ("1" if draw.chance(0.94) else str(2 + draw.below(3)))
    start = f'<format name="{name}" qty="{qty}"'
    if era.writes_empty or draw.chance(0.92):
        start += f' text="{draw.pick(FORMAT_TEXTS)}"'
    inner = listing("descriptions", [f"<description>{text}</description>" for text in descriptions])
    return f"{start}>{inner}</format>" if inner else f"{start}/>"


def images(era: Era, draw: Draw) -> str:
    """Return up to six images, of which only the sizes are known."""
    if not era.image:
        return ""
    sizes = draw.sample(IMAGE_SIZES, draw.below(7))
    first = "primary" if draw.chance(0.75) else "secondary"
    return listing(
        "images",
        [
            era.image.format(width=width, height=height, type="secondary" if n else first)
            for n, (width, height) in enumerate(sizes)
        ],
    )
