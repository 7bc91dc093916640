"""Videos from Redis: the same as from the warehouse, and of one month whatever comes in between."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
import redis
from pyroaring import BitMap

from discogs_assets.cli import main
from discogs_assets.errors import ExportError, SettingError, SinkGoneError
from discogs_assets.exports.masters.videos import Question, View, find_all, find_one
from discogs_assets.exports.masters.videos_warehouse import WarehouseVideos
from discogs_assets.exports.month import Month
from discogs_assets.exports.redis.sink import Redis
from discogs_assets.exports.redis.videos import RedisVideos
from discogs_assets.sources.discogs_dumps.synthetic import Sizes, write_dump
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, Months
from discogs_assets_tests.support.contract import nobody
from discogs_assets_tests.support.export_months import month_of
from discogs_assets_tests.support.services.server import Server
from discogs_assets_tests.support.video_months import CONTENT, bring_month, record_tables, unpack

pytestmark = pytest.mark.slow

MADE_UP = Sizes(artists=20, labels=10, masters=150, releases=300)


@pytest.fixture(scope="module", params=["by hand", "made up", "real"])
def months(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Months:
    folder = tmp_path_factory.mktemp("videos")
    content = CONTENT
    if request.param == "made up":
        write_dump(folder / "dumps", JANUARY, MADE_UP)
        content = unpack(folder / "dumps")
    elif request.param == "real":
        samples: Path = request.getfixturevalue("samples")
        content = unpack(samples / "discogs_2020")
    return bring_month(folder, content)


def feed(server: Server, months: Months, month: date = JANUARY) -> RedisVideos:
    Redis(server.address).feed(
        Month(months.lake, months.warehouse, month), ["masters"], nobody, is_full=True
    )
    return RedisVideos(server.address)


def in_warehouse(months: Months) -> WarehouseVideos:
    return WarehouseVideos(months.warehouse, *record_tables(months))


def carriers(months: Months) -> dict[str, dict[str, BitMap]]:
    """Return the masters of each tag of each kind, as the tables of the dumps have them."""
    found: dict[str, dict[str, BitMap]] = {"genre": {}, "style": {}, "year": {}}
    for kind, query in {
        "genre": "SELECT genre, master_id FROM master_genre",
        "style": "SELECT style, master_id FROM master_style",
        "year": "SELECT year, id FROM master WHERE year IS NOT NULL",
    }.items():
        for tag, master_id in months.ask(query):
            found[kind].setdefault(str(tag), BitMap()).add(int(str(master_id)))
    return found


def expected(
    there: Mapping[str, Mapping[str, BitMap]], tags: Mapping[str, Sequence[str]]
) -> BitMap:
    kinds = [BitMap.union(*(there[kind][tag] for tag in some)) for kind, some in tags.items()]
    return BitMap.intersection(*kinds)


def test_redis_and_warehouse_give_the_same(redis_server: Server, months: Months) -> None:
    from_redis, from_warehouse = feed(redis_server, months), in_warehouse(months)
    there = carriers(months)
    choose = random.Random(5)
    found_any = 0
    for number in range(15):
        kinds = choose.sample([*there], choose.randint(1, 3))
        tags = {
            kind: choose.sample([*there[kind]], min(choose.randint(1, 4), len(there[kind])))
            for kind in kinds
        }
        question = Question(tags)
        answer = find_all(from_redis, question)
        assert answer == find_all(from_warehouse, question), question
        assert answer.matching == expected(there, tags), question
        one = find_one(from_redis, question, number)
        assert one == find_one(from_warehouse, question, number)
        assert {*one.iter_rows()} <= {*answer.iter_rows()}
        assert bool(one.masters) == bool(answer.masters)
        found_any += bool(answer.masters)
    assert found_any


def test_both_refuse_the_same_tags(redis_server: Server, months: Months) -> None:
    for question in (Question({"genre": ["Rokc"]}), Question({"year": ["3000"]})):
        said = []
        for answers in (feed(redis_server, months), in_warehouse(months)):
            with pytest.raises(SettingError) as raised:
                find_all(answers, question)
            said.append(str(raised.value))
        assert said[0] == said[1]


def test_an_answer_is_of_one_month(redis_server: Server, export_months: Months) -> None:
    sink, answers = Redis(redis_server.address), RedisVideos(redis_server.address)
    sink.feed(month_of(export_months, JANUARY), ["masters"], nobody, is_full=True)
    seen: list[list[object]] = []

    def ask(view: View) -> list[object]:
        titles = view.matching({"genre": ["Electronic"]})
        if not seen:
            sink.feed(month_of(export_months, FEBRUARY), ["masters"], nobody)
        seen.append([*titles, view.tags("style")])
        return seen[-1]

    assert answers.ask(ask) == [2, {"House", "Psychedelic"}]
    assert seen[0] == [2, 3, {"House", "Psychedelic"}], "half a month, so it was asked again"


def test_a_database_that_was_not_fed_says_so(redis_server: Server) -> None:
    with redis.Redis.from_url(redis_server.address) as client:
        client.flushdb()
    with pytest.raises(ExportError, match="found none; feed it, or unset REDIS_URL") as raised:
        find_one(RedisVideos(redis_server.address), Question({"genre": ["Rock"]}))
    assert redis_server.password not in str(raised.value)


def test_a_server_that_is_gone_is_an_error(redis_server: Server) -> None:
    with redis_server.stopped(), pytest.raises(SinkGoneError, match="start Redis"):
        find_one(RedisVideos(redis_server.address), Question({"genre": ["Rock"]}))


def test_the_command_asks_redis_when_it_is_set(
    redis_server: Server,
    export_months: Months,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    feed(redis_server, export_months)
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(tmp_path / "none.duckdb"))
    monkeypatch.setenv("DISCOGS_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("REDIS_URL", redis_server.address)
    assert main.main(["videos", "--genre", "Rock", "--year", "1969", "--all"]) == 0
    output = capsys.readouterr().out
    assert "1 master of Rock, 1969, from redis://" in output
    assert "https://www.youtube.com/watch?v=bbbbbbbbbbb" in output
    assert redis_server.password not in output
