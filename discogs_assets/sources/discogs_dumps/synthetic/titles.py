"""Ready-made beginnings and ends of titles, and lines of notes, to pick from."""

from discogs_assets.sources.discogs_dumps.synthetic import rates
from discogs_assets.sources.discogs_dumps.synthetic.draw import Draw, pool
from discogs_assets.sources.discogs_dumps.synthetic.words import (
    LAST_NAMES,
    MARKED_SENTENCES,
    SENTENCES,
    TRACK_TAILS,
    WORDS,
)


def word(draw: Draw) -> str:
    return WORDS[draw.low(len(WORDS))]


def head(draw: Draw) -> str:
    one = word(draw)
    return f"{one} {word(draw)}" if draw.chance(0.5) else one


def tail(draw: Draw) -> str:
    lot = draw.random()
    if lot < 0.31:
        return ""
    return f" {draw.pick(TRACK_TAILS) if lot < 0.37 else head(draw)}"


HEADS = pool(head, 4096)
TAILS = pool(tail, 4096)


def sentence(draw: Draw) -> str:
    sentences = MARKED_SENTENCES if draw.chance(rates.MARKED) else SENTENCES
    return draw.pick(sentences).format(
        title=draw.pick(HEADS),
        name=draw.pick(LAST_NAMES),
        year=1950 + draw.below(75),
        number=1 + draw.below(20),
        id=draw.below(1_000_000),
        seconds=10 + draw.below(50),
    )


def note(draw: Draw) -> str:
    return f"{sentence(draw)} {sentence(draw)}" if draw.chance(0.75) else sentence(draw)


NOTES = pool(note, 2048)


def title(draw: Draw) -> str:
    return draw.pick(HEADS) + draw.pick(TAILS)
