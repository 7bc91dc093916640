"""The names of a made-up catalogue by id, and the links that records have to each other."""

from discogs_assets.sources.discogs_dumps.synthetic.draw import Draw
from discogs_assets.sources.discogs_dumps.synthetic.eras import Era
from discogs_assets.sources.discogs_dumps.synthetic.ids import Sizes, id_of, missing_id
from discogs_assets.sources.discogs_dumps.synthetic.parts import Parts
from discogs_assets.sources.discogs_dumps.synthetic.titles import HEADS, TAILS
from discogs_assets.sources.discogs_dumps.synthetic.words import (
    FIRST_NAMES,
    LABEL_KINDS,
    LAST_NAMES,
)

STRIDE = 7919  # neighbours' names should not begin alike


class Catalogue:
    """Everything that one seed makes up, and the draws of the record at hand."""

    def __init__(self, era: Era, sizes: Sizes, seed: int) -> None:
        self.era, self.sizes, self.seed = era, sizes, seed
        self.parts = Parts(era)
        self.draw = Draw()

    def artist_name(self, artist_id: int) -> str:
        n = (artist_id + self.seed) * STRIDE
        if n % 7 == 0:
            return HEADS[n % len(HEADS)] + TAILS[n // 7 % len(TAILS)]
        last = LAST_NAMES[n // len(FIRST_NAMES) % len(LAST_NAMES)]
        name = f"{FIRST_NAMES[n % len(FIRST_NAMES)]} {last}"
        return name if n % 13 else f"{name} ({2 + n % 11})"

    def label_name(self, label_id: int) -> str:
        n = (label_id + self.seed) * STRIDE
        first = HEADS[n % len(HEADS)] if n % 3 else LAST_NAMES[n % len(LAST_NAMES)]
        return f"{first} {LABEL_KINDS[n % len(LABEL_KINDS)]}"

    def label_id(self) -> int:
        """Return a label to link to; one in 500 is gone."""
        slot = self.draw.low(self.sizes.labels)
        return missing_id(slot) if self.draw.chance(0.002) else id_of("labels", slot)

    def credit(self) -> str:
        """Return a credit up to its join; some artists are not linked, unknown or gone."""
        slot, odd = self.draw.low(self.sizes.artists), self.draw.random()
        artist_id, anv = id_of("artists", slot), self.parts.no_anv
        name, link = self.artist_name(artist_id), f"<id>{artist_id}</id>"
        if odd < 0.008:
            link = self.era.unlinked
        elif odd < 0.012:
            link = f"<id>{missing_id(slot)}</id>"
        elif odd < 0.015:
            link, name = "<id>355</id>", "Unknown Artist"
        elif odd > 0.83:
            anv = f"<anv>{name[0]}. {name.rpartition(' ')[2]}</anv>"
        return f"<artist>{link}<name>{name}</name>{anv}"

    def credits(self, count: int) -> list[str]:
        return [self.credit() for _ in range(count)]

    def main_release_slot(self, master_slot: int) -> int:
        """Return the first of the releases that share a master."""
        return -(-master_slot * self.sizes.releases // self.sizes.masters)
