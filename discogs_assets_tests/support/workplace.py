"""A folder with made-up dumps, a store and a warehouse of its own, to import in."""

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg

from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.steps import Request
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.exports.settings import ExportSettings
from discogs_assets.orchestration.months import FIRST_DUMP
from discogs_assets.platform import Platform, Settings, build_platform
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.synthetic import Sizes, write_dump
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.download import fetch
from discogs_assets.sources.dumps.publish import DumpPublisher
from discogs_assets.storage.manifest import Manifest
from discogs_assets.warehouse.database import Warehouse
from discogs_assets_tests.support.checkout import CHECKOUT

INSTANCE = CHECKOUT / "dagster.yaml"

JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))
SIZES = Sizes(artists=20, labels=10, masters=12, releases=30)

STEPS = {
    "dump": ("sources.dumps.download", "_publish"),
    "records": ("storage.lake", "Lake.publish"),
    "load": ("warehouse.replace", "create_views"),
    "derived": ("derived.compute", "replace_computed"),
}
"""A function in the midst of each step."""

STOPPING = """
import importlib, sys, time
from operator import attrgetter
from discogs_assets.cli import main as command

def wait(*_):
    print(text, flush=True)
    time.sleep(600)

module, function, text = sys.argv[1:4]
owner, _, name = function.rpartition(".")
thing = importlib.import_module(f"discogs_assets.{module}")
setattr(attrgetter(owner)(thing) if owner else thing, name, wait)
sys.exit(command.main(sys.argv[4:]))
"""

Rows = list[tuple[Any, ...]]


class Workplace:
    """Everything one import needs, below one folder."""

    def __init__(self, folder: Path, dumps: Path | None = None) -> None:
        self.folder = folder
        self.dumps = dumps or folder / "dumps"
        self.warehouse = folder / "warehouse.duckdb"
        self.exports = ExportSettings(sqlite_path=folder / "cache.db")
        self.home = folder / "home"
        self.home.mkdir(parents=True, exist_ok=True)
        shutil.copy(INSTANCE, self.home)

    def publish(self, day: date, *, month: int = 0, with_checksum: bool = True) -> dict[str, Path]:
        """Write a made-up dump into the folder that dumps are imported from."""
        return write_dump(self.dumps, day, SIZES, month=month, with_checksum=with_checksum)

    def publish_fewer(self, day: date, dump_type: str, count: int) -> None:
        """Write a dump that has only so many records of a type."""
        write_dump(self.dumps, day, replace(SIZES, **{dump_type: count}))

    def put_in_lake(self, day: date, dump_type: str) -> Manifest:
        """Bring a published dump file into the lake, whatever its checks say."""
        platform, progress = self.platform(), LoggedProgress()
        _, dump = fetch(platform.dumps.catalogue, platform.store, dump_type, day, progress)
        importer = DumpPublisher(
            platform.lake, DUMP_TYPES[dump_type], day, dump, DISCOGS.open_reader
        )
        return importer.run(progress, is_accepted=True)

    def publish_raw(self, day: date, dump_type: str, xml: bytes) -> None:
        """Write a dump file of one type, without checksums."""
        (self.dumps / f"discogs_{day:%Y%m%d}_{dump_type}.xml.gz").write_bytes(gzip.compress(xml))

    def platform(self) -> Platform:
        store = str(self.folder / "store")
        settings = Settings(
            str(self.dumps),
            store,
            self.warehouse,
            self.home,
            exports=self.exports,
            first_month=FIRST_DUMP,
        )
        return build_platform(settings)

    def importing(self, *types: str, **request: Any) -> list[ImportResult]:
        """Import, all types there are when none is named; the runs are forgotten."""
        wanted = Request(types, **request)
        quiet = {"telemetry": {"enabled": False}}
        with dg.DagsterInstance.ephemeral(settings=quiet) as instance:
            return MonthImport(self.platform(), instance, wanted, LoggedProgress()).run()

    def environment(self) -> Mapping[str, str]:
        """Return the environment of a command."""
        return {
            **{name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
            "DISCOGS_DUMPS_URL": str(self.dumps),
            "DISCOGS_STORE": str(self.folder / "store"),
            "DISCOGS_WAREHOUSE": str(self.warehouse),
            "DAGSTER_HOME": str(self.home),
            "DISCOGS_FIRST_MONTH": f"{FIRST_DUMP:%Y-%m}",
            "SQLITE_PATH": str(self.exports.sqlite_path),
            "COLUMNS": "200",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command as a process of its own, in a process group of its own."""
        return self.start_python("-m", "discogs_assets.cli", *arguments)

    def start_stopping_at(self, step: str, *arguments: str) -> subprocess.Popen[str]:
        """Start the command so that it prints `in <step>` where that step works, and waits."""
        return self.start_python("-c", STOPPING, *STEPS[step], f"in {step}", *arguments)

    def start_python(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=self.environment(),
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command to its end; how far it is, which a slow machine tells, is left out."""
        with self.start(*arguments) as process:
            output, errors = process.communicate(timeout=120)
        lines = errors.splitlines(keepends=True)
        errors = "".join(line for line in lines if " so far" not in line)
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    def ask(self, sql: str) -> Rows:
        """Return the rows of a query in the warehouse."""
        with Warehouse(self.warehouse).reader() as connection:
            return connection.execute(sql).fetchall()

    def count(self, table: str) -> int:
        found: int = self.ask(f"SELECT count(*) FROM {table}")[0][0]
        return found

    def content(self) -> dict[str, Rows]:
        """Return all rows of all tables and views, as far as they do not differ by the hour."""
        names = self.ask(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema <> 'temp' AND table_name <> 'loaded_month'"
        )
        loaded = 'SELECT "table", month, is_full, rows FROM discogs.loaded_month ORDER BY ALL'
        return {
            f"{schema}.{name}": self.ask(f"FROM {schema}.{name} ORDER BY ALL")
            for schema, name in sorted(names)
        } | {"loaded_month": self.ask(loaded)}
