"""A folder that mirrors the publisher's: a folder a dump, named by its stamp; or one of those."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from discogs_assets.errors import SettingError
from discogs_assets.sources.dumps.catalogue import Dump, Reading, group_dumps
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.folder import parse_path, read_file
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.musicbrainz_dumps.publication import SETTING, STAMP, stamp_in
from discogs_assets.sources.musicbrainz_dumps.publisher.listing import (
    choose_stamps,
    iter_files,
    parse_latest,
    parse_sums,
)
from discogs_assets.sources.musicbrainz_dumps.publisher.signature import has_gpg, is_signed
from discogs_assets.storage.urls import redact_url


@dataclass
class FolderCatalogue:
    """Dumps in a folder; all that are there when it has no `LATEST`."""

    publication: Publication
    url: str
    folder: Path

    @classmethod
    def open(cls, publication: Publication, url: str) -> Self:
        """Return the catalogue of a path or `file://` address, or raise `SettingError`."""
        path = parse_path(url, SETTING)
        if not path.is_dir():
            raise SettingError(
                f"{SETTING}: expected an address, or a folder that exists, found "
                f"{redact_url(url)!r}"
            )
        return cls(publication, url, path)

    def years(self) -> list[int]:
        return sorted({int(stamp[:4]) for stamp in self.folders()})

    def folders(self) -> dict[str, Path]:
        """Return the folder of each dump by its stamp, oldest first."""
        if STAMP.fullmatch(self.folder.resolve().name):
            return {self.folder.resolve().name: self.folder}
        latest = self.folder / "LATEST"
        newest = parse_latest(latest.read_text(), str(latest)) if latest.is_file() else None
        names = [path.name for path in self.folder.iterdir() if path.is_dir()]
        stamps = choose_stamps(names, newest, str(self.folder))
        return {stamp: self.folder / stamp for stamp in stamps if stamp in names}

    def dumps(self, year: int) -> list[Dump]:
        return group_dumps(self.iter_files(f"{year:04}"), self.publication)

    def iter_files(self, year: str) -> Iterator[DumpFile]:
        for stamp, folder in self.folders().items():
            if stamp.startswith(year):
                sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
                found = iter_files(self.publication, stamp, sizes, sizes, f"{folder.as_posix()}/")
                yield from (file for file in found if Path(file.location).is_file())

    def checksums(self, dump: Dump) -> dict[str, str]:
        sums: dict[str, str] = {}
        for file in dump.checksum_files:
            text = Path(file.location).read_text(errors="replace")
            signature = Path(f"{file.location}.asc")
            if has_gpg() and signature.is_file():
                is_signed(text, signature.read_text(errors="replace"), file.location)
            sums |= parse_sums(text, stamp_in(file.name), file.location)
        return sums

    def read(self, file: DumpFile, offset: int) -> AbstractContextManager[Reading]:
        return read_file(Path(file.location), offset)

    def address(self, file: DumpFile) -> str:
        return Path(file.location).absolute().as_posix()
