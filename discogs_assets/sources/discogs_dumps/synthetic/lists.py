"""Lists and texts that records of several types have: notes, web addresses, videos."""

from discogs_assets.sources.discogs_dumps.synthetic.catalogue import Catalogue
from discogs_assets.sources.discogs_dumps.synthetic.draw import Draw
from discogs_assets.sources.discogs_dumps.synthetic.eras import listing
from discogs_assets.sources.discogs_dumps.synthetic.titles import NOTES, title
from discogs_assets.sources.discogs_dumps.synthetic.words import BREAKS, LAST_NAMES, QUALITIES

CHARS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
WATCH = "https://www.youtube.com/watch?v="


def text(tag: str, lines: int, draw: Draw) -> str:
    """Return a text of some lines: notes or a profile."""
    if not lines:
        return ""
    return f"<{tag}>{draw.pick(BREAKS).join(draw.choices(NOTES, k=lines))}</{tag}>"


def quality(draw: Draw) -> str:
    return f"<data_quality>{draw.pick(QUALITIES)}</data_quality>"


def urls(count: int, draw: Draw) -> str:
    """Return web addresses; now and then one of them, or the list, is empty."""
    found = [url(draw) for _ in range(count)]
    odd = draw.random()
    if odd < 0.03:
        found.append("<url></url>" if odd < 0.015 else "<url/>")
    return listing("urls", found) or ("<urls/>" if odd > 0.996 else "")


def url(draw: Draw) -> str:
    page = draw.pick(LAST_NAMES).lower()
    return f"<url>https://www.{draw.below(1 << 24):x}.example/{page}</url>"


def videos(catalogue: Catalogue, count: int, of: str) -> str:
    return listing("videos", [video(catalogue, of) for _ in range(count)])


def video(catalogue: Catalogue, of: str) -> str:
    """Return a video of a record with a title; the description often repeats it, or is empty."""
    draw, era = catalogue.draw, catalogue.era
    start = era.video.format(
        src=WATCH + "".join(draw.choices(CHARS, k=11)),
        seconds=draw.below(512),
        embed="false" if draw.chance(0.03) else "true",
    )
    name = f"{of} - {title(draw)}"
    about = draw.pick(("", name, name, f"{name}\n{draw.pick(NOTES)}"))
    return f"{start}<title>{name}</title>{era.leaf('description', about)}</video>"
