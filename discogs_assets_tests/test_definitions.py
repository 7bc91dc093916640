"""The asset graph as Dagster shows it."""

import re
from pathlib import Path
from textwrap import fill

import dagster as dg
import pytest

from discogs_assets.definitions import build_definitions
from discogs_assets.derived.tables import DERIVED
from discogs_assets.orchestration.freshness import MONTHLY
from discogs_assets.platform import Settings, build_platform, read_settings
from discogs_assets.sources.discogs_dumps.source import CHANGE_TABLES
from discogs_assets.sources.discogs_dumps.tables import iter_tables
from discogs_assets_tests.support.metadata_keys import check_keys

GRAPH = """
discogs_catalogue, in one piece
    catalogue
discogs_artists, by month
    artist                  artists_records
    artist_alias            artists_records
    artist_change           artist, artists_records
    artist_group            artists_records
    artist_image            artists_records
    artist_namevariation    artists_records
    artist_quarantine       artists_records
    artist_url              artists_records
    artists_dump            catalogue
    artists_records         artists_dump
    group_member            artists_records
discogs_labels, by month
    label                   labels_records
    label_change            label, labels_records
    label_image             labels_records
    label_quarantine        labels_records
    label_sublabel          labels_records
    label_url               labels_records
    labels_dump             catalogue
    labels_records          labels_dump
discogs_masters, by month
    master                  masters_records
    master_artist           masters_records
    master_change           master, masters_records
    master_genre            masters_records
    master_image            masters_records
    master_quarantine       masters_records
    master_style            masters_records
    master_video            masters_records
    masters_dump            catalogue
    masters_records         masters_dump
discogs_releases, by month
    release                 releases_records
    release_artist          releases_records
    release_change          release, releases_records
    release_company         releases_records
    release_format          releases_records
    release_genre           releases_records
    release_identifier      releases_records
    release_image           releases_records
    release_label           releases_records
    release_quarantine      releases_records
    release_series          releases_records
    release_style           releases_records
    release_track           releases_records
    release_track_artist    releases_records
    release_video           releases_records
    releases_dump           catalogue
    releases_records        releases_dump
discogs_computed, by month
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
discogs_upkeep, in one piece
    retention               artists_dump, artists_records, labels_dump, labels_records,
                            masters_dump, masters_records, releases_dump, releases_records
    verification            artists_dump, artists_records, labels_dump, labels_records,
                            masters_dump, masters_records, releases_dump, releases_records
discogs_exports, by month
    ladybug                 artist, label, master, release
    mongodb                 artist, label, master, release
    neo4j                   artist, label, master, release
    neo4j_import_files      artist, label, master, release
    postgres                artist, label, master, release
    redis                   master, tag, video
    sqlite                  artist, label, master, release
"""

KINDS = {
    "discogs_catalogue": {"web"},
    "discogs_computed": {"duckdb", "sql"},
    "discogs_upkeep": {"file", "parquet"},
}
KINDS_OF_STEPS = {"dump": {"file", "gzip"}, "records": {"parquet", "arrow"}}
POOLS_OF_STEPS = {"dump": {"discogs_download"}, "records": {"discogs_parse"}}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    settings = Settings("dumps", "store", Path("warehouse.duckdb"), Path("home"))
    return build_definitions(build_platform(settings))


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    """Return what is of Discogs; MusicBrainz and the crosswalk have files of their own."""
    found = definitions.resolve_all_asset_specs()
    return [spec for spec in found if spec.key.path[0] == "discogs"]


def describe_partitions(partitions: dg.PartitionsDefinition[str] | None) -> str:
    if partitions is None:
        return "in one piece"
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


def test_records_and_tables_are_expected_each_month(specs: list[dg.AssetSpec]) -> None:
    late = {spec.key.path[-1]: spec.freshness_policy for spec in specs if spec.freshness_policy}
    tables = {table.name for table in (*iter_tables(), *CHANGE_TABLES.values())} | {*DERIVED}
    records = {f"{name}_records" for name in ("artists", "labels", "masters", "releases")}
    assert {*late} == tables | records
    assert {*late.values()} == {MONTHLY}


def test_every_key_starts_with_the_source(definitions: dg.Definitions) -> None:
    keys = [spec.key.path for spec in definitions.resolve_all_asset_specs()]
    assert {len(path) for path in keys} == {2}
    assert {path[0] for path in keys} == {"crosswalk", "discogs", "musicbrainz", "listenbrainz"}


def test_months_are_those_of_the_dumps(specs: list[dg.AssetSpec]) -> None:
    [spec] = [spec for spec in specs if spec.key.path[-1] == "tag"]
    assert spec.partitions_def is not None
    assert spec.partitions_def.get_first_partition_key() == "2026-01-01"
    settings = read_settings({"DISCOGS_FIRST_MONTH": "2019-03"})
    definitions = build_definitions(build_platform(settings))
    [spec] = [one for one in definitions.resolve_all_asset_specs() if one.key == spec.key]
    assert spec.partitions_def is not None
    assert spec.partitions_def.get_first_partition_key() == "2019-03-01"


def test_every_month_reads_that_month_of_the_others(specs: list[dg.AssetSpec]) -> None:
    # Dagster maps the same partitions to each other.
    assert len({spec.partitions_def for spec in specs if spec.partitions_def}) == 1
    assert not [dep for spec in specs for dep in spec.deps if dep.partition_mapping]


def test_every_asset_says_what_it_is(specs: list[dg.AssetSpec]) -> None:
    for spec in specs:
        assert spec.description, spec.key
        assert len(spec.description) > 40, spec.key
        assert spec.owners == ["team:discogs-assets"], spec.key
        assert spec.kinds == kinds_of(spec), spec.key


def kinds_of(spec: dg.AssetSpec) -> set[str]:
    """Return the kinds of an asset: of its group, or by what it is called."""
    name, group = spec.key.path[-1], str(spec.group_name)
    if group == "discogs_exports":
        return {name.partition("_")[0]}
    return KINDS.get(group) or KINDS_OF_STEPS.get(name.rpartition("_")[2], {"duckdb", "table"})


def test_every_step_waits_in_its_pool(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in (key for key in graph.executable_asset_keys if key.path[0] == "discogs"):
        node = graph.get(key)
        name = key.path[-1]
        own = {f"export_{name}"} if node.group_name == "discogs_exports" else {"duckdb"}
        assert node.pools == POOLS_OF_STEPS.get(name.rpartition("_")[2], own), key


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


def test_the_first_sentence_of_a_description_reads_as_plain_text(
    specs: list[dg.AssetSpec],
) -> None:
    """The catalog shows it so, with the signs of Markdown."""
    for spec in specs:
        first = re.split(r"[.:;]\s", str(spec.description))[0]
        assert not re.search(r"[`*_|]|\]\(", first), first


def test_a_query_is_shown_or_what_it_is_generated_from(specs: list[dg.AssetSpec]) -> None:
    shown = {spec.key.path[-1]: spec.metadata.get("query") for spec in specs}
    assert isinstance(shown["tag"], dg.MarkdownMetadataValue)
    assert str(shown["tag"].value).startswith("```sql\nSELECT DISTINCT 'genre' AS kind")
    assert isinstance(shown["finding"], dg.MarkdownMetadataValue)
    assert shown["finding"].value == (
        "Generated from the declarations in `rules.py`, `rules_artist.py`, `rules_label.py`, "
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


def test_keys_of_metadata_are_in_snake_case(specs: list[dg.AssetSpec]) -> None:
    check_keys({key for spec in specs for key in spec.metadata})


@pytest.mark.parametrize(
    ("environment", "running"),
    [
        ({}, {"automation"}),
        (
            {"DISCOGS_AUTOMATION": "sensor"},
            {"automation", "new_dump", "retention", "verification"},
        ),
        (
            {"DISCOGS_AUTOMATION": "schedule"},
            {
                "automation",
                "import_last_month",
                "freshness",
                "retention",
                "verification",
            },
        ),
        (
            {"MUSICBRAINZ_AUTOMATION": "sensor"},
            {
                "automation",
                "musicbrainz_new_dump",
                "musicbrainz_retention",
                "musicbrainz_verification",
            },
        ),
        ({"DISCOGS_WEBHOOK_URL": "https://hooks.test/x"}, {"automation", "notify_failure"}),
    ],
)
def test_what_runs_by_itself_is_a_setting(environment: dict[str, str], running: set[str]) -> None:
    definitions = build_definitions(build_platform(read_settings(environment)))
    all_ = [*(definitions.sensors or ()), *(definitions.schedules or ())]
    assert {"new_dump", "import_last_month", "freshness", "automation"} <= {
        one.name for one in all_
    }
    assert {one.name for one in all_ if one.default_status.value == "RUNNING"} == running
