"""Feed MongoDB: a document a record, written in place; notes say which month is on its way."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.errors import ExportError, SinkGoneError
from discogs_assets.exports.documents.build import Block, as_dicts, iter_documents
from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.drivers import require_driver
from discogs_assets.exports.month_rows import MonthRows
from discogs_assets.exports.redaction import Redactor
from discogs_assets.exports.sink import Tell, WritePlan
from discogs_assets.exports.sink_state import NOTES, SinkState
from discogs_assets.storage.urls import redact_url
from discogs_assets.warehouse.differing import HASH

if TYPE_CHECKING:
    from pymongo import InsertOne, MongoClient, ReplaceOne

    Client = MongoClient[dict[str, Any]]
    Write = InsertOne[dict[str, Any]] | ReplaceOne[dict[str, Any]]

DATABASE = "discogs"
"""The database, where the URL names none."""
FOUND_WITHIN_MS = 3_000
ANSWERS_WITHIN_MS = 600_000
"""An index on all releases takes its time."""
LONGEST = 500
"""Characters of an error that are shown."""
DELETED = 10_000
FETCHED = 100_000

INDEXES = {
    name: (document.searched, *document.searched_members) for name, document in DOCUMENTS.items()
}
"""The fields that have one, by collection."""


class Mongodb:
    """A database of MongoDB, or of what speaks its protocol, by its URL."""

    def __init__(self, url: str, shapes: Mapping[str, str]) -> None:
        self.url, self.shapes = url, shapes
        self.redactor = Redactor.of_url(url)

    @property
    def where(self) -> str:
        return redact_url(self.url)

    @contextmanager
    def open(self) -> Iterator["MongodbSession"]:
        with require_driver("pymongo"):
            import pymongo
        client: Client = pymongo.MongoClient(
            self.url,
            serverSelectionTimeoutMS=FOUND_WITHIN_MS,
            connectTimeoutMS=FOUND_WITHIN_MS,
            socketTimeoutMS=ANSWERS_WITHIN_MS,
            retryWrites=False,  # What was cut off is compared and written again as a whole.
        )
        with client:
            yield MongodbSession(client)

    def translate(self, error: Exception) -> None:
        from pymongo.errors import ConnectionFailure, PyMongoError

        if not isinstance(error, PyMongoError):
            return
        if isinstance(error, ConnectionFailure):
            raise SinkGoneError(f"{self.said(error)}; start MongoDB, or look at its URL") from None
        raise ExportError(
            f"{self.said(error)}; look at MONGODB_URL and at what its user may do"
        ) from None

    def said(self, error: Exception) -> str:
        # What pymongo knows of the whole topology follows, or all documents of a batch.
        text = str(error).partition(" (configured timeouts")[0]
        return f"{self.where}: {self.redactor.redact(text)[:LONGEST]}"


class MongodbSession:
    """A connection to a database."""

    def __init__(self, client: "Client") -> None:
        self.database = client.get_default_database(DATABASE)

    def read_state(self) -> dict[str, SinkState]:
        notes = self.database[NOTES].find()
        return {note["_id"]: SinkState.from_text(note["held"]) for note in notes}

    def note(self, dump_type: str, held: SinkState) -> None:
        content = {"_id": dump_type, "held": held.to_text()}
        self.database[NOTES].replace_one({"_id": dump_type}, content, upsert=True)

    def iter_records(self, dump_type: str) -> Iterator[pa.RecordBatch]:
        # Documents of other people's making may have other ids.
        found = self.database[dump_type].find({"_id": {"$type": "int"}}, {"hash": 1})
        while some := [*islice(found, FETCHED)]:
            ids = pa.array([one["_id"] for one in some], pa.int32())
            hashes = pa.array([one.get("hash") for one in some], pa.string())
            yield pa.RecordBatch.from_pydict({"id": ids, HASH: hashes})

    def count(self, dump_type: str, expected: int) -> int:
        if dump_type not in self.database.list_collection_names():
            return 0
        # The statistics of the collection have it, a row a shard: counting reads all documents.
        rows = self.database[dump_type].aggregate([{"$collStats": {"count": {}}}])
        count = sum(row["count"] for row in rows)
        # After a crash they may be wrong for a while.
        return count if count == expected else self.database[dump_type].count_documents({})

    def write(self, plans: Sequence[WritePlan], rows: MonthRows, tell: Tell) -> None:
        for plan in plans:
            self.note(plan.dump_type, plan.in_progress)
            self.delete(plan.dump_type, plan.delta.removed)
            if plan.is_everything:
                self.delete_strays(plan.dump_type)
            self.put(plan, rows, tell)
            for name in INDEXES[plan.dump_type]:
                self.database[plan.dump_type].create_index(name)
            self.note(plan.dump_type, plan.wanted)

    def delete(self, dump_type: str, ids: BitMap) -> None:
        for start in range(0, len(ids), DELETED):
            some = [*ids[start : start + DELETED]]
            self.database[dump_type].delete_many({"_id": {"$in": some}})

    def delete_strays(self, dump_type: str) -> None:
        """Remove documents of other people's making, whose ids are no numbers of Discogs."""
        self.database[dump_type].delete_many({"_id": {"$not": {"$type": "int"}}})

    def put(self, plan: WritePlan, rows: MonthRows, tell: Tell) -> None:
        """Write what is new and what changed, a block at a time."""
        added = plan.delta.added
        blocks = iter_documents(
            rows,
            DOCUMENTS[plan.dump_type],
            lambda block: as_writes(block, added),
            plan.delta.upserts,
        )
        for writes in blocks:
            self.database[plan.dump_type].bulk_write(writes, ordered=False)
            tell(len(writes))


def as_writes(block: Block, added: BitMap) -> list["Write"]:
    from pymongo import InsertOne, ReplaceOne

    documents = (
        {"_id": id_, "hash": record_hash, **content}
        for id_, record_hash, content in as_dicts(block)
    )
    return [
        InsertOne(one) if one["_id"] in added else ReplaceOne({"_id": one["_id"]}, one, upsert=True)
        for one in documents
    ]
