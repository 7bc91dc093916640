"""Rows of many queries in Parquet files of a folder, as temporary views of a connection."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from discogs_assets.derived.parts import named
from discogs_assets.storage.disk import disk_errors
from discogs_assets.warehouse.scratch_rows import scratch_folder
from discogs_assets.warehouse.sql import Connection, quoted, scalar


class Scratch:
    """Keeps rows under names; `temp.<name>` shows what is there of one."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self.connection = connection
        self.folder = folder
        self.files: dict[str, int] = {}
        self.views: set[str] = set()

    def add(self, name: str, query: str, options: str = "") -> int:
        """Add the rows of a query to a name; return how many. `options` are more of COPY.

        WarehouseError names what failed, WarehouseMemoryError what does not fit into memory.
        """
        number = self.files.get(name, 0)
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        target = folder / (f"{number:05}" + ("" if options else ".parquet"))
        how = f"FORMAT parquet, COMPRESSION lz4{options}"
        with named(f"crosswalk: {name}"):
            copy = f"COPY ({query}) TO {quoted(str(target))} ({how})"
            rows = int(scalar(self.connection, copy))
        self.files[name] = number + 1
        if options and not rows:  # Of no rows there is no file.
            return self.add(name, query)
        if name not in self.views:
            self.views.add(name)
            files = quoted(f"{folder}/{'**/' if options else ''}*.parquet")
            hive = "true" if options else "false"
            self.connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {name} AS "
                f"FROM read_parquet({files}, hive_partitioning = {hive})"
            )
        return rows

    def replace(self, name: str, query: str) -> int:
        """Have the rows of a query, and no others, under a name."""
        self.remove(name)
        return self.add(name, query)

    def remove(self, name: str) -> None:
        """Forget a name, and delete its files."""
        if name not in self.views:
            return
        # The number goes on: DuckDB may have cached a file of the same name.
        self.views.remove(name)
        self.connection.execute(f"DROP VIEW temp.{name}")
        for path in (self.folder / name).glob("*"):
            path.unlink()


@contextmanager
def scratch_beside(connection: Connection) -> Iterator[Scratch]:
    """Have a folder of one's own beside the one that DuckDB spills to, for as long as needed."""
    spill = Path(scalar(connection, "SELECT current_setting('temp_directory')"))
    parent = scratch_folder(spill)
    with disk_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix="crosswalk-", dir=parent))
    try:
        yield Scratch(connection, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
