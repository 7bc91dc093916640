"""What is printed on a made-up release to identify it: most is as it should be, as on real ones."""

from discogs_assets.sources.discogs_dumps.synthetic import rates
from discogs_assets.sources.discogs_dumps.synthetic.catalogue import Catalogue
from discogs_assets.sources.discogs_dumps.synthetic.draw import Draw
from discogs_assets.sources.discogs_dumps.synthetic.words import (
    CODES,
    IDENTIFIER_NOTES,
    IDENTIFIER_TYPES,
    LAST_NAMES,
)


def identifiers(catalogue: Catalogue, count: int) -> str:
    return catalogue.era.group("identifiers", [identifier(catalogue) for _ in range(count)])


def identifier(catalogue: Catalogue) -> str:
    """Return a barcode, a matrix number or the like."""
    draw, era = catalogue.draw, catalogue.era
    kind = draw.pick(IDENTIFIER_TYPES)
    note = draw.pick(IDENTIFIER_NOTES) if draw.chance(0.5) else ""
    description = f' description="{note}"' if note or era.writes_empty else ""
    return era.identifier.format(type=kind, description=description, value=value_of(kind, draw))


def value_of(kind: str, draw: Draw) -> str:
    """Return what is printed; a code that is not as it should be looks like a matrix number."""
    is_odd = draw.chance(rates.ODD_CODES)
    if kind == "Barcode":
        return barcode(draw, is_odd=is_odd)
    if kind in CODES and not is_odd:
        return draw.pick(CODES[kind]).format(
            number=1000 + draw.below(9000), letter=draw.pick("ABC")
        )
    return f"{draw.pick(LAST_NAMES)[:4].upper()}-{draw.below(1 << 20)}-{draw.pick('ABCD')}"


def barcode(draw: Draw, *, is_odd: bool) -> str:
    """Return thirteen digits; the last follows from the others unless it is odd."""
    digits = f"{draw.below(10**12):012}"
    check = -(sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))) % 10
    return f"{digits}{(check + is_odd) % 10}"
