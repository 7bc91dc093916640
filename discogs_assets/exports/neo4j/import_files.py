"""Write a month as the files that `neo4j-admin database import full` reads.

It fills an empty database many times faster than any client; the server must not run then.
"""

import csv
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.compute as pc

from discogs_assets.exports.graph.files import Part, iter_files
from discogs_assets.exports.graph.model import INTEGER, TEXT, Edge, Node, graph_shapes
from discogs_assets.exports.graph.rows import GraphRows
from discogs_assets.exports.month import Month
from discogs_assets.exports.neo4j.cypher import NOTE, iter_schema
from discogs_assets.exports.sink import Tell
from discogs_assets.exports.sink_state import SinkState
from discogs_assets.storage.disk import disk_errors

COMMAND, SCHEMA = "import.sh", "schema.cypher"
REPORT = "/tmp/neo4j-import.report"  # noqa: S108  (of the machine, or the container, of Neo4j)
KINDS = {INTEGER: "long", TEXT: "string"}

SCRIPT = """\
#!/bin/sh
# Discogs of {month}, for neo4j-admin of Neo4j 5.26: stop the server, run this in the folder of
# these files, start the server, then run {schema} with cypher-shell. What the database `neo4j`
# held is replaced. After that the export to Neo4j brings what changes from month to month.
set -eu
cd "$(dirname "$0")"
{command}
"""


def write_import_files(
    month: Month, types: Sequence[str], folder: Path, tell: Tell
) -> dict[str, int]:
    """Write the files of some dump types, in the place of those that were in the folder.

    Returns the rows of each file by its name without ending, `lost …` for the relationships that
    were left out since an end of theirs is not in the month.
    """
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    with disk_errors(folder), month.rows(types) as rows:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        graph = GraphRows(rows)
        try:
            files = CsvFiles()
            parts = [*iter_files(graph, unfinished, ".csv", files.open, tell)]
            graph.log_dropped()
        finally:
            graph.close()
        for part in parts:
            write_header(header_of(part), columns_of(part.of))
        shapes = graph_shapes()
        write_notes(unfinished, {one: month.to_hold(one, shapes[one]) for one in types})
        write_texts(unfinished, f"{month.month:%Y-%m}", parts, has_lines=files.has_lines)
        swap(unfinished, folder)
    lost = {f"lost {name}": count for name, count in graph.dropped.items() if count}
    return {part.path.stem: part.rows for part in parts} | lost


class CsvFiles:
    """Opens files of CSV; `has_lines` is whether a value of any had more than one line."""

    def __init__(self) -> None:
        self.has_lines = False
        self.file: pa.csv.CSVWriter

    @contextmanager
    def open(self, path: Path, schema: pa.Schema) -> Iterator["CsvFiles"]:
        import pyarrow.csv

        # Text is in quotes, which are doubled within; null is nothing, not even quotes.
        options = pyarrow.csv.WriteOptions(include_header=False)
        with pyarrow.csv.CSVWriter(path, schema, write_options=options) as self.file:
            yield self

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self.has_lines = self.has_lines or any(has_lines(one) for one in batch.columns)
        self.file.write_batch(batch)


def has_lines(column: pa.Array) -> bool:
    if not pa.types.is_string(column.type):
        return False
    return bool(pc.any(pc.match_substring_regex(column, "[\r\n]")).as_py())


def columns_of(part: Node | Edge) -> list[str]:
    """Return the header of a file: what its columns are, as neo4j-admin has it."""
    if isinstance(part, Edge):
        ends = [f":START_ID({part.start})", f":END_ID({part.end})"]
        return ends + [f"{name}:{KINDS[kind]}" for name, kind in part.properties.items()]
    kind = KINDS[part.properties[part.key]]
    more = {**part.properties, "hash": TEXT} if part.dump_type else part.properties
    others = [f"{name}:{KINDS[one]}" for name, one in more.items() if name != part.key]
    return [f"{part.key}:ID({part.label}){{id-type:{kind}}}", *others]


def header_of(part: Part) -> Path:
    return part.path.with_name(f"{part.path.stem}.header.csv")


def write_header(path: Path, columns: list[str]) -> None:
    path.write_text(",".join(columns) + "\n", encoding="utf-8")


def write_notes(folder: Path, held: dict[str, SinkState]) -> None:
    """Write what the database holds then, as the export notes it."""
    write_header(
        folder / f"{NOTE}.header.csv", [f"dump_type:ID({NOTE}){{id-type:string}}", "held:string"]
    )
    with (folder / f"{NOTE}.csv").open("w", encoding="utf-8", newline="") as file:
        write_lines(file, ((one, what.to_text()) for one, what in held.items()))


def write_lines(file: TextIO, lines: Iterator[tuple[str, str]]) -> None:
    csv.writer(file, lineterminator="\n").writerows(lines)


def write_texts(folder: Path, month: str, parts: Sequence[Part], *, has_lines: bool) -> None:
    """Write the command that imports the files, and the Cypher for afterwards."""
    options = ["neo4j-admin database import full neo4j --overwrite-destination"]
    # Not into this folder, which a container may only read.
    options += [f"--report-file={REPORT}"]
    options += ["--multiline-fields=true"] if has_lines else []
    options += [f"--nodes={NOTE}={NOTE}.header.csv,{NOTE}.csv"]
    options += [option_of(part) for part in parts]
    command = " \\\n  ".join(options)
    path = folder / COMMAND
    path.write_text(SCRIPT.format(month=month, schema=SCHEMA, command=command), encoding="utf-8")
    path.chmod(0o755)
    (folder / SCHEMA).write_text(";\n".join(iter_schema()) + ";\n", encoding="utf-8")


def option_of(part: Part) -> str:
    files = f"{header_of(part).name},{part.path.name}"
    if isinstance(part.of, Edge):
        return f"--relationships={part.of.type}={files}"
    return f"--nodes={part.of.label}={files}"


def swap(unfinished: Path, folder: Path) -> None:
    """Put a folder in the place of another."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    unfinished.replace(folder)
    shutil.rmtree(old, ignore_errors=True)
