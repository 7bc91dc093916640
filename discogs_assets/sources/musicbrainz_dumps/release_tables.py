"""The tables of a release: the largest of the dump types."""

from discogs_assets.sources.musicbrainz_dumps.columns import (
    DISAMBIGUATION,
    PARTIAL,
    flag,
    mbid,
    number,
    sparse,
    term,
    text,
)
from discogs_assets.sources.musicbrainz_dumps.shared_tables import (
    aliases,
    relations,
    supplements,
    urls,
    votes,
)
from discogs_assets.sources.musicbrainz_dumps.table_parts import (
    Owner,
    artist_credits,
    names,
    owner_of,
    quarantine,
    record_table,
    table,
)
from discogs_assets.tables.table import Rows, Table

RELEASE = owner_of("release")
RELEASE_ID = RELEASE.columns
MEDIUM = number("medium", "`medium.position` of the medium.", "/media[]/position")
MEDIUM_KEY = (*RELEASE_ID, MEDIUM)
TRACK = number("track", "`track.sequence` of the track.", "/media[]/tracks[]/#")
TRACK_KEY = (*MEDIUM_KEY, TRACK)
ON_TRACK = Owner("track", TRACK_KEY, "media[]/tracks[]")
OF_RECORDING = mbid("recording_id", "The recording.", "/media[]/tracks[]/recording/id")
RECORDED = Owner("release_recording", TRACK_KEY, "media[]/tracks[]/recording", more=(OF_RECORDING,))
"""The recording of a track: its own dump type has only those that are on no release."""

DISC = number("disc", "`medium_disc.sequence` of the disc.", "/media[]/discs[]/#")
PART = "part"
"""Made here: tracks of the three parts of a medium become one list."""

LENGTH = number("length_ms", "Length in milliseconds.", "length")
IS_VIDEO = flag("is_video", "Whether it is a video.", "video")
FIRST_RELEASE_DATE = text(
    "first_release_date", f"When it was first released, {PARTIAL}.", "first-release-date"
)
RECORDING_COLUMNS = (
    text("title", "Title.", "title"), LENGTH, IS_VIDEO, FIRST_RELEASE_DATE, DISAMBIGUATION,
)  # fmt: skip


def isrcs(owner: Owner) -> Table:
    return names(owner, "isrc", "International Standard Recording Codes.", "isrcs[]", "isrc")


COVER_ART = (
    flag(
        "has_cover_art", "Whether the Cover Art Archive has pictures.", "cover-art-archive/artwork"
    ),
    flag("has_front_cover", "Whether it has one of the front.", "cover-art-archive/front"),
    flag("has_back_cover", "Whether it has one of the back.", "cover-art-archive/back"),
    number("cover_art_count", "How many pictures it has.", "cover-art-archive/count"),
    flag("is_cover_art_darkened", "Whether it was taken down.", "cover-art-archive/darkened"),
)

RELEASE_TABLES = (
    record_table(
        "release",
        "Releases: what was published, with its barcode and its media.",
        text("title", "Title.", "title"),
        term("status", "Official, promotion, bootleg, …", "status"),
        mbid("status_id", "Id of the status.", "status-id"),
        term("packaging", "What it comes in, such as a jewel case.", "packaging"),
        mbid("packaging_id", "Id of the packaging.", "packaging-id"),
        term("quality", "How good the data is: low, normal, high.", "quality"),
        DISAMBIGUATION,
        text(
            "barcode", "Barcode; an empty text is one that has none, NULL is unknown.", "barcode!"
        ),
        sparse("asin", "Amazon's number of it.", "asin"),
        term("language", "Language of the titles, ISO 639-3.", "text-representation/language"),
        term("script", "Script of the titles, ISO 15924.", "text-representation/script"),
        term("country", "Where it came out first: the code of the country.", "country"),
        text("date", f"When it came out first, {PARTIAL}.", "date"),
        mbid("release_group_id", "The release group.", "release-group/id"),
        *COVER_ART,
    ),
    RELEASE.list_table(
        "event",
        "Where and when a release came out.",
        "release-events[]",
        text("date", f"When, {PARTIAL}.", "date"),
        mbid("area_id", "The area.", "area/id"),
        term("area_name", "Its name.", "area/name"),
        term("country", "Code of the country, ISO 3166-1.", "area/iso-3166-1-codes[0]"),
    ),
    artist_credits(RELEASE),
    RELEASE.list_table(
        "label",
        "The labels of a release, each with its number.",
        "label-info[]",
        mbid("label_id", "The label.", "label/id"),
        text("label_name", "Its name.", "label/name"),
        text("catalog_number", "The number as printed.", "catalog-number"),
    ),
    table(
        "medium",
        "The media of a release: discs, sides together.",
        ("release_id", "position"),
        (
            *RELEASE_ID,
            number("position", "Its place among the media, from 1.", "position"),
            mbid("id", "Id of the medium.", "id"),
            term("format", 'CD, 12" Vinyl, …', "format"),
            mbid("format_id", "Id of the format.", "format-id"),
            sparse("title", "Its own title.", "title"),
            number("track_count", "How many tracks it has, without data tracks.", "track-count"),
            number(
                "track_offset", "How many tracks are before those that are listed.", "track-offset"
            ),
        ),
        Rows("media[]"),
    ),
    Owner("medium", MEDIUM_KEY, "media[]").list_table(
        "disc",
        "The tables of contents of CDs that are known of a medium.",
        "discs[]",
        text("disc_id", "MusicBrainz' id of the table of contents.", "id"),
        number("track_count", "How many tracks it has.", "offset-count"),
        number("sectors", "Where the last track ends, in sectors of 1/75 s.", "sectors"),
    ),
    Owner("medium_disc", (*MEDIUM_KEY, DISC), "media[]/discs[]").list_table(
        "offset",
        "Where the tracks of such a table of contents begin.",
        "offsets[]",
        number("sector", "The sector the track begins at.", "."),
    ),
    Owner("track", MEDIUM_KEY).list_table(
        "",
        "The tracks of a medium, in order: a pregap first, data tracks last.",
        "media[]/tracks[]",
        number("position", "Its place on the medium: a pregap has 0.", "position"),
        text("number", "The number as printed, such as A1.", "number"),
        mbid("id", "Id of the track.", "id"),
        text("title", "Title as printed.", "title"),
        LENGTH,
        mbid("recording_id", "The recording.", "recording/id"),
        sparse(
            "part",
            "pregap: hidden before the first track; data: in the data part of the disc; NULL for "
            "all others.",
            PART,
        ),
    ),
    artist_credits(ON_TRACK),
    table(
        "release_recording",
        "The recordings of a release: a row for each track. `recording` has each of them once.",
        ("release_id", "medium", "track"),
        (*TRACK_KEY, mbid("id", "The recording.", "id"), *RECORDING_COLUMNS),
        Rows("media[]/tracks[]/recording"),
    ),
    isrcs(RECORDED),
    artist_credits(RECORDED),
    aliases(RECORDED),
    relations(RECORDED),
    urls(RECORDED),
    votes(RECORDED, "tag", "tags[]"),
    votes(RECORDED, "genre", "genres[]"),
    aliases(RELEASE),
    relations(RELEASE),
    urls(RELEASE),
    *supplements(RELEASE, is_rated=False),
    quarantine("release"),
)
