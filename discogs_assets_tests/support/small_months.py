"""Months of four tiny dump files: published as on the site, and imported into a lake."""

import gzip
import hashlib
from datetime import date
from pathlib import Path

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION, parse_file_name
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.publish import DumpPublisher
from discogs_assets.sources.dumps.raw_files import Downloaded
from discogs_assets.storage.lake import Lake

ALL = "artists labels masters releases"
DUMPS = {
    "artists": "<artists><artist><id>1</id><name>{}</name></artist></artists>",
    "labels": "<labels><label><id>1</id><name>{}</name></label></labels>",
    "masters": '<masters><master id="1"><title>{}</title></master></masters>',
    "releases": '<releases><release id="1"><title>{}</title></release></releases>',
}
Files = dict[str, bytes]
"""Published files by key, such as `data/2026/discogs_20260101_artists.xml.gz`."""


def month(day: str, kinds: str = ALL, text: str = "A") -> Files:
    """Return dump files of a date, such as `20260101`; `text` makes their content differ."""
    return {
        f"data/{day[:4]}/discogs_{day}_{kind}.xml.gz": gzip.compress(
            DUMPS[kind].format(text).encode(), mtime=0
        )
        for kind in kinds.split()
    }


def checksums(files: Files) -> Files:
    """Return the checksum file that goes with dump files of one date."""
    keys = [*files]
    lines = [f"{sha(files[key])} {key.rpartition('/')[2]}\n" for key in keys]
    return {keys[0].rpartition("_")[0] + "_CHECKSUM.txt": "".join(lines).encode()}


def whole_month(day: str, text: str = "A") -> Files:
    files = month(day, text=text)
    return files | checksums(files)


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write(files: Files, folder: Path) -> None:
    """Put published files into a folder."""
    folder.mkdir(exist_ok=True)
    for key, content in files.items():
        (folder / key.rpartition("/")[2]).write_bytes(content)


def bring(lake: Lake, files: Files, limit: int | None = None) -> None:
    """Import published dump files, as `raw_dump` and `records` would."""
    for key, content in files.items():
        if not key.endswith(".xml.gz"):
            continue
        name = key.rpartition("/")[2]
        day, kind = parse_file_name(name)
        lake.store.write(PUBLICATION.raw_key(name), content)
        dump = Downloaded(PUBLICATION.raw_key(name), sha(content), len(content), True, True)
        start = date(day.year, day.month, 1)
        importer = DumpPublisher(
            lake, DUMP_TYPES[kind], start, dump, DISCOGS.open_reader, limit=limit, threads=1
        )
        importer.run(LoggedProgress())
