"""The tables of each dump type, and where each value stands in its XML.

Table names follow discogs-xml2db where it has the table.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from discogs_assets.sources.discogs_dumps.release_tables import RELEASE_TABLES
from discogs_assets.sources.discogs_dumps.table_parts import (
    CREDIT,
    DATA_QUALITY,
    INTEGER,
    NOT_IN_2017,
    RECORD_HASH,
    RECORD_ID,
    SEQUENCE,
    id_,
    images,
    links,
    owner,
    quarantine,
    text,
    values,
    videos,
)
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.tables.names import DISCOGS
from discogs_assets.tables.table import Column, Rows, Table

ARTIST_TABLES = (
    Table(
        "artist",
        "Artists: people, groups and the aliases they use.",
        ("id",),
        (
            id_("id", "Discogs id of the artist.", "id"),
            text("name", "Name, with a number in brackets where several share it.", "name"),
            text("real_name", "Real name.", "realname"),
            text("profile", "Profile text with Discogs' own markup.", "profile"),
            DATA_QUALITY,
            RECORD_HASH,
        ),
        (Rows(""),),
    ),
    links(
        "artist_alias",
        "Other names an artist works under.",
        owner("artist"),
        Rows("aliases/name"),
        id_("alias_id", f"The alias, an artist; {NOT_IN_2017}.", "@id", NOT_IN_2017),
        "alias_name",
    ),
    links(
        "artist_group",
        "Groups an artist belongs to.",
        owner("artist"),
        Rows("groups/name"),
        id_("group_id", f"The group, an artist; {NOT_IN_2017}.", "@id", NOT_IN_2017),
        "group_name",
    ),
    links(
        "group_member",
        "Members of a group.",
        id_("group_artist_id", "The group, an artist.", "/id"),
        Rows("members/name", id_before="id"),
        id_("member_artist_id", "The member, an artist.", "@id"),
        "member_name",
    ),
    values("artist", "namevariation", "namevariations/name", "Spellings of the name", "name"),
    values("artist", "url", "urls/url", "Web addresses"),
    images("artist"),
    quarantine("artist"),
)

LABEL_TABLES = (
    Table(
        "label",
        "Labels, and the companies that Discogs files with them.",
        ("id",),
        (
            id_("id", "Discogs id of the label.", "id"),
            text("name", "Name.", "name"),
            text("contact_info", "Address, telephone and the like.", "contactinfo"),
            text("profile", "Profile text with Discogs' own markup.", "profile"),
            id_(
                "parent_id",
                "The label it belongs to; missing in 2017.",
                "parentLabel/@id",
                NOT_IN_2017,
            ),
            text("parent_name", "Name of the label it belongs to.", "parentLabel"),
            DATA_QUALITY,
            RECORD_HASH,
        ),
        (Rows(""),),
    ),
    links(
        "label_sublabel",
        "Labels that belong to a label.",
        owner("label"),
        Rows("sublabels/label"),
        id_("sublabel_id", f"The sublabel; {NOT_IN_2017}.", "@id", NOT_IN_2017),
        "sublabel_name",
    ),
    values("label", "url", "urls/url", "Web addresses"),
    images("label"),
    quarantine("label"),
)

MASTER_TABLES = (
    Table(
        "master",
        "Masters: what the releases of one recording have in common.",
        ("id",),
        (
            id_("id", "Discogs id of the master.", "@id"),
            text("title", "Title.", "title"),
            id_("main_release", "The release that stands for the master.", "main_release"),
            Column(
                "year",
                INTEGER,
                "Year of first release; NULL when unknown.",
                "year",
                zero_is_null=True,
            ),
            text("notes", "Notes with Discogs' own markup.", "notes"),
            DATA_QUALITY,
            RECORD_HASH,
        ),
        (Rows(""),),
    ),
    Table(
        "master_artist",
        "Main artists of a master.",
        ("master_id", "sequence"),
        (owner("master"), SEQUENCE, *CREDIT),
        (Rows("artists/artist"),),
    ),
    values("master", "genre", "genres/genre", "Genres"),
    values("master", "style", "styles/style", "Styles"),
    videos("master"),
    images("master"),
    quarantine("master"),
)


SOURCE = DISCOGS


@dataclass(frozen=True, slots=True, eq=False)
class XmlDumpType(DumpType):
    """A kind of dump file as XML: `start` is what a record starts with, and nothing else does.

    But for labels: there sublabels do. `ignored` are paths that are left out, and why.
    """

    start: bytes
    ignored: dict[str, str] = field(default_factory=dict)

    @property
    def form(self) -> str:
        return "XML"

    @property
    def id_path(self) -> str:
        return RECORD_ID[self.record]

    def xml_path(self, rows: Rows, path: str = ".") -> str:
        """Return the absolute XML path of a row's element or of a column's `path` in it."""
        record = f"/{self.name}/{self.record}"
        if path.startswith("/"):
            return record + path
        parts = (record, rows.path, "" if path == "." else path)
        return "/".join(part for part in parts if part)


THUMBNAIL = {"images/image/@uri150": "address of a thumbnail, empty since 2015; `uri` is kept"}

DUMP_TYPES = {
    "artists": XmlDumpType(SOURCE, "artists", "artist", ARTIST_TABLES, b"<artist>", THUMBNAIL),
    "labels": XmlDumpType(SOURCE, "labels", "label", LABEL_TABLES, b"<label>", THUMBNAIL),
    "masters": XmlDumpType(SOURCE, "masters", "master", MASTER_TABLES, b"<master ", THUMBNAIL),
    "releases": XmlDumpType(SOURCE, "releases", "release", RELEASE_TABLES, b"<release ", THUMBNAIL),
}
"""Every dump type in the order of import: what is referred to comes first."""


def iter_tables() -> Iterator[Table]:
    """Yield every table of every dump type."""
    for dump_type in DUMP_TYPES.values():
        yield from dump_type.tables
