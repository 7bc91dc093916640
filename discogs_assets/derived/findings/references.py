"""Which column refers to which table, and what is known to lead nowhere."""

from dataclasses import dataclass

from discogs_assets.derived.incremental import in_one_month, linked_to
from discogs_assets.derived.records import record_column


@dataclass(frozen=True, slots=True)
class KnownGap:
    """An id that is referred to on purpose and is in no dump."""

    id: int
    reason: str


GAPS = {
    "artist": (
        KnownGap(194, "Various: the main artist of compilations, whose page is no entry"),
        KnownGap(355, "Unknown Artist: credited where nobody is named, whose page is no entry"),
    ),
}
"""By the table that is referred to: what is no finding."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose values are ids of another table.

    `limit` is the share of the table's rows up to which dangling ones are usual.
    """

    table: str
    column: str
    target: str
    reason: str
    limit: float

    @property
    def name(self) -> str:
        """Return the name of the rule that each value is there."""
        return f"dangling_{self.table}_{self.column}"

    @property
    def within(self) -> tuple[str, ...]:
        """The column that says whose rows decide, as with a rule."""
        return (f"{self.table}.{record_column(self.table)}",)

    @property
    def others(self) -> tuple[str, ...]:
        """The query of the records with a link to what only one of the months has."""
        return (linked_to(f"{self.table}.{self.column}", in_one_month(self.target)),)

    @property
    def gaps(self) -> tuple[KnownGap, ...]:
        return GAPS.get(self.target, ())

    @property
    def known(self) -> str:
        """The condition that a value is no known gap."""
        return "".join(f" AND {self.column} <> {gap.id}" for gap in self.gaps)

    @property
    def query(self) -> str:
        """Return the SQL that gives each record and missing id once."""
        return f"""{self.selected}
        WHERE month = $month AND {self.column} IS NOT NULL{self.known} AND NOT EXISTS (
            SELECT 1 FROM discogs.{self.target} AS target
            WHERE target.month = $month AND target.id = link.{self.column}
        )"""

    @property
    def selected(self) -> str:
        return f"""SELECT DISTINCT '{self.table}' AS "table",
            {record_column(self.table)} AS record_id, '{self.name}' AS rule,
            {self.column}::VARCHAR AS value
        FROM discogs.{self.table} AS link"""


CREDIT = (
    "The artist of a credit was merged into another or deleted, and the credit kept his number."
)
LABEL_LINK = "The label was merged into another or deleted, and the link kept its number."
LINK = "The artist was merged into another or deleted, and the list kept his number."

REFERENCES = (
    Reference("artist_alias", "alias_id", "artist", LINK, 0.001),
    Reference("artist_group", "group_id", "artist", LINK, 0.001),
    Reference("group_member", "member_artist_id", "artist", LINK, 0.001),
    Reference("label", "parent_id", "label", LABEL_LINK, 0.001),
    Reference("label_sublabel", "sublabel_id", "label", LABEL_LINK, 0.001),
    Reference(
        "master",
        "main_release",
        "release",
        "The release that stood for the master was deleted or merged, or the file of releases "
        "was written earlier.",
        0.001,
    ),
    Reference("master_artist", "artist_id", "artist", CREDIT, 0.001),
    Reference(
        "release",
        "master_id",
        "master",
        "The master was deleted or merged, or the file of masters was written earlier.",
        0.001,
    ),
    Reference("release_artist", "artist_id", "artist", CREDIT, 0.001),
    Reference("release_track_artist", "artist_id", "artist", CREDIT, 0.001),
    Reference("release_label", "label_id", "label", LABEL_LINK, 0.001),
    Reference("release_series", "series_id", "label", LABEL_LINK, 0.001),
    Reference("release_company", "company_id", "label", LABEL_LINK, 0.001),
)
"""Every reference from record to record; those from a child row to its record cannot dangle."""
