"""Have the rows of queries for a while, in files.

DuckDB (1.5.5) keeps the memory of a temporary table that is dropped in a transaction until the end
of that; a month's load would need as much as all that changed. Parquet files are as quick.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from discogs_assets.warehouse.sql import Connection, quoted, scalar

NUMBERS = count()

ROW = "file_row_number"
"""The column that numbers the rows of a query, from 0."""


def scratch_folder(temporary: Path) -> Path:
    """Return where rows lie for a while, beside the folder that DuckDB spills to."""
    return temporary.with_name(f"{temporary.name}-rows")


@contextmanager
def scratch_rows(connection: Connection, **queries: str) -> Iterator[None]:
    """Have the rows of queries as views of `temp`, with their numbers as `ROW`."""
    folder = scratch_folder(Path(scalar(connection, "SELECT current_setting('temp_directory')")))
    folder.mkdir(parents=True, exist_ok=True)
    # DuckDB may have cached a file of the same name.
    files = {name: folder / f"{name}-{next(NUMBERS)}.parquet" for name in queries}
    for name, query in queries.items():
        path = quoted(str(files[name]))
        connection.execute(f"COPY ({query}) TO {path} (FORMAT parquet, COMPRESSION snappy)")
        connection.execute(
            f'CREATE OR REPLACE TEMP VIEW "{name}" AS '
            f"FROM read_parquet({path}, file_row_number = true, hive_partitioning = false)"
        )
    yield
    for name, file in files.items():
        connection.execute(f'DROP VIEW temp."{name}"')
        file.unlink()
    with suppress(OSError):  # Others may be in it.
        folder.rmdir()
