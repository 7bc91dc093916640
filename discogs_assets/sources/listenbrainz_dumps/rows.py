"""Write the listens of a month out of a dump's Parquet files, by DuckDB, in bounded memory.

Where the files go in the lake, and what makes them a month, is in `month`.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from discogs_assets.errors import DumpError, SpaceError
from discogs_assets.sources.listenbrainz_dumps.columns import columns_of, read_files, selected
from discogs_assets.sources.listenbrainz_dumps.tables import LISTEN, QUARANTINE
from discogs_assets.sources.listenbrainz_dumps.users import Users
from discogs_assets.storage.disk import NO_ROOM, disk_errors
from discogs_assets.warehouse.errors import first_line, too_little_memory
from discogs_assets.warehouse.memory import duckdb_settings
from discogs_assets.warehouse.sql import Connection, literal, quoted, scalar

IS_MSID = "(strlen(recording_msid) = 36 AND try_cast(recording_msid AS UUID) IS NOT NULL)"
KEY = ", ".join(LISTEN.key)
PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PER_THREAD_OUTPUT true"
PLACES = ", file_row_number = true, filename = true"


@dataclass(frozen=True)
class Written:
    """Files of a table that are to be published, and how many rows they have."""

    files: tuple[Path, ...] = ()
    rows: int = 0

    def with_more(self, more: "Written") -> "Written":
        return Written((*self.files, *more.files), self.rows + more.rows)


@contextmanager
def working_connection(folder: Path, memory: int) -> Iterator[Connection]:
    """Open DuckDB in memory; what does not fit into `memory` bytes goes into the folder."""
    config = duckdb_settings(memory) | {
        "preserve_insertion_order": False,
        "temp_directory": str(folder / "spilled"),
    }
    connection = duckdb.connect(config=config)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    except duckdb.OutOfMemoryException as error:
        raise too_little_memory(str(folder), error) from error
    except duckdb.IOException as error:
        if not is_full(error):
            raise
        raise SpaceError(
            f"{folder}: the disk is full: {first_line(error)}; make room there, or put the store "
            "elsewhere with DISCOGS_STORE, and run again: what is published stays"
        ) from error
    finally:
        connection.close()


def is_full(error: duckdb.Error) -> bool:
    """Whether DuckDB found no room on the disk, as the operating system says it."""
    return any(os.strerror(code) in str(error) for code in NO_ROOM)


class MonthRows:
    """Reads Parquet files of one dump for one listen month, and writes into an empty folder."""

    def __init__(
        self, connection: Connection, month: date, dump: str, users: Users, folder: Path
    ) -> None:
        self.connection, self.month, self.dump = connection, month, dump
        self.users, self.folder = users, folder

    @property
    def is_of_month(self) -> str:
        start = literal(self.month)
        return f"listened_at >= {start} AND listened_at < {start} + INTERVAL 1 MONTH"

    @property
    def is_good(self) -> str:
        return f"{self.is_of_month} AND given IS NOT NULL AND {IS_MSID}"

    def write(self, paths: Sequence[Path], known: Sequence[Path] = ()) -> dict[str, Written]:
        """Write the tables of the month; listens that are in the files `known` are left out.

        Files that have the same columns are read together. Raises DumpError for one that is
        damaged, or has not the columns of a dump.
        """
        with disk_errors(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
        listens, bad = Written(), Written()
        try:
            for number, alike in enumerate(alike_files(self.connection, paths)):
                self.create_view(alike)
                others = self.count_users()
                more = self.write_listens(self.folder / f"listen-{number:03}", known)
                listens = listens.with_more(more)
                # The ids are a third of a dump: bad ones are looked for where rows are missing.
                if known or count_rows(alike) > others + more.rows:
                    bad = bad.with_more(self.write_bad(self.folder / f"bad-{number:03}"))
        except duckdb.Error as error:
            if isinstance(error, duckdb.OutOfMemoryException) or is_full(error):
                raise
            raise DumpError(
                f"{self.dump}: a file of it cannot be read: {first_line(error)}; import again, and "
                "it is fetched anew"
            ) from error
        return {LISTEN.name: listens, QUARANTINE.name: bad}

    def create_view(self, paths: Sequence[Path]) -> None:
        """Make `dump_row` of all rows of some files."""
        columns = columns_of(self.connection, paths[0])
        fields = selected(columns, f"{self.dump}, {paths[0].name}")
        listed = ", ".join(f'{sql} AS "{name}"' for name, sql in fields.items())
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW dump_row AS SELECT {listed}, user_id::BIGINT AS given, "
            f'file_row_number + 1 AS "row", parse_filename(filename) AS member '
            f"FROM {read_files(paths, PLACES)}"
        )

    def count_users(self) -> int:
        """Make `numbered` of the users of the month; return how many rows other months have.

        One look at two columns is for both.
        """
        counts = self.connection.execute(
            f"SELECT given, count(*) FILTER ({self.is_of_month}), "
            f"count(*) FILTER (NOT ({self.is_of_month})) FROM dump_row GROUP BY given"
        ).fetchall()
        users = [user for user, rows, _ in counts if rows and user is not None]
        self.connection.register("numbered", self.users.table(users))
        return sum(others for _, _, others in counts)

    def write_listens(self, target: Path, known: Sequence[Path]) -> Written:
        """Write the good rows of the month, a file each thread."""
        user = "given" if self.users.is_plain else "number"
        join = "" if self.users.is_plain else " JOIN numbered USING (given)"
        names = LISTEN.names.replace('"user_id"', f"{user} AS user_id")
        query = f"SELECT {names} FROM dump_row{join} WHERE {self.is_good}"
        if known:
            query = (
                f"SELECT DISTINCT ON ({KEY}) {LISTEN.names} FROM ({query}) "
                f"ANTI JOIN {read_files(known)} AS known USING ({KEY})"
            )
        return self.copy(query, target)

    def write_bad(self, target: Path) -> Written:
        """Write where the rows stand that are no listen, and why."""
        return self.copy(
            f'SELECT {quoted(self.dump)} AS dump, member, "row", '
            "CASE WHEN listened_at IS NULL THEN 'it has no time' "
            "WHEN given IS NULL THEN 'it has no user' "
            "WHEN recording_msid IS NULL THEN 'it has no recording_msid' "
            "ELSE 'its recording_msid is no UUID' END AS reason, listened_at, recording_msid "
            f"FROM dump_row WHERE listened_at IS NULL OR ({self.is_of_month} "
            f"AND (given IS NULL OR {IS_MSID} IS NOT TRUE))",
            target,
        )

    def copy(self, query: str, target: Path) -> Written:
        """Write the rows of a query into a new folder; return the files that have any."""
        rows = scalar(self.connection, f"COPY ({query}) TO {quoted(str(target))} ({PARQUET})")
        files = sorted(target.rglob("*.parquet"))
        return Written(tuple(file for file in files if pq.read_metadata(file).num_rows), rows)


def count_rows(paths: Iterable[Path]) -> int:
    return sum(pq.read_metadata(path).num_rows for path in paths)


def alike_files(connection: Connection, paths: Iterable[Path]) -> list[list[Path]]:
    """Return files in groups that have the same columns."""
    groups: dict[str, list[Path]] = {}
    for path in paths:
        groups.setdefault(str(columns_of(connection, path)), []).append(path)
    return [*groups.values()]
