"""MongoDB: what is in it, and all that a sink has to do."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymongo
import pytest
from pymongo.database import Database

from discogs_assets.exports.documents.build import as_dicts, iter_documents
from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.feed import feed
from discogs_assets.exports.mongodb.sink import Mongodb
from discogs_assets_tests.support.change_months import JANUARY, Months
from discogs_assets_tests.support.contract import Content, ServerContract, nobody
from discogs_assets_tests.support.export_months import TYPES, month_of
from discogs_assets_tests.support.exports_page import query_of
from discogs_assets_tests.support.services.server import Server

pytestmark = pytest.mark.slow

SHAPES = dict.fromkeys(TYPES, "1")


@contextmanager
def database(sink: Mongodb) -> Iterator[Database[dict[str, Any]]]:
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(sink.url)
    with client:
        yield client.get_default_database("discogs")


def empty(sink: Mongodb) -> None:
    with database(sink) as found:
        for name in found.list_collection_names():
            found.drop_collection(name)


@pytest.fixture
def sink(mongodb_server: Server) -> Mongodb:
    sink = Mongodb(mongodb_server.address, SHAPES)
    empty(sink)
    return sink


class TestMongodb(ServerContract):
    is_atomic = False

    @pytest.fixture(autouse=True)
    def server_of_sink(self, mongodb_server: Server) -> None:
        self.server = mongodb_server

    @pytest.fixture
    def stranger(self, mongodb_server: Server) -> Mongodb:
        wrong = mongodb_server.address.replace(mongodb_server.password, "wrong-secret")
        return Mongodb(wrong, SHAPES)

    def content(self, sink: Mongodb) -> Content:
        with database(sink) as found:
            return {name: sorted(found[name].find(), key=lambda d: d["_id"]) for name in TYPES}

    def empty(self, sink: Mongodb) -> None:
        empty(sink)


def test_a_document_is_the_whole_record(sink: Mongodb, export_months: Months) -> None:
    month = month_of(export_months, JANUARY)
    feed(sink, month, TYPES, nobody)
    for dump_type, document in DOCUMENTS.items():
        with month.rows([dump_type]) as rows:
            expected = [
                {"_id": id_, "hash": found, **content}
                for block in iter_documents(rows, document, as_dicts)
                for id_, found, content in block
            ]
        with database(sink) as there:
            assert [*there[dump_type].find().sort("_id")] == expected


INDEXES = {
    "artists": ["name"],
    "labels": ["name"],
    "masters": ["title", "artists.artist_id"],
    "releases": [
        "title",
        "artists.artist_id",
        "labels.label_id",
        "labels.catno",
        "identifiers.value",
    ],
}


def test_what_people_search_is_indexed(sink: Mongodb, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    with database(sink) as found:
        for dump_type, names in INDEXES.items():
            keys = [[*one["key"].items()] for one in found[dump_type].list_indexes()]
            assert sorted(keys) == sorted([[("_id", 1)], *([(name, 1)] for name in names)])
        barcode = {"identifiers.value": "5 01234"}
        assert [one["_id"] for one in found["releases"].find(barcode)] == [1]
        assert [one["_id"] for one in found["releases"].find({"labels.catno": "C, 2"})] == [1]
        assert [one["_id"] for one in found["masters"].find({"artists.artist_id": 2})] == [1]


def test_the_query_of_the_readme(sink: Mongodb, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    found = re.fullmatch(r"db\.(\w+)\.find\((.*)\)", query_of("MongoDB"))
    assert found
    with database(sink) as there:
        query = there[found[1]].find(json.loads(found[2]))
        assert [one["title"] for one in query] == ["The Dark Side, Again"]


def test_collections_of_others_are_taken_over(sink: Mongodb, export_months: Months) -> None:
    with database(sink) as there:
        there["labels"].insert_many([{"_id": "x"}, {"_id": 7.5}, {"_id": 2, "name": "Old"}])
    found = feed(sink, month_of(export_months, JANUARY), ["labels"], nobody)
    assert found["labels"].there == found["labels"].records == 3
    with database(sink) as there:
        assert there["labels"].find_one({"_id": 2}, {"_id": 0, "name": 1}) == {"name": "Cold"}
