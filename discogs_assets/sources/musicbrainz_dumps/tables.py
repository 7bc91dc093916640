"""The tables of each dump type, and where each value stands in its JSON.

What is said of a release stands in `release_tables`, what all share in `table_parts`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.musicbrainz_dumps.columns import (
    DISAMBIGUATION,
    LIFE,
    NAME,
    PARTIAL,
    SORT_NAME,
    SOURCE,
    kind,
    mbid,
    number,
    place,
    term,
    text,
)
from discogs_assets.sources.musicbrainz_dumps.left_out import left_out_of
from discogs_assets.sources.musicbrainz_dumps.other_tables import (
    AREA_TABLES,
    EVENT_TABLES,
    INSTRUMENT_TABLES,
    PLACE_TABLES,
    SERIES_TABLES,
)
from discogs_assets.sources.musicbrainz_dumps.release_tables import (
    RECORDING_COLUMNS,
    RELEASE_TABLES,
    isrcs,
)
from discogs_assets.sources.musicbrainz_dumps.shared_tables import ending
from discogs_assets.sources.musicbrainz_dumps.table_parts import (
    Owner,
    artist_credits,
    names,
    owner_of,
    record_table,
)
from discogs_assets.tables.table import Table

TITLE = text("title", "Title.", "title")
COUNTRY = term("country", "Code of the country of the area, ISO 3166-1.", "country")

ARTIST, LABEL, GROUP = owner_of("artist"), owner_of("label"), owner_of("release_group")
WORK, RECORDING = owner_of("work"), owner_of("recording")
STANDALONE = Owner("standalone_recording", RECORDING.columns)


def codes(owner: Owner) -> tuple[Table, Table]:
    """Return the tables of the numbers that people and companies have."""
    return (
        names(owner, "ipi", "Interested Party Information codes.", "ipis[]", "ipi"),
        names(owner, "isni", "International Standard Name Identifiers.", "isnis[]", "isni"),
    )


ARTIST_TABLES = (
    record_table(
        "artist",
        "Artists: people, groups, orchestras, characters.",
        NAME,
        SORT_NAME,
        *kind("artist"),
        term("gender", "Gender of a person.", "gender"),
        mbid("gender_id", "Id of the gender.", "gender-id"),
        COUNTRY,
        *place("it belongs to"),
        *place("it began in", "begin-"),
        *place("it ended in", "end-"),
        *LIFE,
        DISAMBIGUATION,
    ),
    *ending(ARTIST, *codes(ARTIST)),
)

LABEL_TABLES = (
    record_table(
        "label",
        "Labels: imprints, and companies that make records.",
        NAME,
        SORT_NAME,
        *kind("label"),
        number("label_code", "The digits of its LC code.", "label-code"),
        COUNTRY,
        *place("it belongs to"),
        *LIFE,
        DISAMBIGUATION,
    ),
    *ending(LABEL, *codes(LABEL)),
)

GROUP_TABLES = (
    record_table(
        "release_group",
        "Release groups: what the releases of one album, single or EP have in common.",
        TITLE,
        term("primary_type", "Album, Single, EP, …", "primary-type"),
        mbid("primary_type_id", "Id of the type.", "primary-type-id"),
        text("first_release_date", f"When it was first released, {PARTIAL}.", "first-release-date"),
        DISAMBIGUATION,
    ),
    GROUP.list_table(
        "type",
        "What else a release group is: Compilation, Live, Remix, …",
        "secondary-types[]",
        term("type", "The secondary type.", "."),
    ),
    GROUP.list_table(
        "type_id",
        "The ids of those types, in the same order.",
        "secondary-type-ids[]",
        mbid("type_id", "Id of the secondary type.", "."),
    ),
    *ending(GROUP, artist_credits(GROUP)),
)

RECORDING_TABLES = (
    record_table(
        "recording",
        "Recordings that are on no release. `recording` has those of releases too.",
        *RECORDING_COLUMNS,
        name="standalone_recording",
    ),
    *ending(STANDALONE, isrcs(STANDALONE), artist_credits(STANDALONE)),
)

WORK_TABLES = (
    record_table(
        "work",
        "Works: songs and compositions, apart from their recordings.",
        TITLE,
        *kind("work"),
        term("language", "Language of the words, ISO 639-3; `mul` for several.", "language"),
        DISAMBIGUATION,
    ),
    names(WORK, "language", "Languages of the words, ISO 639-3.", "languages[]", "language"),
    replace(
        names(WORK, "iswc", "International Standard Musical Work Codes.", "iswcs[]", "iswc"),
        name="iswc",
    ),
    WORK.list_table(
        "attribute",
        "Numbers that societies gave a work, and other attributes.",
        "attributes[]",
        *kind("attribute"),
        text("value", "Its value.", "value"),
        mbid("value_id", "Id of the value, where it is from a list.", "value-id"),
    ),
    *ending(WORK),
)


@dataclass(frozen=True, slots=True, eq=False)
class JsonDumpType(DumpType):
    """A kind of dump file as lines of JSON; its name is that of its file, such as `release-group`.

    `left_out` are the JSON paths that no column has, and why.
    """

    left_out: Mapping[str, str]

    @property
    def member(self) -> str:
        """What the lines are called in the tar."""
        return f"mbdump/{self.name}"


TABLES = {
    "artist": ARTIST_TABLES,
    "label": LABEL_TABLES,
    "release-group": GROUP_TABLES,
    "release": RELEASE_TABLES,
    "recording": RECORDING_TABLES,
    "work": WORK_TABLES,
    "area": AREA_TABLES,
    "event": EVENT_TABLES,
    "instrument": INSTRUMENT_TABLES,
    "place": PLACE_TABLES,
    "series": SERIES_TABLES,
}
"""By dump type, in the order of import: what is referred to comes first."""

DUMP_TYPES = {
    name: JsonDumpType(SOURCE, name, tables[0].name, tables, left_out_of(name))
    for name, tables in TABLES.items()
}


def iter_tables() -> Iterator[Table]:
    """Yield every table of every dump type."""
    for dump_type in DUMP_TYPES.values():
        yield from dump_type.tables
