"""Dumps in a folder."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from discogs_assets.errors import SettingError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.dumps.catalogue import Catalogue, newest_settled
from discogs_assets.sources.dumps.folder import FolderCatalogue
from discogs_assets_tests.sources.discogs_dumps.publisher.test_catalogue import CatalogueContract


class TestFolderCatalogue(CatalogueContract):
    @pytest.fixture
    def catalogue(self, tmp_path: Path) -> Catalogue:
        for key, content in self.PUBLISHED.items():
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return FolderCatalogue.open(PUBLICATION, str(tmp_path))


def test_files_directly_in_the_folder_are_found_and_settled(tmp_path: Path) -> None:
    for kind in ("artists", "labels", "masters", "releases"):
        (tmp_path / f"discogs_20260101_{kind}.xml.gz").write_bytes(b"x")
    (tmp_path / "discogs_20260201_artists.xml.gz.part").write_bytes(b"x")
    dump = newest_settled(FolderCatalogue.open(PUBLICATION, tmp_path.as_uri()), datetime.now(UTC))
    assert dump.date == date(2026, 1, 1)
    assert dump.files["labels"].modified is None


def test_an_address_is_the_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dumps" / "discogs_20260101_labels.xml.gz"
    path.parent.mkdir()
    path.write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    catalogue = FolderCatalogue.open(PUBLICATION, "dumps")
    [dump] = catalogue.dumps(2026)
    assert catalogue.address(dump.files["labels"]) == str(path)


def test_a_name_that_only_looks_right_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "discogs_20270101_films.xml.gz").write_bytes(b"x")
    assert FolderCatalogue.open(PUBLICATION, str(tmp_path)).years() == []
    assert "'discogs_20270101_films.xml.gz' is not the name of a dump file" in caplog.text


def test_links_to_folders_are_followed_but_not_round_and_round(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "disk" / "2026", tmp_path / "dumps"
    elsewhere.mkdir(parents=True)
    folder.mkdir()
    (elsewhere / "discogs_20260101_labels.xml.gz").write_bytes(b"x")
    (folder / "2026").symlink_to(elsewhere)
    (elsewhere / "round").symlink_to(folder)
    [file] = FolderCatalogue.open(PUBLICATION, str(folder)).iter_files()
    assert file.location == str(folder / "2026" / "discogs_20260101_labels.xml.gz")


def test_what_is_not_packed_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "discogs_20260101_labels.xml").write_bytes(b"<labels/>")
    assert FolderCatalogue.open(PUBLICATION, str(tmp_path)).years() == []
    assert "labels.xml: left out: it is not packed; run gzip -k on it" in caplog.text


def test_real_samples_are_found(samples: Path) -> None:
    catalogue = FolderCatalogue.open(PUBLICATION, str(samples / "discogs_2020"))
    assert [dump.month for dump in catalogue.dumps(2020)] == [date(2020, 8, 1)]


def test_one_file_is_as_a_folder_of_it_and_its_checksums(tmp_path: Path) -> None:
    file = tmp_path / "discogs_20260101_releases.xml.gz"
    for name in (file.name, "discogs_20260101_labels.xml.gz", "discogs_20251201_releases.xml.gz"):
        (tmp_path / name).write_bytes(b"x")
    for day in ("20260101", "20251201"):
        (tmp_path / f"discogs_{day}_CHECKSUM.txt").write_text(f"{'a' * 64} *{file.name}\n")
    catalogue = FolderCatalogue.open(PUBLICATION, str(file))
    [dump] = catalogue.dumps(2026)
    assert {*dump.files} == {"releases", "CHECKSUM"}
    assert catalogue.years() == [2026]
    assert catalogue.checksums(dump) == {file.name: "a" * 64}
    assert newest_settled(catalogue, datetime.now(UTC)).types == ("releases",)
    with catalogue.read(dump.files["releases"], 0) as reading:
        assert b"".join(reading.chunks) == b"x"


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        (
            "discogs_20260101_labels.xml",
            "it is not packed; run gzip -k on it, and give discogs_20260101_labels.xml.gz",
        ),
        ("labels.xml.gz", "'labels.xml.gz' is not the name of a dump file: expected discogs_YYYY"),
    ],
)
def test_a_file_that_is_no_dump_file_is_refused(tmp_path: Path, name: str, advice: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(SettingError) as error:
        FolderCatalogue.open(PUBLICATION, str(tmp_path / name))
    assert str(error.value).startswith(f"{tmp_path / name}: {advice}")
