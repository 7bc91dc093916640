"""The tables of ListenBrainz: listens, what could not be read, and the counts made of listens."""

from discogs_assets.tables.table import Column, Table, Type

SCHEMA = "listenbrainz"
LICENCE = "Public domain (CC0)."

USER_ID = Column(
    "user_id",
    Type.BIGINT,
    "A number that stands for the user: HMAC-SHA256 of the publisher's number, its first 64 bits, "
    "by a salt that only this lake has; with --with-user-ids the publisher's number itself.",
)
ARTIST_MBID = Column("artist_mbid", Type.UUID, "The artist in MusicBrainz.")
LISTENS = Column("listens", Type.BIGINT, "How many listens there were in the month.")
LISTENERS = Column("listeners", Type.BIGINT, "How many users those listens are of.")

LISTEN = Table(
    "listen",
    f"Listens of one month: who listened to which recording, and when. {LICENCE}",
    ("listened_at", "user_id", "recording_msid"),
    (
        Column("listened_at", Type.TIMESTAMP, "When the listen began, in UTC."),
        USER_ID,
        Column("recording_msid", Type.UUID, "ListenBrainz's id of artist, title and release."),
        Column("recording_name", Type.TEXT, "The title as it was submitted."),
        Column("artist_name", Type.TEXT, "The artists as they were submitted."),
        Column("release_name", Type.TEXT, "The release as it was submitted; NULL without one."),
        Column("recording_mbid", Type.UUID, "The recording in MusicBrainz; NULL if not mapped."),
        Column("release_mbid", Type.UUID, "The release in MusicBrainz; NULL if not mapped."),
        Column("artist_credit_id", Type.BIGINT, "MusicBrainz's number of the artist credit."),
        Column("artist_credit_mbids", Type.TEXT_LIST, "The artists in MusicBrainz, in order."),
    ),
    schema=SCHEMA,
)

QUARANTINE = Table(
    "listen_quarantine",
    "Rows of a dump that are no listen, and where they stand in it. A row without a time is in "
    "every month that its file was read for.",
    ("dump", "member", "row"),
    (
        Column("dump", Type.TEXT, "The name of the dump."),
        Column("member", Type.TEXT, "The file in the archive."),
        Column("row", Type.BIGINT, "The number of the row or line in that file, from 1."),
        Column("reason", Type.TEXT, "What is wrong with it."),
        Column("listened_at", Type.TIMESTAMP, "The time of the listen, if it has one."),
        Column("recording_msid", Type.TEXT, "The id of the recording as it is in the dump."),
    ),
    schema=SCHEMA,
    is_quarantine=True,
)

LISTENS_BY_RECORDING = Table(
    "listens_by_recording",
    "How often each recording was listened to in a month. Listens that ListenBrainz has not mapped "
    f"to a recording of MusicBrainz are not counted. {LICENCE}",
    ("recording_mbid",),
    (
        Column("recording_mbid", Type.UUID, "The recording in MusicBrainz."),
        LISTENS,
        LISTENERS,
    ),
    schema=SCHEMA,
)

LISTENS_BY_ARTIST = Table(
    "listens_by_artist",
    "How often each artist was listened to in a month; a listen counts for each artist of its "
    f"credit. Listens without mapped artists are not counted. {LICENCE}",
    ("artist_mbid",),
    (ARTIST_MBID, LISTENS, LISTENERS),
    schema=SCHEMA,
)

USER_ARTIST = Table(
    "user_artist",
    "How often each user listened to each artist in a month, for recommendations; few listens can "
    f"be left out. {LICENCE}",
    ("user_id", "artist_mbid"),
    (
        USER_ID,
        ARTIST_MBID,
        LISTENS,
        Column("first_listened_at", Type.TIMESTAMP, "The first of those listens, in UTC."),
        Column("last_listened_at", Type.TIMESTAMP, "The last of those listens, in UTC."),
    ),
    schema=SCHEMA,
)

FEATURES = (LISTENS_BY_RECORDING, LISTENS_BY_ARTIST, USER_ARTIST)
TABLES = (LISTEN, QUARANTINE, *FEATURES)
TIMES = ("listened_at", "timestamp")
"""What the column of the time is called: the first in Spark dumps, the second in JSON dumps."""

GROUP = "listens"
"""The group of `LISTEN` and `QUARANTINE` in the lake."""
