"""The rows of one record are found in the lake, and a flipped bit of their pages is."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from discogs_assets.errors import StoreError
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.storage import lake_writer
from discogs_assets.storage.lake_rows import rows_of_record
from discogs_assets_tests.support.change_months import Months, artists

MONTH = date(2026, 1, 1)
URLS = "<urls><url>{0}.example</url><url>{0}.test</url></urls>"
IDS = [*range(1, 60), 70, 65]
TABLES = {table.name: table for table in DUMP_TYPES["artists"].tables}


@pytest.fixture
def months(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Months:
    monkeypatch.setattr(lake_writer, "ROW_GROUP_ROWS", 10)
    months = Months(tmp_path)
    records = {id_: f"<name>N{id_}</name>{URLS.format(id_)}" for id_ in IDS}
    months.bring("artists", MONTH, artists(records))
    return months


def found(months: Months, table: str, record_id: int) -> list[dict[str, object]]:
    manifest = months.lake.manifest("artists", MONTH)
    owner = TABLES[table].owner
    rows: list[dict[str, object]] = rows_of_record(
        months.lake, manifest, TABLES[table], owner, record_id
    ).to_pylist()
    return rows


def test_all_rows_of_a_record_are_found(months: Months) -> None:
    for id_ in IDS:
        assert [row["name"] for row in found(months, "artist", id_)] == [f"N{id_}"]
        urls = [row["url"] for row in found(months, "artist_url", id_)]
        assert urls == [f"{id_}.example", f"{id_}.test"]
    assert found(months, "artist", 61) == found(months, "artist_url", 61) == []
    assert found(months, "artist_alias", 1) == []


def test_no_flipped_bit_of_a_page_goes_unseen(months: Months) -> None:
    [key] = months.lake.manifest("artists", MONTH).tables["artist_url"].files
    path = Path(months.lake.store.uri(key))
    whole = path.read_bytes()
    group = pq.ParquetFile(path).metadata.row_group(0)
    urls = next(one for one in map(group.column, range(3)) if one.path_in_schema == "url")
    end = urls.data_page_offset + urls.total_compressed_size
    # The checksum is of what follows the header of the page.
    for place in range(end - urls.total_compressed_size // 2, end):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(StoreError, match=r"cannot be read: .*--repair"):
            found(months, "artist_url", 5)
