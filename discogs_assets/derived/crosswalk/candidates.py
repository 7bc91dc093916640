"""Find the releases of Discogs that releases of MusicBrainz without a link may be.

Releases are paired that share a barcode, a catalogue number, an artist and the title, or their
first two tracks; then all fields of a pair are compared, and in the end the tracklists of those
that are not far behind the best. All is done in parts: ranges of Discogs' ids on one side, so many
releases of MusicBrainz on the other.
"""

from dataclasses import dataclass

from discogs_assets.derived.crosswalk.countries import countries
from discogs_assets.derived.crosswalk.fields import (
    ALL_FIELDS,
    CLOSE_POINTS,
    FIELDS,
    KEPT_BEHIND,
    LEAST_POINTS,
    MOST_CANDIDATES,
    TRACK_FIELDS,
    names,
    points,
)
from discogs_assets.derived.crosswalk.formats import (
    DISCOGS,
    MUSICBRAINZ,
    bits_by_name,
    description_bits,
)
from discogs_assets.derived.crosswalk.inputs import Inputs
from discogs_assets.derived.crosswalk.links import read_sql
from discogs_assets.derived.crosswalk.macros import create_macros
from discogs_assets.derived.crosswalk.scratch import Scratch
from discogs_assets.display.progress import UNSEEN, Parts
from discogs_assets.warehouse.id_ranges import Range, id_ranges
from discogs_assets.warehouse.sql import Connection, quoted, scalar

DISCOGS_ROWS, MUSICBRAINZ_ROWS = 500_000, 400_000
"""How many releases of either side a part has."""

MOST_ALIKE = 100
"""What more releases of Discogs share is no reason to compare them."""

NEAR_S = 3
"""Durations that differ by so many seconds are of one track."""

UNLINKED = """
SELECT id AS mbid FROM musicbrainz.release
WHERE month = $musicbrainz
    AND id NOT IN (SELECT mbid FROM temp.link WHERE kind = 'release' AND NOT is_ended)"""
"""The releases of MusicBrainz without a link."""


@dataclass(frozen=True)
class Candidates:
    """Looks for candidates in `scratch`; `temp.link` has the links that are known."""

    scratch: Scratch
    inputs: Inputs
    parts: Parts = UNSEEN
    discogs_rows: int = DISCOGS_ROWS
    musicbrainz_rows: int = MUSICBRAINZ_ROWS
    most_alike: int = MOST_ALIKE

    @property
    def connection(self) -> Connection:
        return self.scratch.connection

    def find(self, wanted: str = UNLINKED) -> None:
        """Have `temp.link_candidate` and `temp.common_key`, of the releases that a query gives."""
        create_macros(self.connection)
        self.create_names()
        ranges = self.discogs_ranges()
        self.prepare(wanted)
        for ids in ranges:
            with self.parts.part("releases of Discogs", 30 / len(ranges), 3):
                self.read_discogs(ids)
        of_musicbrainz = self.musicbrainz_ranges()
        for part, ns in enumerate(of_musicbrainz):
            with self.parts.part("comparing releases", 30 / len(of_musicbrainz), 6):
                self.choose(part, ns)
        for ids in ranges:
            with self.parts.part("tracks at Discogs", 20 / len(ranges)):
                self.add("discogs_tracklist", ids)
        for part, ns in enumerate(of_musicbrainz):
            with self.parts.part("comparing tracks", 15 / len(of_musicbrainz), 2):
                self.score(part, ns)

    def create_names(self) -> None:
        """Create the tables of what countries and carriers are called."""
        rows = ", ".join(
            f"({quoted(one.name)}, {[*one.codes]}, {[*one.near]})" for one in countries()
        )
        create(self.connection, "discogs_country", "name, codes, near", rows)
        for side, carriers in (("discogs", DISCOGS), ("musicbrainz", MUSICBRAINZ)):
            rows = ", ".join(
                f"({quoted(name)}, {bits})" for name, bits in bits_by_name(carriers).items()
            )
            create(self.connection, f"{side}_format", "name, bits", rows)

    def discogs_ranges(self) -> list[Range]:
        """Return ranges of the ids of Discogs' releases."""
        ids = self.inputs.fill("SELECT id FROM discogs.release WHERE month = $discogs")
        return id_ranges(self.connection, [ids], self.discogs_rows) or [(0, 0)]

    def musicbrainz_ranges(self) -> list[Range]:
        """Return ranges of the numbers of the releases of MusicBrainz."""
        count = int(scalar(self.connection, "SELECT count(*) FROM temp.wanted"))
        starts = range(0, count, self.musicbrainz_rows) or range(1)
        return [(start, start + self.musicbrainz_rows - 1) for start in starts]

    def prepare(self, wanted: str) -> None:
        """Number the releases of MusicBrainz, read their tracks, and what is linked already."""
        with self.parts.part("releases of MusicBrainz", 5, 4):
            self.add("wanted", (0, 0), releases=self.inputs.fill(wanted))
            tracks = self.inputs.fill(read_sql("musicbrainz_tracks"), rows=self.musicbrainz_rows)
            self.scratch.add("musicbrainz_tracks", tracks, ", PARTITION_BY (part)")
            self.add("linked_artist", (0, 0))
            for name, query in LINKED.items():
                self.scratch.add(name, query)

    def read_discogs(self, ids: Range) -> None:
        """Add the profiles and the keys of a range of releases of Discogs."""
        cases = " ".join(
            f"WHEN {quoted(name)} THEN {bits}" for name, bits in description_bits().items()
        )
        bits = f"CASE x {cases} ELSE 0 END"
        self.replace("discogs_range", "discogs_profile", ids, description_bits=bits)
        self.replace("discogs_first_tracks", "discogs_first_tracks", ids)
        self.scratch.add("discogs_profile", "FROM temp.discogs_range")
        keys = self.keys("discogs_id", "discogs_range", "discogs_first_tracks")
        linked = "SELECT discogs_id FROM temp.linked"
        self.scratch.add(
            "discogs_key",
            f"SELECT DISTINCT discogs_id, hash(kind, key) AS hash FROM ({keys}) "
            f"WHERE key IS NOT NULL AND discogs_id NOT IN ({linked})",
        )

    def keys(self, owner: str, profile: str, first_tracks: str) -> str:
        return self.inputs.fill(
            read_sql("keys"),
            id=owner,
            profile=f"temp.{profile}",
            first_tracks=f"temp.{first_tracks}",
        )

    def choose(self, part: int, ns: Range) -> None:
        """Pair the releases of a part, and add those that are worth a look at their tracks."""
        self.replace("musicbrainz_profile", "musicbrainz_profile", ns)
        self.replace("musicbrainz_tracklist", "musicbrainz_tracklist", ns, part=part)
        keys = self.keys("n", "musicbrainz_profile", "musicbrainz_tracklist")
        self.scratch.replace(
            "musicbrainz_key",
            f"SELECT DISTINCT n, kind, key, hash(kind, key) AS hash FROM ({keys}) "
            "WHERE key IS NOT NULL",
        )
        self.replace("key_count", "key_count", ns)
        self.add("common_key", ns, sql="cut_key", most=self.most_alike)
        self.replace("pair", "pair", ns, most=self.most_alike)
        self.add(
            "chosen",
            ns,
            evidence=read_sql("evidence"),
            points=points(FIELDS),
            behind=KEPT_BEHIND,
            kept=MOST_CANDIDATES,
        )

    def score(self, part: int, ns: Range) -> None:
        """Add the candidates of a part."""
        self.replace("musicbrainz_tracklist", "musicbrainz_tracklist", ns, part=part)
        self.add(
            "link_candidate",
            ns,
            track_evidence=read_sql("track_evidence"),
            track_points=points(TRACK_FIELDS),
            least=LEAST_POINTS,
            close=CLOSE_POINTS,
            near_s=NEAR_S,
            fields=names(ALL_FIELDS),
        )

    def add(self, name: str, ids: Range, *, sql: str = "", **values: object) -> int:
        """Add the rows of a query, that of the same name unless `sql` is another."""
        query = read_sql(sql or name)
        return self.scratch.add(name, self.inputs.fill(query, first=ids[0], last=ids[1], **values))

    def replace(self, name: str, sql: str, ids: Range, **values: object) -> None:
        self.scratch.remove(name)
        self.add(name, ids, sql=sql, **values)


LINKED = {
    "linked": "SELECT DISTINCT discogs_id FROM temp.link WHERE kind = 'release' AND NOT is_ended",
    "linked_label": "SELECT mbid, discogs_id FROM temp.link WHERE kind = 'label' AND NOT is_ended",
}
"""What is linked already, by the name that queries have for it."""

CUT_KEYS = """
SELECT kind, key, sum(musicbrainz)::INTEGER AS musicbrainz, max(discogs) AS discogs
FROM temp.common_key GROUP BY kind, key"""
"""What was no reason to compare releases, of all parts together."""


def create(connection: Connection, name: str, columns: str, rows: str) -> None:
    """Create a temporary table of some rows."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS FROM (VALUES {rows}) AS t({columns})"
    )
