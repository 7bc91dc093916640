"""Redis: what its keys have, how a month takes the place of another, and all that sinks do."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import redis

from discogs_assets.errors import ExportError, SinkGoneError
from discogs_assets.exports.redis.sink import Redis
from discogs_assets.exports.redis.swap import UNFINISHED
from discogs_assets.exports.sink import Counts, Sink, Tell
from discogs_assets.exports.sink_state import NOTES
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months
from discogs_assets_tests.support.contract import Content, Feeds, ServerContract, nobody
from discogs_assets_tests.support.export_months import month_of
from discogs_assets_tests.support.exports_page import query_of
from discogs_assets_tests.support.services.server import Server
from discogs_assets_tests.support.video_months import MOVING, YOUTUBE, bring_month, unpack

pytestmark = pytest.mark.slow

TYPES = ("masters",)

ONE, TWO = (f"https://www.youtube.com/watch?v={letter * 11}" for letter in "ab")
IN_JANUARY = {
    "genre:Electronic": {"2", "3"},
    "genre:Rock": {"1", "2"},
    "style:Psychedelic": {"1"},
    "style:Techno": {"2", "3"},
    "year:1969": {"1"},
    "year:2001": {"2", "3"},
    "unique:genre": {"Electronic", "Rock"},
    "unique:style": {"Psychedelic", "Techno"},
    "unique:year": {"1969", "2001"},
    "master:title": {"1": "The Dark Side, Again", "2": "Two", "3": "Three"},
    "video:1": {ONE, TWO},
}
IN_FEBRUARY = {
    "genre:Electronic": {"2"},
    "genre:Jazz": {"4"},
    "genre:Rock": {"1"},
    "style:House": {"2"},
    "style:Psychedelic": {"1"},
    "year:1959": {"4"},
    "year:1969": {"1"},
    "year:2002": {"2"},
    "unique:genre": {"Electronic", "Jazz", "Rock"},
    "unique:style": {"House", "Psychedelic"},
    "unique:year": {"1959", "1969", "2002"},
    "master:title": {"1": "The Dark Side, Again", "2": "Two, changed", "4": "Four"},
    "video:1": {ONE, TWO},
}

ONE_RELEASE = (
    '<release id="1"><title>R</title><videos><video src="https://vimeo.com/1"/></videos></release>'
)

Client = Any


def content_of(client: Client) -> Content:
    """Return what every key has, but for those that the export keeps for itself."""
    found: Content = {}
    for key in client.scan_iter():
        if key.startswith(NOTES):
            continue
        kind = client.type(key)
        found[key] = {
            "set": client.smembers,
            "hash": client.hgetall,
            "string": client.get,
            "list": lambda name: client.lrange(name, 0, -1),
        }[kind](key)
    return found


def client_of(server: Server) -> Client:
    return redis.Redis.from_url(server.address, decode_responses=True)


@pytest.fixture
def client(redis_server: Server) -> Iterator[Client]:
    with client_of(redis_server) as client:
        client.flushdb()
        yield client


@pytest.fixture
def sink(redis_server: Server, client: Client) -> Redis:
    return Redis(redis_server.address)


Fed = Callable[..., Counts]


@pytest.fixture
def feeds(sink: Redis, export_months: Months) -> Fed:
    def feed(month: date, *, is_full: bool = False) -> Counts:
        month_to_feed = month_of(export_months, month)
        return sink.feed(month_to_feed, TYPES, nobody, is_full=is_full)["masters"]

    return feed


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Months:
    folder = tmp_path_factory.mktemp("moving")
    for month, content in MOVING.items():
        months = bring_month(folder, content, month)
    return months


def test_videos_of_a_release_that_could_not_be_read_stay(
    sink: Redis, client: Client, tmp_path: Path
) -> None:
    broken = MOVING[JANUARY]["releases"].replace("<title>R", "<title>\x01")
    broken += '<release id="11"><title>R</title></release>'
    for month, releases in ((JANUARY, MOVING[JANUARY]["releases"]), (FEBRUARY, broken)):
        content = {"masters": MOVING[JANUARY]["masters"], "releases": releases}
        months = bring_month(tmp_path, content, month)
    sink.feed(month_of(months, FEBRUARY), TYPES, nobody)
    at_once = content_of(client)
    assert at_once["video:1"] == {f"{YOUTUBE}{letter * 11}" for letter in "ab"}
    for month in (JANUARY, FEBRUARY):
        sink.feed(month_of(months, month), TYPES, nobody)
    assert content_of(client) == at_once


class TestRedis(ServerContract):
    types = TYPES

    @pytest.fixture(autouse=True)
    def server_of_sink(self, redis_server: Server) -> None:
        self.server = redis_server

    @pytest.fixture
    def feeds(self, sink: Redis, export_months: Months) -> Feeds:
        def feed(
            month: date, limit: int | None = None, tell: Tell = nobody, *, is_full: bool = False
        ) -> dict[str, Counts]:
            found = month_of(export_months, month, limit)
            return sink.feed(found, self.types, tell, is_full=is_full)

        return feed

    @pytest.fixture
    def stranger(self, redis_server: Server) -> Redis:
        return Redis(redis_server.address.replace(redis_server.password, "wrong-secret"))

    def content(self, sink: Redis) -> Content:
        with client_of(self.server) as client:
            return content_of(client)

    def empty(self, sink: Redis) -> None:
        with client_of(self.server) as client:
            client.flushdb()

    # A month has three masters here, and changes two: fewer than the contract counts with.
    @pytest.mark.parametrize("after", [1, 2])
    @pytest.mark.parametrize("before", [None, JANUARY])
    def test_a_killed_process_is_made_up_for(
        self,
        sink: Sink,
        feeds: Feeds,
        fresh: Callable[..., Content],
        export_months: Months,
        before: date | None,
        after: int,
    ) -> None:
        super().test_a_killed_process_is_made_up_for(
            sink, feeds, fresh, export_months, before, after
        )

    @pytest.mark.parametrize("after", [0, 1])
    def test_a_server_that_was_gone_is_fed_to_the_end(
        self,
        sink: Sink,
        feeds: Feeds,
        fresh: Callable[..., Content],
        export_months: Months,
        after: int,
    ) -> None:
        super().test_a_server_that_was_gone_is_fed_to_the_end(
            sink, feeds, fresh, export_months, after
        )


def test_keys_of_a_month_and_of_the_next(client: Client, feeds: Fed) -> None:
    feeds(JANUARY)
    assert content_of(client) == IN_JANUARY
    feeds(FEBRUARY)
    assert content_of(client) == IN_FEBRUARY
    feeds(FEBRUARY, is_full=True)
    assert content_of(client) == IN_FEBRUARY
    assert {*client.scan_iter(f"{NOTES}*")} == {NOTES}


def test_what_nobody_changed_is_not_written_again(client: Client, feeds: Fed) -> None:
    feeds(JANUARY)
    client.hset("master:title", "1", "Somebody wrote this")
    client.config_resetstat()
    found = feeds(FEBRUARY)
    assert (found.inserted, found.updated, found.deleted) == (1, 1, 1)
    calls = {name: one["calls"] for name, one in client.info("commandstats").items()}
    assert "cmdstat_rename" not in calls
    assert client.hget("master:title", "1") == "Somebody wrote this"
    assert calls["cmdstat_hset"] == 2, "titles, and the note"
    assert calls["cmdstat_hdel"] == 1


def test_many_changes_are_built_beside(
    client: Client, feeds: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discogs_assets.exports.redis.sink.MOST_CHANGED", 1)
    monkeypatch.setattr("discogs_assets.exports.redis.sink.MASTERS_AT_ONCE", 2)
    for name in ("AT_ONCE", "OPEN", "SENT_BYTES"):
        monkeypatch.setattr(f"discogs_assets.exports.redis.protocol.{name}", 1)
    feeds(JANUARY)
    assert content_of(client) == IN_JANUARY
    client.config_resetstat()
    feeds(FEBRUARY)
    assert client.info("commandstats")["cmdstat_rename"]["calls"] == len(IN_FEBRUARY)
    assert content_of(client) == IN_FEBRUARY


@pytest.mark.parametrize("most_changed", [0, 100])
def test_readers_see_one_month_or_the_other(
    client: Client, feeds: Fed, monkeypatch: pytest.MonkeyPatch, most_changed: int
) -> None:
    monkeypatch.setattr("discogs_assets.exports.redis.sink.MOST_CHANGED", most_changed)
    feeds(JANUARY)
    seen: list[Any] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            with client.pipeline() as pipe:
                for kind in ("genre", "style", "year"):
                    pipe.smembers(f"unique:{kind}")
                for tag in ("Electronic", "Jazz", "Rock"):
                    pipe.smembers(f"genre:{tag}")
                found = pipe.hgetall("master:title").execute()
            if found not in seen:
                seen.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    for month in (FEBRUARY, JANUARY, FEBRUARY, JANUARY, FEBRUARY):
        feeds(month)
    is_over.set()
    reader.join()
    months = [
        [
            *(month[f"unique:{kind}"] for kind in ("genre", "style", "year")),
            *(month.get(f"genre:{tag}", set()) for tag in ("Electronic", "Jazz", "Rock")),
            month["master:title"],
        ]
        for month in (IN_JANUARY, IN_FEBRUARY)
    ]
    assert all(found in months for found in seen)
    assert len(seen) == 2


@pytest.mark.parametrize("most_changed", [0, 100])
def test_videos_are_of_one_month_or_the_other(
    client: Client,
    sink: Redis,
    moving: Months,
    monkeypatch: pytest.MonkeyPatch,
    most_changed: int,
) -> None:
    monkeypatch.setattr("discogs_assets.exports.redis.sink.MOST_CHANGED", most_changed)
    a, b, c, d = (f"https://www.youtube.com/watch?v={letter * 11}" for letter in "abcd")
    in_january = [{a, b}, {c}, set(), {"1", "2", "3"}]
    in_february = [{a, d}, set(), {d}, {"1", "2", "4"}]

    def read(_records: int = 0) -> None:
        with client.pipeline() as pipe:
            for one in (1, 2, 4):
                pipe.smembers(f"video:{one}")
            *videos, titles = pipe.hkeys("master:title").execute()
        seen.append([*videos, {*titles}])

    for month, before, now in (
        (JANUARY, [set()] * 4, in_january),
        (FEBRUARY, in_january, in_february),
        (JANUARY, in_february, in_january),
    ):
        seen: list[Any] = []
        sink.feed(month_of(moving, month), TYPES, read)
        read()
        assert seen == [before, now]


def test_the_keys_that_people_know(
    client: Client, sink: Redis, tmp_path: Path, samples: Path
) -> None:
    folder = samples / "later/redis"
    months = bring_month(tmp_path, unpack(folder))
    sink.feed(month_of(months, JANUARY), TYPES, nobody)
    found = content_of(client)
    assert found.pop("master:title") == {"18500": "New Soil"}
    expected = json.loads((folder / "expected_keys.json").read_text())
    assert found == {key: {*members} for key, members in expected.items()}


def test_keys_of_others_stay_as_they_are(client: Client, feeds: Fed) -> None:
    others = {
        "genre:Polka": {"7"},
        "next:genre:Rock": {"8"},
        "discogs": "9",
        "master:year": {"1": "1969"},
        "video:9": {"https://example.com/9"},
    }
    client.sadd("genre:Polka", 7)
    client.sadd("next:genre:Rock", 8)
    client.set("discogs", 9)
    client.hset("master:year", "1", "1969")
    client.sadd("video:9", "https://example.com/9")
    for month, expected in ((JANUARY, IN_JANUARY), (FEBRUARY, IN_FEBRUARY), (JANUARY, IN_JANUARY)):
        feeds(month)
        assert content_of(client) == expected | others


def test_keys_of_the_same_names_are_taken_over(client: Client, feeds: Fed) -> None:
    client.sadd("unique:style", "Techno", "Gabber")
    client.sadd("style:Gabber", 77)
    client.lpush("genre:Rock", "not", "a", "set")
    client.hset("master:title", mapping={"1": "Old", "99": "Gone"})
    for key in ("video:1", "video:3", "video:99"):
        client.sadd(key, "https://example.com/old")
    found = feeds(JANUARY)
    assert (found.inserted, found.updated, found.deleted) == (2, 1, 1)
    assert content_of(client) == IN_JANUARY
    client.set("genre:Jazz", "somebody else's, where February has a tag")
    client.set("video:4", "and a master")
    feeds(FEBRUARY)
    assert content_of(client) == IN_FEBRUARY


def test_what_a_killed_build_left_is_removed(
    client: Client, sink: Redis, feeds: Fed, export_months: Months
) -> None:
    TestRedis().feed_and_die(sink, export_months, 3)
    left = {*client.scan_iter(f"{NOTES}:*:*")}
    keys = {name.split(":", 2)[2] for name in left}
    assert keys >= {"genre:Jazz", "master:title", "video:1"}
    noted = {name for name in left if ":video:" not in name}
    assert client.smembers(UNFINISHED) == noted
    feeds(FEBRUARY)
    assert {*client.scan_iter(f"{NOTES}*")} == {NOTES}
    assert content_of(client) == IN_FEBRUARY


def test_what_an_export_of_0_1_0_left_is_removed(client: Client, feeds: Fed) -> None:
    staged = "discogs_export:0123456789ab:"
    client.set("discogs_export:turn", "fedcba")
    client.sadd("discogs_export:unfinished", f"{staged}master:title", f"{staged}genre:Jazz")
    client.hset(f"{staged}master:title", "1", "One")
    client.sadd(f"{staged}genre:Jazz", 1)
    client.sadd(f"{staged}video:1", "https://example.com/1")
    feeds(FEBRUARY)
    assert {*client.scan_iter("discogs_export*")} == {"discogs_export"}
    assert content_of(client) == IN_FEBRUARY


def test_a_command_that_fails_among_others_is_made_up_for(client: Client, feeds: Fed) -> None:
    feeds(JANUARY)
    client.delete("genre:Rock")
    client.set("genre:Rock", "somebody wrote this")
    with pytest.raises(ExportError, match=r"WRONGTYPE.*another database") as raised:
        feeds(FEBRUARY)
    assert not isinstance(raised.value, SinkGoneError)
    feeds(FEBRUARY)
    assert content_of(client) == IN_FEBRUARY


def test_another_export_at_the_same_time_wins(
    client: Client,
    sink: Redis,
    moving: Months,
    feeds: Fed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("discogs_assets.exports.redis.sink.MASTERS_AT_ONCE", 1)
    others = iter([FEBRUARY])

    def overtake(_records: int) -> None:
        for month in others:
            feeds(month)

    with pytest.raises(SinkGoneError, match="another export"):
        sink.feed(month_of(moving, JANUARY), TYPES, overtake)
    assert content_of(client) == IN_FEBRUARY
    assert {*client.scan_iter(f"{NOTES}*")} == {NOTES}
    feeds(MARCH)
    assert {*client.scan_iter(f"{NOTES}*")} == {NOTES}
    assert client.hgetall("master:title") == {"2": "Two, changed", "3": "Three"}


def test_masters_without_anything(client: Client, sink: Redis, tmp_path: Path) -> None:
    masters = '<master id="7"></master><master id="8"></master>'
    content = {"masters": masters, "releases": ONE_RELEASE}
    months = bring_month(tmp_path, content)
    sink.feed(month_of(months, JANUARY), TYPES, nobody)
    assert content_of(client) == {"master:title": {"7": "", "8": ""}}


def test_other_types_are_none_of_its_business(client: Client, sink: Redis) -> None:
    nothing: Any = None
    assert sink.feed(nothing, ["artists", "releases"], nobody) == {}
    assert not client.dbsize()


REFUSED = {
    "nonsense://:wrong-secret@127.0.0.1/0": "expected an address such as redis://",
    "redis://:wrong-secret@127.0.0.1:port/0": "expected an address such as redis://",
}


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_is_none_is_said_without_the_password(
    url: str, export_months: Months
) -> None:
    with pytest.raises(ExportError, match=REFUSED[url]) as raised:
        Redis(url).feed(month_of(export_months, JANUARY), TYPES, nobody)
    assert "wrong-secret" not in repr(raised.value)


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [("maxmemory", "1", "give it more memory"), ("min-replicas-to-write", "1", "NOREPLICAS")],
)
def test_a_server_that_refuses_to_write(
    client: Client, feeds: Fed, setting: str, value: str, expected: str
) -> None:
    feeds(JANUARY)
    before = client.config_get(setting)[setting]
    client.config_set(setting, value)
    try:
        with pytest.raises(ExportError, match=expected) as raised:
            feeds(FEBRUARY)
    finally:
        client.config_set(setting, before)
    assert not isinstance(raised.value, SinkGoneError)
    assert content_of(client) == IN_JANUARY


def test_a_user_that_may_not_is_refused(
    client: Client, redis_server: Server, export_months: Months
) -> None:
    client.acl_setuser(
        "reader",
        enabled=True,
        passwords=["+a-secret"],
        keys=["*"],
        categories=["+@read", "+@connection"],
    )
    try:
        sink = Redis(redis_server.address.replace(f":{redis_server.password}", "reader:a-secret"))
        assert sink.read_state() == {}
        with pytest.raises(ExportError, match="what its user may do") as raised:
            sink.feed(month_of(export_months, JANUARY), TYPES, nobody)
    finally:
        client.acl_deluser("reader")
    assert not isinstance(raised.value, SinkGoneError)
    assert "a-secret" not in repr(raised.value)


def test_the_query_of_the_readme(sink: Redis, client: Client, feeds: Fed) -> None:
    feeds(JANUARY)
    assert client.execute_command(*query_of("Redis").split()) == {"1"}
