"""The output of `videos`: a table for people, CSV or JSON for programs."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice

import duckdb
import pyarrow as pa

from discogs_assets.display.rows import MOST_ROWS, PRINTERS
from discogs_assets.display.terminal import print_table
from discogs_assets.exports.masters.videos import Answer, Question

ROWS_AT_ONCE = 10_000
SCHEMA = pa.schema(
    {
        "master_id": pa.int32(),
        "master": pa.string(),
        "uri": pa.string(),
    }
)


def print_videos(form: str, answer: Answer, question: Question, name: str) -> None:
    """Print an answer of the system called `name`."""
    if form == "table":
        print_people(answer, question, name)
        return
    with duckdb.connect() as connection:
        reader = pa.RecordBatchReader.from_batches(SCHEMA, iter_batches(answer))
        PRINTERS[form](connection.from_arrow(reader))


def iter_batches(answer: Answer) -> Iterator[pa.RecordBatch]:
    rows = map(asdict, answer.iter_rows())
    while part := [*islice(rows, ROWS_AT_ONCE)]:
        yield pa.RecordBatch.from_pylist(part, SCHEMA)


def print_people(answer: Answer, question: Question, name: str) -> None:
    """Print a table with whole addresses, and how many masters match."""
    masters = len(answer.matching)
    title = f"{masters:,} {'master' if masters == 1 else 'masters'} of {question}, from {name}"
    if not answer.masters:
        print(title)
        if masters:
            print("No video leads to any of them.")
        return
    rows = [
        (str(row.master_id), line(row.master), row.uri)
        for row in islice(answer.iter_rows(), MOST_ROWS)
    ]
    print_table(title, (" Id", "Master", "Address"), rows)
    more = sum(len(master.videos) for master in answer.masters) - len(rows)
    if more:
        print(f"… and {more:,} more; --format csv or json has them all")


def line(text: str) -> str:
    return " ".join(text.split())
