"""The assets of MusicBrainz as Dagster shows them, beside those of Discogs."""

from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.definitions import build_definitions
from discogs_assets.platform import Settings, build_platform
from discogs_assets.sources.musicbrainz_dumps.source import musicbrainz

GRAPH = {
    "musicbrainz_release, by dump": """
        medium medium_disc medium_disc_offset release release_alias release_annotation
        release_artist release_change release_dump release_event release_genre
        release_label release_quarantine release_recording release_recording_alias
        release_recording_artist release_recording_genre release_recording_isrc
        release_recording_relation release_recording_tag release_recording_url
        release_records release_relation release_tag release_url track track_artist
    """,
    "musicbrainz_recording, by dump": """
        recording_dump recording_records standalone_recording standalone_recording_alias
        standalone_recording_annotation standalone_recording_artist
        standalone_recording_change standalone_recording_genre standalone_recording_isrc
        standalone_recording_quarantine standalone_recording_rating
        standalone_recording_relation standalone_recording_tag standalone_recording_url
    """,
    "musicbrainz_release_group, by dump": """
        release_group release_group_alias release_group_annotation release_group_artist
        release_group_change release_group_dump release_group_genre
        release_group_quarantine release_group_rating release_group_records
        release_group_relation release_group_tag release_group_type release_group_type_id
        release_group_url
    """,
    "musicbrainz_artist, by dump": """
        artist artist_alias artist_annotation artist_change artist_dump artist_genre
        artist_ipi artist_isni artist_quarantine artist_rating artist_records
        artist_relation artist_tag artist_url
    """,
    "musicbrainz_work, by dump": """
        iswc work work_alias work_annotation work_attribute work_change work_dump work_genre
        work_language work_quarantine work_rating work_records work_relation
        work_tag work_url
    """,
    "musicbrainz_upkeep, in one piece": """
        retention verification
    """,
    "musicbrainz_label, by dump": """
        label label_alias label_annotation label_change label_dump label_genre label_ipi
        label_isni label_quarantine label_rating label_records label_relation label_tag
        label_url
    """,
    "musicbrainz_catalogue, in one piece": """
        catalogue
    """,
}


@pytest.fixture(scope="module")
def specs() -> list[dg.AssetSpec]:
    settings = Settings("dumps", "store", Path("warehouse.duckdb"), Path("home"))
    definitions = build_definitions(build_platform(settings))
    found = definitions.resolve_all_asset_specs()
    return [spec for spec in found if spec.key.path[0] == "musicbrainz"]


def test_the_groups(specs: list[dg.AssetSpec]) -> None:
    groups: dict[str, set[str]] = {}
    for spec in specs:
        how = "by dump" if spec.partitions_def else "in one piece"
        groups.setdefault(f"{spec.group_name}, {how}", set()).add(spec.key.path[-1])
    assert groups == {group: {*names.split()} for group, names in GRAPH.items()}


def test_tables_follow_from_records_and_records_from_the_dump_file(
    specs: list[dg.AssetSpec],
) -> None:
    reads = {spec.key.path[-1]: [dep.asset_key.path[-1] for dep in spec.deps] for spec in specs}
    assert reads["release_dump"] == ["catalogue"]
    assert reads["release_records"] == ["release_dump"]
    assert reads["track"] == ["release_records"]
    assert reads["release_change"] == ["release_records", "release"]


def test_descriptions_name_the_licence(specs: list[dg.AssetSpec]) -> None:
    of_dumps = [spec for spec in specs if spec.partitions_def and "_change" not in str(spec.key)]
    assert all("CC BY-NC-SA" in str(spec.description) for spec in of_dumps)


def test_steps_wait_in_pools_of_their_own() -> None:
    settings = Settings("dumps", "store", Path("warehouse.duckdb"), Path("home"))
    graph = build_definitions(build_platform(settings)).resolve_asset_graph()
    pools = {key.path[-1]: graph.get(key).pools for key in graph.executable_asset_keys}
    assert pools["release_dump"] == {"musicbrainz_download"}
    assert pools["release_records"] == {"musicbrainz_parse"}
    assert pools["standalone_recording"] == {"duckdb"}


def test_a_column_comes_from_a_path_of_the_json(specs: list[dg.AssetSpec]) -> None:
    [records] = [spec for spec in specs if spec.key.path[-1] == "release_records"]
    lineage = records.metadata["dagster/column_lineage"]
    assert isinstance(lineage, dg.TableColumnLineage)
    [found] = lineage.deps_by_column["track.length_ms"]
    assert found.column_name == "release:media[]/tracks[]/length"
    assert found.asset_key.path[-1] == "release_dump"


def test_dump_types_are_chosen_by_a_setting() -> None:
    assert [*musicbrainz(("work", "artist")).dump_types] == ["artist", "work"]
