"""What a source publishes: its dump types, the names of its files, the partition of a dump."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath

from discogs_assets.errors import ListingError
from discogs_assets.sources.dumps.files import DumpFile, raw_folder, raw_key
from discogs_assets.sources.dumps.packing import GZIP_FILES, Packing

logger = logging.getLogger(__name__)


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def no_other_name(_name: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, eq=False)
class Publication:
    """What the dumps of a source are, whatever is in them.

    `source` is its short name, `setting` says where its dumps are. `types` are in the order of
    import; `expects` returns those that a partition should have, all without it. `name_of` returns
    what the file of a date and dump type is called; `parse_name` returns date and dump type of
    such a name, or raises ListingError; `has_form` says whether another name was probably meant
    as one.
    `known_bad` are names of published files that are never used, and why. `partition` returns
    the partition of a dump by its date: the month, or the date itself. `packing` is how its files
    are packed.
    What Dagster calls a partition is that date, unless `key_in` finds it in the name of a file;
    `day_of` returns the date of such a key.
    """

    source: str
    setting: str
    types: tuple[str, ...]
    name_of: Callable[[date, str], str]
    parse_name: Callable[[str], tuple[date, str]]
    has_form: Callable[[str], bool] = no_other_name
    expects: Callable[[date], tuple[str, ...]] | None = None
    known_bad: Mapping[str, str] = field(default_factory=dict)
    partition: Callable[[date], date] = first_of_month
    packing: Packing = GZIP_FILES
    day_of: Callable[[str], date] = date.fromisoformat
    key_in: Callable[[str], str] | None = None

    def partition_key(self, name: str) -> str:
        """Return what Dagster calls the partition that a dump file belongs to, by its name."""
        return str(self.partition_of(name)) if self.key_in is None else self.key_in(name)

    def expected(self, partition: date) -> tuple[str, ...]:
        """Return the dump types that a partition should have, in the order of import."""
        return self.types if self.expects is None else self.expects(partition)

    @property
    def raw_folder(self) -> str:
        """The folder of the store that has the dump files."""
        return raw_folder(self.source)

    def describe(
        self,
        location: str,
        size: int | None,
        modified: datetime | None,
        *,
        size_tolerance: int = 0,
        name: str = "",
    ) -> DumpFile:
        """Return the dump file at a location; its last part is the name where none is given."""
        name = name or PurePosixPath(location).name
        day, kind = self.parse_name(name)
        return DumpFile(
            name,
            day,
            kind,
            location,
            size,
            size_tolerance,
            modified,
            self.source,
            self.packing,
            self.setting,
        )

    def raw_key(self, name: str) -> str:
        """Return where a dump file lies in the store, or raise ListingError for another name."""
        return raw_key(self.source, self.parse_name(name)[0], name)

    def is_name(self, name: str) -> bool:
        """Tell whether a name is that of a dump file."""
        try:
            self.parse_name(name)
        except ListingError:
            return False
        return True

    def is_dump_file(self, name: str) -> bool:
        """Tell whether a listed name is a dump file's; one that only looks like it is logged."""
        try:
            self.parse_name(name)
        except ListingError as error:
            if self.has_form(name):
                logger.warning("left out of the listing: %s", error)
            return False
        return True

    def partition_of(self, name: str) -> date:
        """Return the partition that a dump file belongs to, by its name."""
        return self.partition(self.parse_name(name)[0])
