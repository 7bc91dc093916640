"""The tables of the crosswalk, and which columns each of theirs comes from.

Their schema is `crosswalk`; their date is that of the MusicBrainz dump.
"""

from collections.abc import Mapping

from discogs_assets.derived.crosswalk.fields import ALL_FIELDS, Field, Share
from discogs_assets.tables.table import Column, Table, Type

SCHEMA = "crosswalk"

KIND = Column("kind", Type.TEXT, "artist, label, release or release_group.", is_repetitive=True)

LINK = Table(
    "link",
    "Which record of MusicBrainz is which of Discogs, as MusicBrainz says: every pair once.",
    ("kind", "mbid", "discogs_id"),
    (
        KIND,
        Column("mbid", Type.UUID, "The record at MusicBrainz."),
        Column(
            "discogs_id",
            Type.INTEGER,
            "The artist, label or release at Discogs; of a release group the master.",
        ),
        Column("via", Type.TEXT, "How it is known: url, a relation to a page.", is_repetitive=True),
        Column("is_ended", Type.BOOLEAN, "Whether MusicBrainz says that it is so no more."),
        Column(
            "is_ambiguous",
            Type.BOOLEAN,
            "Whether its MBID has another current link, or its Discogs id.",
        ),
    ),
    row_tolerance=0.05,
    schema=SCHEMA,
)

LINK_FINDING = Table(
    "link_finding",
    "What is wrong with links to Discogs: addresses that are no id, and contradictions.",
    ("kind", "mbid", "reason", "discogs_id", "url"),
    (
        KIND,
        Column("mbid", Type.UUID, "The record at MusicBrainz."),
        Column(
            "reason",
            Type.TEXT,
            "user, name, composition, other_kind, no_id or not_discogs: the address is no id of "
            "such a record. several_discogs_ids, several_mbids, ended or not_in_dump: the link "
            "contradicts others, ended, or leads nowhere.",
            is_repetitive=True,
        ),
        Column("discogs_id", Type.INTEGER, "The record at Discogs; NULL where there is no id."),
        Column("url", Type.TEXT, "The address; NULL where it is an id.", is_sparse=True),
        Column("others", Type.TEXT, "The other ids, at most ten, in order.", is_sparse=True),
    ),
    null_in_key=("discogs_id", "url"),
    row_tolerance=0.5,
    may_be_empty="all links may be right",
    schema=SCHEMA,
)


def evidence_column(field: Field | Share) -> Column:
    kind = Type.DOUBLE if isinstance(field, Share) else Type.TEXT
    description = f"{field.description[:-1]}; NULL where one side says nothing."
    return Column(field.name, kind, description, is_repetitive=kind is Type.TEXT)


LINK_CANDIDATE = Table(
    "link_candidate",
    "Which releases of Discogs a release of MusicBrainz without a link may be, with the evidence.",
    ("mbid", "discogs_id"),
    (
        Column("mbid", Type.UUID, "The release at MusicBrainz."),
        Column("discogs_id", Type.INTEGER, "The release at Discogs."),
        Column("score", Type.INTEGER, "The points of all evidence; more is better."),
        Column(
            "rank",
            Type.INTEGER,
            "1 and the number of those that are better by more than 2 points: what is closer is no "
            "worse.",
        ),
        Column(
            "set_id",
            Type.INTEGER,
            "The lowest id of the candidates that are equal in every field: no evidence can tell "
            "these apart.",
        ),
        *(evidence_column(field) for field in ALL_FIELDS),
        Column("discogs_month", Type.DATE, "The month of the Discogs tables."),
    ),
    may_be_empty="every release may have a link",
    row_tolerance=0.5,
    is_monthly=True,
    schema=SCHEMA,
)

CUT_KEY = Table(
    "cut_key",
    "What so many releases of Discogs share that it was no reason to compare them.",
    ("kind", "key"),
    (
        Column(
            "kind",
            Type.TEXT,
            "barcode, catno, title (with an artist), title_year (with the year) or tracks (the "
            "first two).",
            is_repetitive=True,
        ),
        Column("key", Type.TEXT, "What they share, as it is compared."),
        Column("musicbrainz", Type.INTEGER, "Unlinked releases of MusicBrainz that have it."),
        Column("discogs", Type.INTEGER, "Releases of Discogs that have it."),
    ),
    may_be_empty="a small catalogue has nothing common",
    row_tolerance=0.5,
    is_monthly=True,
    schema=SCHEMA,
)

TABLES = (LINK, LINK_FINDING, LINK_CANDIDATE, CUT_KEY)

URL_TABLES = ("artist_url", "label_url", "release_url", "release_group_url")
MUSICBRAINZ_READS = (
    *URL_TABLES,
    "release", "release_event", "release_artist", "release_label", "medium", "track",
)  # fmt: skip
DISCOGS_READS = (
    "artist", "label", "master", "release", "release_artist", "release_format",
    "release_identifier", "release_label", "release_track",
)  # fmt: skip

FIELD_SOURCES: Mapping[str, tuple[str, ...]] = {
    "barcode": ("musicbrainz.release.barcode", "discogs.release_identifier.value"),
    "catno": ("musicbrainz.release_label.catalog_number", "discogs.release_label.catno"),
    "label": (
        "musicbrainz.label_url.url", "musicbrainz.release_label.label_id",
        "musicbrainz.release_label.label_name", "discogs.release_label.label_id",
        "discogs.release_label.label_name",
    ),
    "format": (
        "musicbrainz.medium.format", "discogs.release_format.name", "discogs.release_format.qty",
        "discogs.release_format.descriptions",
    ),
    "country": (
        "musicbrainz.release.country", "musicbrainz.release_event.country",
        "discogs.release.country",
    ),
    "date": ("musicbrainz.release.date", "discogs.release.released"),
    "title": ("musicbrainz.release.title", "discogs.release.title"),
    "artist": (
        "musicbrainz.artist_url.url", "musicbrainz.release_artist.artist_id",
        "musicbrainz.release_artist.name", "discogs.release_artist.artist_id",
        "discogs.release_artist.artist_name", "discogs.release_artist.anv",
    ),
    "status": ("musicbrainz.release.status", "discogs.release_format.descriptions"),
    "tracks": ("musicbrainz.track.sequence", "discogs.release_track.sequence"),
    "titles": ("musicbrainz.track.title", "discogs.release_track.title"),
    "durations": ("musicbrainz.track.length_ms", "discogs.release_track.duration"),
}  # fmt: skip
"""The columns that each field of a candidate is compared by."""

OF_LINKS = tuple(f"musicbrainz.{name}.url" for name in URL_TABLES)
SOURCES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    LINK.name: {
        "kind": OF_LINKS,
        "mbid": tuple(f"musicbrainz.{name}.{name[:-4]}_id" for name in URL_TABLES),
        "discogs_id": OF_LINKS,
        "via": OF_LINKS,
        "is_ended": tuple(f"musicbrainz.{name}.is_ended" for name in URL_TABLES),
        "is_ambiguous": OF_LINKS,
    },
    LINK_FINDING.name: {
        "reason": (*OF_LINKS, *(f"discogs.{name}.id" for name in DISCOGS_READS[:4])),
        "url": OF_LINKS,
        "discogs_id": OF_LINKS,
    },
    LINK_CANDIDATE.name: {
        **FIELD_SOURCES,
        "mbid": ("musicbrainz.release.id",),
        "discogs_id": ("discogs.release.id",),
        "score": tuple(sorted({one for of in FIELD_SOURCES.values() for one in of})),
    },
    CUT_KEY.name: {
        "key": tuple(
            one
            for name in ("barcode", "catno", "artist", "title", "date", "titles")
            for one in FIELD_SOURCES[name]
        )
    },
}
"""The columns that columns of each table come from, as `schema.table.column`."""
