"""The servers of scripts/services answer, refuse strangers, keep their data and end."""

import subprocess
import sys
from pathlib import Path
from typing import Any, LiteralString, cast

import boto3
import neo4j
import psutil
import psycopg
import pymongo
import pytest
import redis
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from neo4j.exceptions import AuthError
from pymongo.errors import OperationFailure
from redis.backoff import NoBackoff
from redis.retry import Retry

from discogs_assets_tests.support.s3_bucket import client_of
from discogs_assets_tests.support.services.server import (
    SCRIPTS,
    Server,
    neo4j_admin,
    processes,
    why_missing,
)

pytestmark = pytest.mark.slow

WHEN_GONE: dict[str, type[Exception]] = {
    "postgres": psycopg.OperationalError,
    "redis": redis.ConnectionError,
    "neo4j": neo4j.exceptions.ServiceUnavailable,
    "mongodb": pymongo.errors.ServerSelectionTimeoutError,
    "s3": EndpointConnectionError,
}


def postgres(server: Server, statement: LiteralString, **settings: str) -> list[tuple[Any, ...]]:
    """Run a statement, and return its rows."""
    with psycopg.connect(server.address, connect_timeout=10, **cast(Any, settings)) as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else []


def mongo(address: str) -> pymongo.MongoClient[dict[str, Any]]:
    return pymongo.MongoClient(address, serverSelectionTimeoutMS=5000)


def cypher(server: Server, query: LiteralString, password: str = "") -> list[dict[str, Any]]:
    """Run a query in a transaction of its own, as CALL … IN TRANSACTIONS needs it."""
    user = server.settings["NEO4J_USERNAME"], password or server.password
    with (
        neo4j.GraphDatabase.driver(server.address, auth=user) as driver,
        driver.session() as session,
    ):
        return session.run(query).data()


@pytest.fixture(scope="module", params=list(WHEN_GONE))
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(f"{request.param}_server")
    return found


def write(server: Server) -> None:
    """Leave the name of release 1 in the server."""
    if server.name == "postgres":
        postgres(server, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
        postgres(server, "CREATE TABLE IF NOT EXISTS kept AS SELECT '1' id, 'Stockholm' title")
    elif server.name == "redis":
        with redis.Redis.from_url(server.address) as client:
            client.set("kept:1", "Stockholm")
    elif server.name == "neo4j":
        query = "UNWIND ['Stockholm'] AS title CALL (title) { MERGE (:Kept {title: title}) }"
        cypher(server, query + " IN TRANSACTIONS OF 5 ROWS")
    elif server.name == "s3":
        place: Any = {"LocationConstraint": server.settings["AWS_DEFAULT_REGION"]}
        client_of(server.settings).create_bucket(Bucket="kept", CreateBucketConfiguration=place)
        client_of(server.settings).put_object(Bucket="kept", Key="1", Body=b"Stockholm")
    else:
        with mongo(server.address) as client:
            one = pymongo.ReplaceOne({"_id": 1}, {"_id": 1, "title": "Stockholm"}, upsert=True)
            client.get_default_database()["kept"].bulk_write([one], ordered=False)


def read(server: Server) -> Any:
    if server.name == "postgres":
        return postgres(server, "SELECT title FROM kept WHERE title ILIKE '%tock%'")[0][0]
    if server.name == "redis":
        with redis.Redis.from_url(server.address, decode_responses=True) as client:
            return client.get("kept:1")
    if server.name == "neo4j":
        return cypher(server, "MATCH (k:Kept) RETURN k.title AS title")[0]["title"]
    if server.name == "s3":
        answer = client_of(server.settings).get_object(Bucket="kept", Key="1")
        return answer["Body"].read().decode()
    with mongo(server.address) as client:
        return client.get_default_database()["kept"].find_one({"_id": 1}, {"_id": 0})


def test_keeps_what_was_written_when_it_is_stopped_and_started(server: Server) -> None:
    write(server)
    before, settings = read(server), server.settings
    assert before in ("Stockholm", {"title": "Stockholm"})
    them = processes(server.process) if server.process else []
    with server.stopped():
        assert len(them) >= 2
        assert [one for one in them if one.is_running()] == []
        with pytest.raises(WHEN_GONE[server.name]):
            read(server)
    assert server.settings == settings
    assert read(server) == before


def test_postgres_refuses_a_wrong_password(postgres_server: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        postgres(postgres_server, "SELECT 1", password="wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        postgres(postgres_server, "SELECT 1", user="postgres", password="guessed")


def test_the_user_of_postgres_is_no_superuser_and_may_make_databases(
    postgres_server: Server,
) -> None:
    query = "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert postgres(postgres_server, query) == [(False, True)]


def test_redis_refuses_a_wrong_password_and_none(redis_server: Server) -> None:
    port = int(redis_server.port)
    # Its client takes a refusal for a lost connection, and would try ten times.
    once = Retry(NoBackoff(), 0)
    for password in ("wrong", None):
        client = redis.Redis(port=port, password=password, retry=once)
        with client, pytest.raises(redis.AuthenticationError):
            client.get("kept:1")


def test_neo4j_refuses_a_wrong_password(neo4j_server: Server) -> None:
    with pytest.raises(AuthError):
        cypher(neo4j_server, "RETURN 1", password="wrong")


def test_neo4j_takes_an_import(neo4j_server: Server, tmp_path: Path) -> None:
    """`neo4j-admin database import full` puts nodes in the place of what there was."""
    artists = tmp_path / "artists.csv"
    artists.write_text("id:ID(Artist),name,:LABEL\n1,The Persuader,Artist\n")
    with neo4j_server.stopped():
        command = "database", "import", "full", "neo4j", "--overwrite-destination"
        printed = neo4j_admin(neo4j_server, *command, f"--nodes={artists}")
    assert "1 nodes" in printed
    assert cypher(neo4j_server, "MATCH (n) RETURN n.name AS name") == [{"name": "The Persuader"}]


def test_mongodb_refuses_a_wrong_password_and_none(mongodb_server: Server) -> None:
    for login in ("discogs:wrong@", ""):
        url = f"mongodb://{login}127.0.0.1:{mongodb_server.port}/discogs"
        client = mongo(url)
        with client, pytest.raises(OperationFailure, match="uthentication"):
            client.get_default_database()["kept"].find_one()


def test_s3_refuses_a_wrong_secret_and_none(s3_server: Server) -> None:
    wrong = client_of({**s3_server.settings, "AWS_SECRET_ACCESS_KEY": "wrong"})
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        wrong.list_buckets()
    unsigned = Config(signature_version=UNSIGNED)
    nobody = boto3.client(
        "s3", endpoint_url=s3_server.address, region_name="eu-west-3", config=unsigned
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        nobody.list_buckets()


STARTS_A_SERVER = """
import sys, time
from pathlib import Path
from discogs_assets_tests.support.services.server import Server
server = Server(sys.argv[1], Path(sys.argv[2]))
server.start()
print(server.process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("name", ["postgres", "redis", "mongodb", "s3"])
def test_ends_when_who_started_it_is_killed(
    request: pytest.FixtureRequest, name: str, tmp_path: Path
) -> None:
    server: Server = request.getfixturevalue(f"{name}_server")
    folder = server.folder / "of-a-killed-process"
    folder.mkdir()
    command = [sys.executable, "-c", STARTS_A_SERVER, name, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        script = psutil.Process(int(starter.stdout.readline()))
        them = [script, *script.children(recursive=True)]
        starter.kill()
    _, alive = psutil.wait_procs(them, timeout=30)
    assert len(them) >= 2
    assert alive == []


def test_a_server_that_cannot_start_says_why(redis_server: Server, tmp_path: Path) -> None:
    other = Server("redis", tmp_path)
    other.settings = redis_server.settings
    with pytest.raises(AssertionError, match=f"port {redis_server.port} is in use"):
        other.start()
    assert other.process is None


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISCOGS_SERVICES", str(tmp_path))
    assert why_missing("mongodb") == (
        "mongodb: there is no FerretDB; scripts/services/mongodb install"
    )
    said = subprocess.run([SCRIPTS / "redis", "walk"], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (
        1,
        "redis: say what to do: install | check | run FOLDER [PORT]\n",
    )
