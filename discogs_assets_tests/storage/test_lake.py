"""A month of the lake is what its manifest says, in a folder and in a bucket."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from discogs_assets.errors import LakeError, ManifestError, NewerManifestError
from discogs_assets.storage import lake_writer
from discogs_assets.storage.lake import Lake, new_import_id
from discogs_assets.storage.lake_damage import digest_of
from discogs_assets.storage.lake_writer import PartitionWriter
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.manifest import Manifest, TableFiles
from discogs_assets.storage.s3 import S3Store
from discogs_assets.storage.store import Store
from discogs_assets.tables.table import Column, Table, Type
from discogs_assets_tests.support.damage import edited
from discogs_assets_tests.support.s3_bucket import new_bucket
from discogs_assets_tests.support.s3_server import s3_server

ID = Column("id", Type.INTEGER, "Number of the sheet.")
NAME = Column("name", Type.TEXT, "Name.")
SHEET = Table("sheet", "Sheets.", ("id",), (ID, NAME, Column("tags", Type.TEXT_LIST, "Tags.")))
SCRAP = Table("scrap", "What could not be read.", ("id",), (ID,))
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
AGAIN = "discogs-assets import --types sheets --year-month 2026-05"

Rows = list[dict[str, Any]]


def lake_of(store: Store, *tables: Table) -> Lake:
    return Lake(store, "made_up", {"sheets": tables or (SHEET, SCRAP)})


def publish(lake: Lake, month: date, rows: Rows, import_id: str | None = None) -> Manifest:
    """Write rows of sheets and make them the month."""
    with ThreadPoolExecutor(1) as pool:
        writer = PartitionWriter(
            lake.store, "sheets", import_id or new_import_id(), lake.groups["sheets"], pool
        )
        with writer:
            writer.add({"sheet": SHEET.from_rows(rows)})
            folders = {table.name: lake.folder(table.name, month) for table in (SHEET, SCRAP)}
            manifest = Manifest(
                group="sheets",
                month=str(month),
                schema=lake.schema("sheets"),
                dump="sheets.xml.gz",
                sha256="0" * 64,
                import_id=writer.import_id,
                records=len(rows),
                started=len(rows),
                refused=0,
                limit=None,
                tables=writer.finish(folders),
                undeclared={"/sheets/sheet/novelty": 2},
            )
            lake.publish(manifest)
    return manifest


def sheet(number: int, name: str | None = None, tags: list[str] | None = None) -> dict[str, Any]:
    return {"id": number, "name": name, "tags": tags}


class LakeContract:
    """What holds in every store; subclasses give the `store` fixture."""

    @pytest.fixture
    def lake(self, store: Store) -> Lake:
        return lake_of(store)

    def test_gives_the_rows_of_months(self, lake: Lake) -> None:
        publish(lake, JUNE, [sheet(2, "é", ["a", "b"]), sheet(1)])
        publish(lake, MAY, [sheet(1, "old")])
        assert lake.months("sheets") == [MAY, JUNE]
        assert lake.scan("sheet").collect().rows() == [
            (1, "old", None, MAY),
            (2, "é", ["a", "b"], JUNE),
            (1, None, None, JUNE),
        ]
        assert lake.scan("sheet", [JUNE]).collect()["id"].to_list() == [2, 1]
        assert lake.scan("sheet", [JUNE, MAY]).collect()["id"].to_list() == [2, 1, 1]

    def test_a_table_without_rows_has_no_file_but_its_columns(self, lake: Lake) -> None:
        manifest = publish(lake, MAY, [sheet(1)])
        assert manifest.tables["scrap"] == TableFiles(0, 0, (), {"id": 0})
        found = lake.scan("scrap").collect()
        assert found.schema == {"id": pl.Int32(), "month": pl.Date()}
        assert found.height == 0

    def test_nothing_published_is_an_empty_table(self, lake: Lake) -> None:
        assert lake.months("sheets") == []
        assert lake.scan("sheet").collect().schema == SHEET.polars_schema | {"month": pl.Date()}
        assert lake.scan("sheet", []).collect().height == 0

    def test_a_month_that_is_not_there(self, lake: Lake) -> None:
        with pytest.raises(LakeError) as error:
            lake.scan("sheet", [JUNE])
        assert str(error.value) == (
            f"lake {lake.store.url}: sheets of 2026-06 are not in it (there: none); "
            "run discogs-assets import --types sheets --year-month 2026-06"
        )
        publish(lake, MAY, [sheet(1)])
        with pytest.raises(LakeError, match=r"2026-06 are not in it \(there: 2026-05\)"):
            lake.manifest("sheets", JUNE)

    def test_an_unknown_table(self, lake: Lake) -> None:
        for look in (lake.scan, lake.table, lake.group_of):
            with pytest.raises(LakeError) as error:
                look("shet")
            assert str(error.value) == (
                f"lake {lake.store.url}: expected the name of a table, found 'shet'"
            )

    def test_a_manifest_is_read_as_it_was_written(self, lake: Lake) -> None:
        manifest = publish(lake, MAY, [sheet(1), sheet(2, "b")])
        assert lake.manifest("sheets", MAY) == manifest
        assert manifest.is_full
        assert manifest.files == [
            f"lake/made_up/sheet/month=2026-05-01/{manifest.import_id}-sheet-00000.parquet"
        ]
        size = lake.store.size(manifest.files[0])
        with lake.store.open(manifest.files[0]) as file:
            digest = digest_of(file)
        assert manifest.tables["sheet"] == TableFiles(
            2, size, tuple(manifest.files), {"id": 0, "name": 1, "tags": 2}, (size,), (digest,)
        )

    def test_a_manifest_without_the_newer_counts_is_read(self, lake: Lake) -> None:
        publish(lake, MAY, [sheet(1), sheet(2)])
        key = lake.manifest_key("sheets", MAY)
        fields = json.loads(lake.store.read(key))
        del fields["digest"], fields["started"], fields["tables"]["sheet"]["nulls"]
        lake.store.write(key, json.dumps(fields).encode())
        manifest = lake.manifest("sheets", MAY)
        assert (manifest.records, manifest.started) == (2, 2)
        assert (manifest.tables["sheet"].rows, manifest.tables["sheet"].nulls) == (2, {})

    def test_a_republished_month_is_the_new_one(self, lake: Lake) -> None:
        publish(lake, MAY, [sheet(1), sheet(2)])
        publish(lake, MAY, [sheet(3)])
        assert lake.scan("sheet").collect()["id"].to_list() == [3]

    def test_a_month_that_is_taken_out_is_noted(self, lake: Lake) -> None:
        manifest = publish(lake, MAY, [sheet(1)])
        publish(lake, JUNE, [sheet(2)])
        lake.unpublish("sheets", MAY)
        assert (lake.months("sheets"), lake.retired_months("sheets")) == ([JUNE], [MAY])
        assert (lake.is_retired("sheets", MAY), lake.is_retired("sheets", JUNE)) == (True, False)
        assert lake.retired("sheets", MAY) == manifest
        assert lake.store.keys("lake/made_up/sheet/month=2026-05-01") == []
        assert lake.scan("sheet").collect()["id"].to_list() == [2]
        publish(lake, MAY, [sheet(3)])
        assert (lake.months("sheets"), lake.retired_months("sheets")) == ([MAY, JUNE], [])
        assert lake.store.keys("lake/made_up/_retired") == []

    def test_a_month_that_was_not_published_cannot_be_taken_out(self, lake: Lake) -> None:
        with pytest.raises(LakeError, match="2026-05 are not in it"):
            lake.unpublish("sheets", MAY)

    def test_young_files_of_a_month_taken_out_go_with_the_next_look(self, lake: Lake) -> None:
        (file,) = publish(lake, MAY, [sheet(1)]).files
        lake.unpublish("sheets", MAY)
        lake.store.write(file, b"left by a run that was killed")
        lake.clear("sheets", MAY)
        assert not lake.store.exists(file)

    def test_old_files_that_no_manifest_names_are_removed(self, lake: Lake) -> None:
        publish(lake, MAY, [sheet(1)], import_id="20260501T000000000000")
        publish(lake, JUNE, [sheet(2)])
        (kept,) = publish(lake, MAY, [sheet(3)]).files
        assert lake.store.keys("lake/made_up/sheet/month=2026-05-01") == [kept]
        assert lake.scan("sheet").collect()["id"].to_list() == [3, 2]

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            (b"", "Expecting value"),
            (b'{"group": "sheets"', "Expecting ',' delimiter"),
            (b"\xff{}", "codec can't decode"),
            (b"[]", "indices must be integers"),
            (b"null", "not subscriptable"),
            (b"{}", "'tables'"),
            (b'{"tables": null}', "has no attribute 'items'"),
            (b'{"tables": {"sheet": {}}}', "'rows'"),
            (b'{"tables": {}}', "'records'"),
            (b'{"tables": {}, "records": 1}', "missing 7 required positional arguments"),
        ],
    )
    def test_a_broken_manifest(
        self, lake: Lake, text: bytes, found: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        key = lake.manifest_key("sheets", MAY)
        lake.store.write(key, text)
        with pytest.raises(ManifestError) as error:
            lake.manifest("sheets", MAY)
        start = f"{lake.store.uri(key)}: expected a manifest of the lake, found {text[:60]!r} ("
        assert str(error.value).startswith(start)
        assert found in str(error.value)
        assert str(error.value).endswith(f"make it again with {AGAIN}")
        assert [lake.find("sheets", MAY) for _ in range(2)] == [None, None]
        assert caplog.messages == [str(error.value)]

    def test_a_manifest_of_a_newer_release(self, lake: Lake) -> None:
        publish(lake, MAY, [sheet(1)])
        key = lake.manifest_key("sheets", MAY)
        lake.store.write(key, edited(lake.store.read(key), novelty=1, colour="red"))
        with pytest.raises(NewerManifestError) as error:
            lake.manifest("sheets", MAY)
        assert str(error.value) == (
            f"{lake.store.uri(key)}: a newer release of this package has published it, with "
            f"colour, novelty: install that, or replace it with {AGAIN} --force"
        )
        assert lake.find("sheets", MAY) is None

    def test_no_flipped_bit_of_a_manifest_goes_unseen(self, lake: Lake) -> None:
        publish(lake, MAY, [sheet(1)])
        key = lake.manifest_key("sheets", MAY)
        whole, manifest = lake.store.read(key), lake.manifest("sheets", MAY)
        for at in range(len(whole)):
            flipped = bytearray(whole)
            flipped[at] ^= 1 << at % 8
            lake.store.write(key, bytes(flipped))
            assert lake.find("sheets", MAY) in (None, manifest)

    def test_a_manifest_of_another_month(self, lake: Lake) -> None:
        publish(lake, JUNE, [sheet(1)])
        lake.store.write(
            lake.manifest_key("sheets", MAY), lake.store.read(lake.manifest_key("sheets", JUNE))
        )
        with pytest.raises(ManifestError, match="expected sheets of 2026-05-01, found sheets of"):
            lake.manifest("sheets", MAY)

    def test_dumps_may_be_of_any_day(self, store: Store) -> None:
        def command(group: str, day: date) -> str:
            return f"made-up fetch {group} {day}"

        lake = Lake(store, "made_up", {"sheets": (SHEET, SCRAP)}, command)
        days = [date(2026, 5, 27), date(2026, 5, 30), date(2026, 6, 3)]
        for number, day in enumerate(days):
            publish(lake, day, [sheet(number)])
        assert lake.months("sheets") == days
        assert [one.month for one in lake.iter_before("sheets", days[2])] == [
            "2026-05-30",
            "2026-05-27",
        ]
        assert lake.scan("sheet").collect()["month"].to_list() == days
        lake.unpublish("sheets", days[0])
        assert (lake.months("sheets"), lake.retired_months("sheets")) == (days[1:], days[:1])
        expected = "sheets of 2026-05-27 are not in it .*; run made-up fetch sheets 2026-05-27$"
        with pytest.raises(LakeError, match=expected):
            lake.manifest("sheets", days[0])

    def test_other_files_beside_manifests_are_no_months(self, lake: Lake) -> None:
        publish(lake, MAY, [sheet(1)])
        for name in (
            "2026-05-01.json.old",
            "notes.txt",
            "2026-06-01 (1).json",
            "2026-13-01.json",
            "2026-02-30.json",
        ):
            lake.store.write(f"lake/made_up/_published/sheets/{name}", b"{}")
        assert lake.months("sheets") == [MAY]

    @pytest.mark.parametrize("folder", ["_published", "_retired"])
    def test_no_file_goes_while_it_cannot_be_read_which_are_seen(
        self, lake: Lake, folder: str
    ) -> None:
        files = publish(lake, MAY, [sheet(1)]).files
        key = f"lake/made_up/{folder}/sheets/2026-05-01.json"
        lake.store.delete([lake.manifest_key("sheets", MAY)])
        lake.store.write(key, b"{")
        lake.clear("sheets", MAY)
        assert [*map(lake.store.exists, files)] == [True] * len(files)
        again = publish(lake, MAY, [sheet(2)])
        assert lake.scan("sheet").collect()["id"].to_list() == [2]
        if lake.store.is_exclusive:
            assert lake.store.keys("lake/made_up/sheet") == [*again.tables["sheet"].files]
        assert lake.find_retired("sheets", MAY) is None

    def test_earlier_months_the_newest_first_but_no_parts(self, lake: Lake) -> None:
        for month in (date(2025, 12, 1), MAY, date(2026, 2, 1), JUNE):
            publish(lake, month, [sheet(1)])
        part = replace(lake.manifest("sheets", MAY), limit=1)
        lake.publish(part)
        before = [manifest.month for manifest in lake.iter_before("sheets", JUNE)]
        assert before == ["2026-02-01", "2025-12-01"]
        assert [*lake.iter_before("sheets", date(2025, 12, 1))] == []

    def test_tells_the_types_in_the_files(self, lake: Lake, store: Store) -> None:
        manifest = publish(lake, MAY, [sheet(1)])
        assert lake.types("sheet", manifest) == SHEET.polars_schema
        assert lake.types("scrap", manifest) == SCRAP.polars_schema
        other = replace(NAME, type=Type.INTEGER)
        changed = lake_of(store, replace(SHEET, columns=(ID, other)), SCRAP)
        assert changed.types("sheet", manifest) == SHEET.polars_schema

    def test_a_changed_schema_is_noticed(self, lake: Lake, store: Store) -> None:
        publish(lake, MAY, [sheet(1)])
        changed = lake_of(store, replace(SHEET, columns=(ID, NAME)), SCRAP)
        assert changed.schema("sheets") != lake.schema("sheets")
        with pytest.raises(LakeError) as error:
            changed.scan("sheet")
        assert str(error.value) == (
            f"lake {store.url}: sheets of 2026-05 have the columns of another version; "
            "run discogs-assets import --types sheets --year-month 2026-05"
        )
        assert changed.manifest("sheets", MAY).records == 1

    def test_other_words_are_no_other_schema(self, lake: Lake, store: Store) -> None:
        reworded = replace(SHEET, description="All sheets.", key=("id", "name"))
        assert lake_of(store, reworded, SCRAP).schema("sheets") == lake.schema("sheets")

    def test_many_files_and_row_groups_are_one_table(
        self, lake: Lake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lake_writer, "ROW_GROUP_ROWS", 3)
        monkeypatch.setattr(lake_writer, "FILE_BYTES", 1)
        with ThreadPoolExecutor(2) as pool:
            writer = PartitionWriter(lake.store, "sheets", "0", (SHEET,), pool)
            with writer:
                for number in range(10):
                    writer.add({"sheet": SHEET.from_rows([sheet(number)])})
                found = writer.finish({"sheet": lake.folder("sheet", MAY)})["sheet"]
        assert [file.rpartition("/")[2] for file in found.files] == [
            f"0-sheet-{number:05}.parquet" for number in range(4)
        ]
        assert found.rows == 10
        assert found.bytes == sum(lake.store.size(file) for file in found.files)
        manifest = replace(publish(lake, JUNE, []), tables={"sheet": found})
        assert lake.scan_month("sheet", manifest).collect()["id"].to_list() == [*range(10)]


class TestLocalLake(LakeContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return LocalStore(str(tmp_path / "data"))

    def test_what_no_manifest_names_goes_at_once(self, lake: Lake) -> None:
        young = f"lake/made_up/sheet/month=2026-05-01/{new_import_id()}-sheet-00000.parquet"
        lake.store.write(young, b"half")
        (file,) = publish(lake, MAY, [sheet(1)]).files
        assert lake.store.keys("lake/made_up/sheet") == [file]

    @pytest.mark.parametrize("folder", ["[old] data", "data *", "month=2020-01-01", "ä %20 #1"])
    def test_the_folder_may_have_any_name(self, tmp_path: Path, folder: str) -> None:
        lake = lake_of(LocalStore(str(tmp_path / folder)))
        publish(lake, MAY, [sheet(1)])
        assert lake.scan("sheet").collect().rows() == [(1, None, None, MAY)]

    def test_a_manifest_is_for_people_too(self, lake: Lake) -> None:
        publish(lake, MAY, [sheet(1)])
        text = lake.store.read("lake/made_up/_published/sheets/2026-05-01.json").decode()
        assert text.count("\n") > 20
        assert json.loads(text)["undeclared"] == {"/sheets/sheet/novelty": 2}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.mark.slow
class TestS3Lake(LakeContract):
    @pytest.fixture
    def store(
        self, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Store]:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "up")
        with new_bucket(address, "shelf") as client:
            yield S3Store("s3://shelf/discogs", tmp_path / "scratch", lambda: client)

    def test_young_files_may_be_the_work_of_another_machine(self, lake: Lake) -> None:
        young = f"lake/made_up/sheet/month=2026-05-01/{new_import_id()}-sheet-00000.parquet"
        lake.store.write(young, b"half")
        (file,) = publish(lake, MAY, [sheet(1)]).files
        assert lake.store.keys("lake/made_up/sheet") == sorted([young, file])
        assert lake.scan("sheet").collect()["id"].to_list() == [1]


def test_attempts_sort_by_time() -> None:
    before = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    attempts = [new_import_id() for _ in range(3)]
    assert [before, *attempts] == sorted([before, *attempts])
