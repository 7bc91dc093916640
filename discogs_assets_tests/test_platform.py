"""The settings that environment variables give."""

from datetime import date
from pathlib import Path

import pytest

from discogs_assets.errors import SettingError
from discogs_assets.exports.settings import ExportSettings
from discogs_assets.platform import Settings, read_settings
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy
from discogs_assets.sources.dumps.sensor.published import PollSettings
from discogs_assets.sources.listenbrainz_dumps.source import ListenBrainzSettings
from discogs_assets.warehouse.memory import for_duckdb, read_memory


def test_settings_have_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings({}) == Settings(
        dumps_url="https://data.discogs.com/",
        store="data",
        warehouse=tmp_path / "data/warehouse.duckdb",
        dagster_home=tmp_path / ".dagster",
        automation="off",
        poll=PollSettings(every_s=6 * 3600, months=2),
        webhook_url="",
        ui_url="",
        code_url="",
        keep=RetentionPolicy(raw=1, lake=None, warehouse=2),
        exports=ExportSettings(
            sqlite_path=tmp_path / "data/discogs_cache.db",
            ladybug_path=tmp_path / "data/discogs_graph.lbug",
            neo4j_import_path=tmp_path / "data/neo4j_import",
            memory=for_duckdb(read_memory("")),
        ),
        memory=read_memory(""),
        listenbrainz=ListenBrainzSettings(
            "https://data.metabrainz.org/pub/musicbrainz/listenbrainz/", ""
        ),
    )
    assert read_settings(
        {
            "DISCOGS_DUMPS_URL": "s3://dumps",
            "DISCOGS_STORE": "s3://store",
            "DISCOGS_WAREHOUSE": "/there/w.duckdb",
            "DAGSTER_HOME": "/there/home",
            "DISCOGS_AUTOMATION": "sensor",
            "DISCOGS_POLL_HOURS": "0.5",
            "DISCOGS_POLL_MONTHS": "3",
            "DISCOGS_WEBHOOK_URL": "https://hooks.test/secret",
            "DISCOGS_UI_URL": "https://ui.test",
            "DISCOGS_CODE_URL": "https://code.test/blob/main",
            "DISCOGS_KEEP_RAW": "all",
            "DISCOGS_KEEP_LAKE": "12",
            "DISCOGS_KEEP_WAREHOUSE": "3",
            "DISCOGS_MEMORY": "3GB",
            "DISCOGS_FIRST_MONTH": "2008-03",
            "LISTENBRAINZ_URL": "/there/listens",
            "LISTENBRAINZ_SALT": "made up for this test",
            "DISCOGS_OTHER": "x",
        }
    ) == Settings(
        dumps_url="s3://dumps",
        store="s3://store",
        warehouse=Path("/there/w.duckdb"),
        dagster_home=Path("/there/home"),
        automation="sensor",
        poll=PollSettings(every_s=1800, months=3),
        webhook_url="https://hooks.test/secret",
        ui_url="https://ui.test",
        code_url="https://code.test/blob/main",
        keep=RetentionPolicy(raw=None, lake=12, warehouse=3),
        exports=ExportSettings(
            sqlite_path=Path("/there/discogs_cache.db"),
            ladybug_path=Path("/there/discogs_graph.lbug"),
            neo4j_import_path=Path("/there/neo4j_import"),
            memory=for_duckdb(read_memory("3GB")),
        ),
        memory=3_000_000_000,
        first_month=date(2008, 3, 1),
        listenbrainz=ListenBrainzSettings("/there/listens", "made up for this test"),
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DISCOGS_WAREHOUSE", "a?b.duckdb", "expected a path without ?"),
        ("DISCOGS_AUTOMATION", "on", "expected off, sensor, schedule, found 'on'"),
        ("DISCOGS_POLL_HOURS", "six", "found 'six' and '2'"),
        ("DISCOGS_POLL_HOURS", "nan", "found 'nan' and '2'"),
        ("DISCOGS_POLL_HOURS", "-1", "found '-1' and '2'"),
        ("DISCOGS_POLL_MONTHS", "0", "found '6' and '0'"),
        ("DISCOGS_POLL_MONTHS", "1.5", "found '6' and '1.5'"),
        ("DISCOGS_KEEP_RAW", "0", "a number of months from 1 on, or all, found '0'"),
        ("DISCOGS_KEEP_LAKE", "none", "a number of months from 1 on, or all, found 'none'"),
        ("DISCOGS_FIRST_MONTH", "2019", "expected a month from 2008-03 on such as 2019-03, found"),
        ("DISCOGS_FIRST_MONTH", "2008-02", "expected a month from 2008-03 on such as 2019-03"),
        ("DISCOGS_KEEP_WAREHOUSE", "-1", "a number of months from 1 on, or all, found '-1'"),
    ],
)
def test_settings_that_cannot_be_used(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingError) as error:
        read_settings({name: value})
    assert name in str(error.value).partition(":")[0]
    assert expected in str(error.value)


def test_where_sinks_are_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {
        "SQLITE_PATH": "x.db",
        "POSTGRES_URL": "postgresql://me:secret@host/discogs",
        "NEO4J_URI": "bolt://host",
        "NEO4J_USERNAME": "me",
        "NEO4J_PASSWORD": "secret",
        "MONGODB_URL": "mongodb://me:secret@host/discogs",
        "REDIS_URL": "redis://:secret@host/0",
        "LADYBUG_PATH": "/there/graph",
        "NEO4J_IMPORT_PATH": "/there/files",
    }
    settings = read_settings(environment).exports
    assert settings == ExportSettings(
        sqlite_path=tmp_path / "x.db",
        postgres_url="postgresql://me:secret@host/discogs",
        neo4j_uri="bolt://host",
        neo4j_username="me",
        neo4j_password="secret",
        mongodb_url="mongodb://me:secret@host/discogs",
        redis_url="redis://:secret@host/0",
        ladybug_path=Path("/there/graph"),
        neo4j_import_path=Path("/there/files"),
        are_set=frozenset(environment),
        memory=for_duckdb(read_memory("")),
    )
    assert "secret" not in repr(settings)


def test_a_tilde_that_no_shell_saw_is_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    names = ("DISCOGS_WAREHOUSE", "DAGSTER_HOME", "SQLITE_PATH", "LADYBUG_PATH")
    settings = read_settings({name: f"~/{name}" for name in (*names, "NEO4J_IMPORT_PATH")})
    exports = settings.exports
    paths = settings.warehouse, settings.dagster_home, exports.sqlite_path, exports.ladybug_path
    assert paths == tuple(tmp_path / name for name in names)
    assert exports.neo4j_import_path == tmp_path / "NEO4J_IMPORT_PATH"
    with pytest.raises(SettingError, match=r"DISCOGS_WAREHOUSE: expected a path, found '~nobody_"):
        read_settings({"DISCOGS_WAREHOUSE": "~nobody_is_called_so/x"})


def test_the_webhook_is_a_secret() -> None:
    assert "hooks" not in repr(read_settings({"DISCOGS_WEBHOOK_URL": "https://hooks.test/secret"}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DISCOGS_LOOK_EVERY_HOURS", "DISCOGS_POLL_HOURS"),
        ("DISCOGS_LOOK_MONTHS", "DISCOGS_POLL_MONTHS"),
    ],
)
def test_a_setting_that_was_renamed_is_refused_by_its_new_name(old: str, new: str) -> None:
    with pytest.raises(SettingError, match=f"^{old}: this setting is called {new} now"):
        read_settings({old: "3", new: "3"})
    assert read_settings({old: ""}) == read_settings({})


def test_an_empty_variable_counts_as_not_set() -> None:
    names = ("DISCOGS_STORE", "DISCOGS_POLL_HOURS", "DISCOGS_KEEP_RAW", "SQLITE_PATH", "REDIS_URL")
    assert read_settings(dict.fromkeys(names, "")) == read_settings({})


def test_a_folder_is_looked_at_each_minute() -> None:
    assert read_settings({"DISCOGS_DUMPS_URL": "dumps"}).poll.every_s == 72
    assert read_settings({"DISCOGS_DUMPS_URL": "s3://dumps"}).poll.every_s == 6 * 3600
