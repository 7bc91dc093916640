"""Videos of masters by genre, style and year: from the warehouse, and at the command line."""

import json
from collections.abc import Callable, Mapping, Sequence

import pytest

from discogs_assets.cli import main
from discogs_assets.errors import SettingError, WarehouseError
from discogs_assets.exports.masters.masters import newest
from discogs_assets.exports.masters.videos import Found, Question, Row, View, find_all, find_one
from discogs_assets.exports.masters.videos_warehouse import WarehouseVideos, WarehouseView
from discogs_assets.warehouse.database import Warehouse
from discogs_assets_tests.support.change_months import Months
from discogs_assets_tests.support.video_months import CONTENT, YOUTUBE, bring_month, record_tables

Capture = pytest.CaptureFixture[str]

VIMEO = Row(1, 'One, "first"', "https://vimeo.com/1")
OWN = Row(1, 'One, "first"', f"{YOUTUBE}aaaaaaaaaaa")
TWICE = Row(1, 'One, "first"', f"{YOUTUBE}bbbbbbbbbbb")
EARLIER = Row(4, "", f"{YOUTUBE}ccccccccccc")
LATER = Row(4, "", f"{YOUTUBE}ddddddddddd")

QUESTIONS: list[tuple[dict[str, list[str]], list[int], list[Row]]] = [
    (
        {"genre": ["Rock"], "style": ["Psychedelic"], "year": ["1969"]},
        [1],
        [VIMEO, OWN, TWICE],
    ),
    (
        {"genre": ["Rock"], "style": ["Surf", "Psychedelic"]},
        [1, 2, 4],
        [VIMEO, OWN, TWICE, EARLIER, LATER],
    ),
    ({"genre": ["Pop", "Electronic"]}, [2, 3], []),
    ({"genre": ["Electronic"], "style": ["Surf"]}, [], []),
    ({"year": ["1969", "1990"]}, [1, 3, 5], [VIMEO, OWN, TWICE]),
]


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Months:
    return bring_month(tmp_path_factory.mktemp("videos"), CONTENT)


@pytest.fixture
def answers(months: Months) -> WarehouseVideos:
    return WarehouseVideos(months.warehouse, *record_tables(months))


@pytest.mark.parametrize(("tags", "matching", "rows"), QUESTIONS)
def test_or_within_a_kind_and_across_kinds(
    answers: WarehouseVideos,
    tags: Mapping[str, Sequence[str]],
    matching: list[int],
    rows: list[Row],
) -> None:
    found = find_all(answers, Question(tags))
    assert [*found.matching] == matching
    assert [*found.iter_rows()] == rows


class Opened:
    """A view that stays open, to be asked often."""

    name = "a test"

    def __init__(self, view: View) -> None:
        self.view = view

    def ask(self, question: Callable[[View], Found]) -> Found:
        return question(self.view)


def test_a_random_one_of_those_that_have_any(answers: WarehouseVideos) -> None:
    question, seen = Question({"genre": ["Rock"]}), set()
    with answers.warehouse.reader() as connection:
        opened = Opened(WarehouseView(newest(connection, answers.master, answers.release)))
        for seed in range(30):
            found = find_one(opened, question, seed)
            assert [*found.matching] == [1, 2, 4, 5]
            (row,) = found.iter_rows()
            seen.add(row)
        assert [row] == [*find_one(opened, question, seed).iter_rows()]
        assert [*find_one(opened, Question({"genre": ["Pop"]})).iter_rows()] == []
    assert seen == {OWN, TWICE, VIMEO, EARLIER, LATER}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"genre": ["Rok"]}, "--genre 'Rok': no master has this genre; try Rock"),
        ({"style": ["psychedelic"]}, "--style 'psychedelic': .* try Psychedelic"),
        ({"genre": ["Rock"], "year": ["1968"]}, "--year '1968': .* try 1969"),
        ({"style": ["Rock"]}, "--style 'Rock': no master has this style; try "),
        ({"genre": []}, "expected --genre, --style or --year, found none"),
    ],
)
def test_a_tag_that_nothing_carries_is_an_error(
    answers: WarehouseVideos, tags: Mapping[str, Sequence[str]], expected: str
) -> None:
    with pytest.raises(SettingError, match=expected):
        find_one(answers, Question(tags))


def test_a_warehouse_without_videos_says_what_to_run(months: Months) -> None:
    other = Warehouse(months.warehouse.path.with_name("other.duckdb"))
    with other.writer():
        pass
    with pytest.raises(WarehouseError, match="import --types masters releases"):
        find_one(WarehouseVideos(other, *record_tables(months)), Question({"genre": ["Rock"]}))


@pytest.fixture
def environment(months: Months, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(months.warehouse.path))
    monkeypatch.setenv("DISCOGS_STORE", str(months.warehouse.path.with_name("store")))
    monkeypatch.setenv("DAGSTER_HOME", str(months.warehouse.path.with_name("home")))
    monkeypatch.delenv("REDIS_URL", raising=False)


ALL_OF_1 = ["videos", "--genre", "Rock", "--style", "Psychedelic", "--year", "1969", "--all"]


def test_a_table_for_people(environment: None, capsys: Capture) -> None:
    assert main.main(ALL_OF_1) == 0
    title, _, _, rule, *rows = capsys.readouterr().out.splitlines()
    assert title.rstrip() == "1 master of Rock, Psychedelic, 1969, from the warehouse"
    assert {*rule.strip()} == {"─"}
    assert [row.split()[-1] for row in rows if row.strip()] == [VIMEO.uri, OWN.uri, TWICE.uri]
    assert rows[0].split() == ["1", "One,", '"first"', VIMEO.uri]


def test_csv_and_json_for_programs(environment: None, capsys: Capture) -> None:
    assert main.main([*ALL_OF_1, "--format", "csv"]) == 0
    assert capsys.readouterr().out == (
        "master_id,master,uri\n"
        '1,"One, ""first""",https://vimeo.com/1\n'
        f'1,"One, ""first""",{YOUTUBE}aaaaaaaaaaa\n'
        f'1,"One, ""first""",{YOUTUBE}bbbbbbbbbbb\n'
    )
    assert main.main(["videos", "--style", "Surf", "--all", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [tuple(row.values()) for row in found] == [
        (4, "", f"{YOUTUBE}ccccccccccc"),
        (4, "", f"{YOUTUBE}ddddddddddd"),
    ]


def test_one_video_unless_all_are_wanted(environment: None, capsys: Capture) -> None:
    command = ["videos", "--genre", "Rock", "--style", "Surf", "Psychedelic", "--format", "json"]
    seen = set()
    for seed in range(6):
        assert main.main([*command, "--seed", str(seed)]) == 0
        (row,) = json.loads(capsys.readouterr().out)
        seen.add(row["uri"])
    assert len(seen) > 1


def test_no_video_is_said(environment: None, capsys: Capture) -> None:
    assert main.main(["videos", "--genre", "Pop", "Electronic"]) == 0
    assert capsys.readouterr().out == (
        "2 masters of Pop or Electronic, from the warehouse\nNo video leads to any of them.\n"
    )
    assert main.main(["videos", "--genre", "Electronic", "--style", "Surf"]) == 0
    assert capsys.readouterr().out == "0 masters of Electronic, Surf, from the warehouse\n"
    assert (
        main.main(["videos", "--genre", "Electronic", "--style", "Surf", "--format", "json"]) == 0
    )
    assert capsys.readouterr().out == "[]\n"


def test_an_unknown_tag_at_the_command_line(environment: None, capsys: Capture) -> None:
    assert main.main(["videos", "--genre", "Rok"]) == 1
    assert "try Rock" in capsys.readouterr().err
