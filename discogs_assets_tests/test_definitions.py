"""The asset graph as Dagster shows it."""

from pathlib import Path
from textwrap import fill

import dagster as dg
import pytest

from discogs_assets.definitions import build_definitions
from discogs_assets.derived.tables import DERIVED
from discogs_assets.discogs_dumps.change_tables import CHANGE_TABLES
from discogs_assets.discogs_dumps.keep import Keep
from discogs_assets.discogs_dumps.news import Look
from discogs_assets.discogs_dumps.tables import iter_tables
from discogs_assets.errors import SettingError
from discogs_assets.exports.settings import ExportSettings
from discogs_assets.memory import for_duckdb, read_memory
from discogs_assets.platform import Settings, build_platform, read_settings

GRAPH = """
discogs_raw, in one piece
    catalogue
discogs_raw, by dump type and month
    raw_dump                catalogue
discogs_lake, by dump type and month
    records                 raw_dump
discogs_warehouse, by artists and month
    artist                  records
    artist_alias            records
    artist_group            records
    artist_image            records
    artist_namevariation    records
    artist_quarantine       records
    artist_url              records
    group_member            records
discogs_warehouse, by labels and month
    label                   records
    label_image             records
    label_quarantine        records
    label_sublabel          records
    label_url               records
discogs_warehouse, by masters and month
    master                  records
    master_artist           records
    master_genre            records
    master_image            records
    master_quarantine       records
    master_style            records
    master_video            records
discogs_warehouse, by releases and month
    release                 records
    release_artist          records
    release_company         records
    release_format          records
    release_genre           records
    release_identifier      records
    release_image           records
    release_label           records
    release_quarantine      records
    release_series          records
    release_style           records
    release_track           records
    release_track_artist    records
    release_video           records
discogs_changes, by artists and month
    artist_change           artist, records
discogs_changes, by labels and month
    label_change            label, records
discogs_changes, by masters and month
    master_change           master, records
discogs_changes, by releases and month
    release_change          records, release
discogs_derived, by month
    finding                 artist, artist_alias, artist_group, artist_image,
                            artist_namevariation, artist_url, group_member, label,
                            label_image, label_sublabel, label_url, master, master_artist,
                            master_genre, master_image, master_style, master_video,
                            release, release_artist, release_company, release_format,
                            release_genre, release_identifier, release_image,
                            release_label, release_series, release_style, release_track,
                            release_track_artist, release_video
    master_id               master, release
    tag                     master_genre, master_style
    tag_count               tag
    video                   master_video, release, release_video
discogs_retention, in one piece
    retention
    verification
exports, by month
    ladybug                 artist, label, master, release
    mongodb                 artist, label, master, release
    neo4j                   artist, label, master, release
    neo4j_import_files      artist, label, master, release
    postgres                artist, label, master, release
    redis                   master, tag, video
    sqlite                  artist, label, master, release
"""

KINDS = {
    "catalogue": {"web"},
    "discogs_raw": {"file", "gzip"},
    "discogs_lake": {"parquet", "arrow"},
    "discogs_warehouse": {"duckdb", "table"},
    "discogs_changes": {"duckdb", "table"},
    "discogs_derived": {"duckdb", "sql"},
    "discogs_retention": {"file", "parquet"},
}
POOLS = {
    "discogs_raw": {"discogs_download"},
    "discogs_lake": {"discogs_parse"},
    "discogs_warehouse": {"duckdb"},
    "discogs_changes": {"duckdb"},
    "discogs_derived": {"duckdb"},
    "discogs_retention": {"duckdb"},
}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    settings = Settings("dumps", "store", Path("warehouse.duckdb"), Path("home"))
    return build_definitions(build_platform(settings))


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    return [*definitions.resolve_all_asset_specs()]


def describe_partitions(partitions: dg.PartitionsDefinition[str] | None) -> str:
    """Return the dimensions of partitions; a static one of one key by that key."""
    if partitions is None:
        return "in one piece"
    if isinstance(partitions, dg.MultiPartitionsDefinition):
        type_, month = partitions.partitions_defs
        assert (type_.name, month.name) == ("dump_type", "month")
        keys = type_.partitions_def.get_partition_keys()
        return f"by {keys[0] if len(keys) == 1 else 'dump type'} and month"
    assert isinstance(partitions, dg.MonthlyPartitionsDefinition)
    return "by month"


def describe(spec: dg.AssetSpec) -> tuple[str, str]:
    """Return the heading and the line of an asset in `GRAPH`."""
    reads = ", ".join(sorted(dep.asset_key.path[-1] for dep in spec.deps))
    heading = f"{spec.group_name}, {describe_partitions(spec.partitions_def)}"
    line = fill(f"    {spec.key.path[-1]:23} {reads}".rstrip(), 90, subsequent_indent=" " * 28)
    return heading, line


def test_definitions_can_be_loaded(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_the_graph(specs: list[dg.AssetSpec]) -> None:
    groups: dict[str, list[str]] = {}
    for heading, line in map(describe, specs):
        groups.setdefault(heading, []).append(line)
    expected = [line for line in GRAPH.splitlines() if line and not line.startswith(" ")]
    found = [line for name in expected for line in (name, *sorted(groups.pop(name)))]
    assert "\n".join(["", *found, ""]) == GRAPH
    assert groups == {}


def test_every_key_starts_with_the_source(specs: list[dg.AssetSpec]) -> None:
    assert {(len(spec.key.path), spec.key.path[0]) for spec in specs} == {(2, "discogs")}


def test_months_are_those_of_the_dumps(specs: list[dg.AssetSpec]) -> None:
    [spec] = [spec for spec in specs if spec.key.path[-1] == "tag"]
    assert spec.partitions_def is not None
    assert spec.partitions_def.get_first_partition_key() == "2008-03-01"


def test_a_computed_month_reads_that_month_of_its_tables(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    tag = graph.get(dg.AssetKey(["discogs", "tag"]))
    genre = graph.get(dg.AssetKey(["discogs", "master_genre"]))
    assert tag.partitions_def is not None
    assert genre.partitions_def is not None
    read = tag.partition_mappings[genre.key].get_upstream_mapped_partitions_result_for_partitions(
        tag.partitions_def.subset_with_partition_keys(["2026-01-01"]),
        tag.partitions_def,
        genre.partitions_def,
    )
    assert [*read.partitions_subset.get_partition_keys()] == ["masters|2026-01-01"]


def test_every_asset_says_what_it_is(specs: list[dg.AssetSpec]) -> None:
    for spec in specs:
        assert spec.description, spec.key
        assert len(spec.description) > 40, spec.key
        assert spec.owners == ["team:discogs-assets"], spec.key
        name = "catalogue" if spec.key.path[-1] == "catalogue" else str(spec.group_name)
        kinds = {spec.key.path[-1].partition("_")[0]} if name == "exports" else KINDS[name]
        assert spec.kinds == kinds, spec.key


def test_every_step_waits_in_its_pool(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.executable_asset_keys:
        node = graph.get(key)
        own = {f"export_{key.path[-1]}"}
        assert node.pools == POOLS.get(str(node.group_name), own), key


def test_keys_and_columns_are_in_the_type_of_code(specs: list[dg.AssetSpec]) -> None:
    said = {spec.key.path[-1]: spec.description for spec in specs}
    assert said["artist_url"] == (
        "Web addresses of an artist.\n\nKey: `artist_id`, `sequence`.\n\n"
        "All months: `discogs.artist_url`; the newest: `artist_url`."
    )
    assert said["tag"] == (
        "Which masters carry which genre or style; each pair once.\n\n"
        "Key: `kind`, `tag`, `master_id`.\n\nComputed from `master_genre`, `master_style`."
    )
    assert str(said["finding"]).endswith("\n\nComputed from 30 tables; see its lineage.")


def test_a_query_is_shown_or_what_it_is_generated_from(specs: list[dg.AssetSpec]) -> None:
    shown = {spec.key.path[-1]: spec.metadata.get("query") for spec in specs}
    assert isinstance(shown["tag"], dg.MarkdownMetadataValue)
    assert str(shown["tag"].value).startswith("```sql\nSELECT DISTINCT 'genre' AS kind")
    assert isinstance(shown["finding"], dg.MarkdownMetadataValue)
    assert shown["finding"].value == (
        "Generated from the declarations in `rules_artist.py`, `rules_label.py`, "
        "`rules_master.py`, `rules_release.py`, `rules_track.py`, `rules_identifier.py`, "
        "`references.py`, `one_sided.py`."
    )


def test_column_schemas_are_the_declarations(specs: list[dg.AssetSpec]) -> None:
    declared = {table.name: table for table in iter_tables()}
    declared |= {table.name: table for table in CHANGE_TABLES.values()}
    declared |= {name: derived.table for name, derived in DERIVED.items()}
    tables = {spec.key.path[-1]: spec for spec in specs if "duckdb" in spec.kinds}
    assert {*tables} == {*declared}
    for name, table in declared.items():
        schema = tables[name].metadata["dagster/column_schema"]
        assert isinstance(schema, dg.TableSchema)
        *found, month = schema.columns
        assert [(c.name, c.type, c.description) for c in found] == [
            (c.name, c.type.duckdb, c.description) for c in table.columns
        ]
        never_null = {*table.key} - {*table.null_in_key}
        assert {c.name for c in found if not c.constraints.nullable} == never_null
        assert (month.name, month.type) == ("month", "DATE")
        assert tables[name].metadata["dagster/table_name"] == f"discogs.{name}"


def test_settings_have_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings({}) == Settings(
        "https://data.discogs.com/",
        "data",
        tmp_path / "data/warehouse.duckdb",
        tmp_path / ".dagster",
        "off",
        Look(6 * 3600, 2),
        "",
        "",
        "",
        Keep(raw=1, lake=None, warehouse=2),
        ExportSettings(
            tmp_path / "data/discogs_cache.db",
            ladybug_path=tmp_path / "data/discogs_graph.lbug",
            neo4j_import_path=tmp_path / "data/neo4j_import",
            memory=for_duckdb(read_memory("")),
        ),
        memory=read_memory(""),
    )
    assert read_settings(
        {
            "DISCOGS_DUMPS_URL": "s3://dumps",
            "DISCOGS_STORE": "s3://store",
            "DISCOGS_WAREHOUSE": "/there/w.duckdb",
            "DAGSTER_HOME": "/there/home",
            "DISCOGS_AUTOMATION": "sensor",
            "DISCOGS_LOOK_EVERY_HOURS": "0.5",
            "DISCOGS_LOOK_MONTHS": "3",
            "DISCOGS_WEBHOOK_URL": "https://hooks.test/secret",
            "DISCOGS_UI_URL": "https://ui.test",
            "DISCOGS_CODE_URL": "https://code.test/blob/main",
            "DISCOGS_KEEP_RAW": "all",
            "DISCOGS_KEEP_LAKE": "12",
            "DISCOGS_KEEP_WAREHOUSE": "3",
            "DISCOGS_MEMORY": "3GB",
            "DISCOGS_OTHER": "x",
        }
    ) == Settings(
        "s3://dumps",
        "s3://store",
        Path("/there/w.duckdb"),
        Path("/there/home"),
        "sensor",
        Look(1800, 3),
        "https://hooks.test/secret",
        "https://ui.test",
        "https://code.test/blob/main",
        Keep(raw=None, lake=12, warehouse=3),
        ExportSettings(
            Path("/there/discogs_cache.db"),
            ladybug_path=Path("/there/discogs_graph.lbug"),
            neo4j_import_path=Path("/there/neo4j_import"),
            memory=for_duckdb(read_memory("3GB")),
        ),
        memory=3_000_000_000,
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DISCOGS_WAREHOUSE", "a?b.duckdb", "expected a path without ?"),
        ("DISCOGS_AUTOMATION", "on", "expected off, sensor, schedule, found 'on'"),
        ("DISCOGS_LOOK_EVERY_HOURS", "six", "found 'six' and '2'"),
        ("DISCOGS_LOOK_EVERY_HOURS", "nan", "found 'nan' and '2'"),
        ("DISCOGS_LOOK_EVERY_HOURS", "-1", "found '-1' and '2'"),
        ("DISCOGS_LOOK_MONTHS", "0", "found '6' and '0'"),
        ("DISCOGS_LOOK_MONTHS", "1.5", "found '6' and '1.5'"),
        ("DISCOGS_KEEP_RAW", "0", "a number of months from 1 on, or all, found '0'"),
        ("DISCOGS_KEEP_LAKE", "none", "a number of months from 1 on, or all, found 'none'"),
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
        tmp_path / "x.db",
        "postgresql://me:secret@host/discogs",
        "bolt://host",
        "me",
        "secret",
        "mongodb://me:secret@host/discogs",
        "redis://:secret@host/0",
        Path("/there/graph"),
        Path("/there/files"),
        frozenset(environment),
        for_duckdb(read_memory("")),
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
    ("environment", "running"),
    [
        ({}, {"follow"}),
        ({"DISCOGS_AUTOMATION": "sensor"}, {"follow", "new_dump", "retention", "verification"}),
        (
            {"DISCOGS_AUTOMATION": "schedule"},
            {"follow", "monthly_import", "look", "retention", "verification"},
        ),
        ({"DISCOGS_WEBHOOK_URL": "https://hooks.test/x"}, {"follow", "tell_of_failure"}),
    ],
)
def test_what_runs_by_itself_is_a_setting(environment: dict[str, str], running: set[str]) -> None:
    definitions = build_definitions(build_platform(read_settings(environment)))
    all_ = [*(definitions.sensors or ()), *(definitions.schedules or ())]
    assert {"new_dump", "monthly_import", "look", "follow"} <= {one.name for one in all_}
    assert {one.name for one in all_ if one.default_status.value == "RUNNING"} == running
