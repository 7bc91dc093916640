"""The records of a made-up dump, one after another."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from discogs_assets.errors import SettingError
from discogs_assets.sources.discogs_dumps.synthetic.artists import artist
from discogs_assets.sources.discogs_dumps.synthetic.catalogue import Catalogue
from discogs_assets.sources.discogs_dumps.synthetic.changes import iter_slots
from discogs_assets.sources.discogs_dumps.synthetic.eras import ERA_BY_NAME
from discogs_assets.sources.discogs_dumps.synthetic.ids import Record, Sizes, id_of
from discogs_assets.sources.discogs_dumps.synthetic.labels import label
from discogs_assets.sources.discogs_dumps.synthetic.masters import master
from discogs_assets.sources.discogs_dumps.synthetic.releases import release

WRITERS = {"artists": artist, "labels": label, "masters": master, "releases": release}


def iter_records(
    dump_type: str,
    count: int,
    *,
    era: str = "2026",
    seed: int = 0,
    month: int = 0,
    sizes: Sizes | None = None,
) -> Iterator[bytes]:
    """Iterate over each record's XML in file order.

    `count` is the number in month 0; `sizes` says how many of the other types there are to refer
    to, and is otherwise taken from the real dumps' proportions. Raises SettingError at once.
    """
    check_known("dump type", dump_type, WRITERS)
    check_known("era", era, ERA_BY_NAME)
    check_not_negative("count", count)
    check_not_negative("month", month)
    sizes = replace(sizes or Sizes.around(dump_type, count), **{dump_type: count})
    return iter_written(dump_type, Catalogue(ERA_BY_NAME[era], sizes, seed), month)


def iter_written(dump_type: str, catalogue: Catalogue, month: int) -> Iterator[bytes]:
    """Yield the XML of each record there is in a month."""
    write, era = WRITERS[dump_type], catalogue.era
    key = f"{catalogue.seed} {dump_type}"
    for slot, version in iter_slots(key, catalogue.sizes.of(dump_type), month):
        record = Record(slot, id_of(dump_type, slot), version)
        catalogue.draw.seed(f"{key} {slot}")
        yield write(catalogue, record).encode(era.encoding, era.encoding_errors)


def check_known(name: str, value: str, known: Iterable[str]) -> None:
    if value not in known:
        expected = ", ".join(known)
        raise SettingError(f"made-up dump: {name} must be one of {expected}, found {value!r}")


def check_not_negative(name: str, value: int) -> None:
    if value < 0:
        raise SettingError(f"made-up dump: {name} must be 0 or more, found {value}")
