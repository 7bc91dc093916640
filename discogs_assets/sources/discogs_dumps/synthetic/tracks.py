"""The tracklist of a made-up release: headings, sub-tracks and credits of tracks included."""

from functools import cache

from discogs_assets.sources.discogs_dumps.synthetic.catalogue import Catalogue
from discogs_assets.sources.discogs_dumps.synthetic.rates import TRACKS
from discogs_assets.sources.discogs_dumps.synthetic.titles import HEADS, TAILS, title


def tracklist(catalogue: Catalogue, people: list[str], *, is_various: bool) -> str:
    """Return the tracks, with durations on half of the releases and credits on a third."""
    draw, parts = catalogue.draw, catalogue.parts
    has_credits, has_durations = draw.chance(0.31), draw.chance(0.5)
    starts = track_starts(draw.below(4), draw.pick(TRACKS))
    count = len(starts)
    heads, tails = draw.run(HEADS, count), draw.run(TAILS, count)
    durations = draw.run(parts.durations, count) if has_durations else [parts.no_duration] * count
    tracks = [heading(catalogue) if draw.chance(0.03) else ""]
    for start, head, tail, duration in zip(starts, heads, tails, durations, strict=True):
        artists = main_artist(catalogue, catalogue.credit()) if is_various else ""
        extras = track_credits(catalogue, people) if has_credits and draw.chance(0.75) else ""
        tracks.append(f"{start}{head}{tail}</title>{duration}{artists}{extras}</track>")
    if catalogue.era.has_sub_tracks and draw.chance(0.03):
        tracks.append(medley(catalogue, people))
    return f"<tracklist>{''.join(tracks)}</tracklist>"


@cache
def track_starts(style: int, count: int) -> tuple[str, ...]:
    """Return tracks up to their titles: on sides, numbered, or numbered on discs."""
    side = -(-count // 2) if count < 14 else 6
    if style < 2:
        positions = [f"{chr(65 + n // side)}{n % side + 1}" for n in range(count)]
    elif style == 2 or count < 16:
        positions = [str(n + 1) for n in range(count)]
    else:
        positions = [f"{n // 12 + 1}-{n % 12 + 1}" for n in range(count)]
    return tuple(f"<track><position>{position}</position><title>" for position in positions)


def heading(catalogue: Catalogue) -> str:
    position, no_duration = catalogue.era.leaf("position", ""), catalogue.parts.no_duration
    return f"<track>{position}<title>Side One</title>{no_duration}</track>"


def main_artist(catalogue: Catalogue, person: str) -> str:
    return f"<artists>{person}{catalogue.draw.pick(catalogue.parts.last_ends)}</artists>"


def track_credits(catalogue: Catalogue, people: list[str]) -> str:
    """Return one to four credits of a track."""
    draw = catalogue.draw
    role_ends = draw.run(catalogue.parts.track_role_ends, 1 + draw.below(4))
    found = [draw.pick(people) + role_end for role_end in role_ends]
    return f"<extraartists>{''.join(found)}</extraartists>"


def medley(catalogue: Catalogue, people: list[str]) -> str:
    """Return a track of two to five sub-tracks; the second has credits, the third an artist."""
    draw = catalogue.draw
    subs = [sub_track(catalogue, people, n) for n in range(2 + draw.below(4))]
    start = f"<track><position>M</position><title>{title(draw)}</title>"
    length = draw.pick(catalogue.parts.durations)
    return f"{start}{length}<sub_tracks>{''.join(subs)}</sub_tracks></track>"


def sub_track(catalogue: Catalogue, people: list[str], n: int) -> str:
    who = ""
    if n == 1:
        who = track_credits(catalogue, people)
    elif n == 2:
        who = main_artist(catalogue, people[0])
    start = f"<track><position>{'abcde'[n]}.</position><title>{title(catalogue.draw)}</title>"
    return f"{start}{catalogue.parts.no_duration}{who}</track>"
