"""Without a checksum, no file is stored that is made of two publications."""

import gzip
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from discogs_assets.errors import DownloadError, TransientError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.dumps.catalogue import Reading
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.folder import FolderCatalogue
from discogs_assets.sources.dumps.origin import NOWHERE, Origin, read_origin, write_origin
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.discogs_site import DiscogsSite
from discogs_assets_tests.support.publisher import CHUNK, DUMP, FILE, KEY, NAME, Download, Publisher
from discogs_assets_tests.support.site_downloads import LOCATION, cut, fetch, open_site, ranges

UNSIZED = replace(FILE, size=None)
ROUNDS = 300


@dataclass
class Changing(Publisher):
    """Exchanges its file now and then, also in the middle of an answer."""

    dice: random.Random = field(default_factory=random.Random)
    publications: tuple[bytes, ...] = ()
    says: str = ""
    version: int = 0

    def turn(self) -> bytes:
        if self.dice.random() < 0.2:
            self.version = self.dice.randrange(len(self.publications))
        return self.publications[self.version]

    @contextmanager
    def read(self, file: DumpFile, offset: int) -> Iterator[Reading]:
        content = self.turn()
        start = offset if self.has_ranges else 0
        total = len(content) if self.has_total else None
        stop = self.dice.choice([len(content), self.dice.randrange(start, start + 9000)])
        origin = Origin(
            f'"{self.version}"' if self.says == "etag" else "",
            f"{self.version} January" if self.says == "date" else "",
            total,
        )
        is_whole = 0 < start >= len(content)
        yield Reading(self.sent(content, start, stop), start, total, is_whole, origin)

    def sent(self, content: bytes, start: int, stop: int) -> Iterator[bytes]:
        for position in range(start, min(stop, len(content)), CHUNK):
            yield content[position : min(position + CHUNK, stop)]
            if not self.says:
                content = self.turn()
        if stop < len(content):
            raise TransientError("connection cut")


def small_gzips(dice: random.Random) -> tuple[bytes, ...]:
    """Return publications that begin alike, some of the same size."""
    base = dice.randbytes(12_000)
    return tuple(
        gzip.compress(base[: dice.choice([9_000, 12_000])] + dice.randbytes(3_000), mtime=0)
        for _ in range(3)
    )


@pytest.mark.parametrize("says", ["", "etag", "date"])
def test_a_stored_file_is_one_publication(tmp_path: Path, says: str) -> None:
    stored = 0
    for number in range(ROUNDS):
        dice = random.Random(f"{says} {number}")
        publications = small_gzips(dice)
        store = LocalStore(str(tmp_path / str(number)))
        site = Changing(
            dice=dice,
            publications=publications,
            says=says,
            has_ranges=dice.random() < 0.8,
            has_total=dice.random() < 0.5,
        )
        for _ in range(2):
            try:
                Download(store)(site, None, UNSIZED)
            except DownloadError:
                continue
            assert store.read(KEY) in publications
            stored += 1
            break
        else:
            assert not store.exists(KEY)
    assert stored > ROUNDS / 2


@dataclass
class TwoServers(Publisher):
    """Sends the start of one publication with an ETag, and the rest of another with a date."""

    rest: bytes = b""

    @contextmanager
    def read(self, file: DumpFile, offset: int) -> Iterator[Reading]:
        total = len(DUMP)
        if offset:
            yield Reading(
                iter([self.rest[offset:]]), offset, total, False, Origin("", "May", total)
            )
        else:
            start = iter([DUMP[: total // 2]])
            yield Reading(start, 0, total, False, Origin('"1"', "", total))


def test_answers_that_say_different_things_prove_nothing(tmp_path: Path) -> None:
    store = LocalStore(str(tmp_path))
    other = bytes(255 - one for one in DUMP)
    with pytest.raises(DownloadError, match="its gzip data is damaged"):
        Download(store)(TwoServers(rest=other), None, UNSIZED)
    assert not store.exists(KEY)
    Download(store)(TwoServers(rest=DUMP), None, UNSIZED)
    assert store.read(KEY) == DUMP


@pytest.mark.parametrize(
    ("one", "other", "is_other"),
    [
        (Origin("a"), Origin("a"), False),
        (Origin("a"), Origin("b"), True),
        (Origin("a", "x", 5), Origin("b", "x", 5), False),
        (Origin("a", "x", 5), Origin("b", "x", 6), True),
        (Origin("", "x"), Origin("", "y"), True),
        (Origin("a", "x"), Origin("", "x"), False),
        (Origin("a"), Origin("", "x"), False),
        (NOWHERE, Origin("a"), False),
    ],
)
def test_what_tells_publications_apart(one: Origin, other: Origin, *, is_other: bool) -> None:
    assert one.is_other(other) is is_other
    assert other.is_other(one) is is_other


def test_a_note_survives_and_a_cut_one_says_nothing(tmp_path: Path) -> None:
    path, origin = tmp_path / "note", Origin("a", "b", 3)
    write_origin(path, origin)
    assert read_origin(path) == origin
    path.write_bytes(path.read_bytes()[:9])
    assert read_origin(path) == NOWHERE


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
def test_a_site_that_names_its_publication_is_asked_once_more(tmp_path: Path, name: str) -> None:
    def republish() -> None:
        site.files[LOCATION], site.file_headers = DUMP, {name: "new"}

    older = gzip.compress(DUMP, compresslevel=0, mtime=0)[: len(DUMP)]
    store = LocalStore(str(tmp_path))
    run = Download(store)
    run.while_asleep = republish
    with DiscogsSite({LOCATION: older}, file_headers={name: "old"}) as site:
        cut(site, 6000)
        fetch(open_site(site), run)
        assert ranges(site) == [None, "bytes=6000-", None]
    assert store.read(KEY) == DUMP
    assert not [*run.part.parent.glob(f"{NAME}.part*")]


def test_a_file_that_is_written_to_meanwhile_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "dumps"
    folder.mkdir()
    path = folder / NAME
    path.write_bytes(DUMP)
    catalogue = FolderCatalogue.open(PUBLICATION, str(folder))
    reading = catalogue.read(replace(FILE, location=str(path)), 0)
    next(reading.__enter__().chunks)
    path.write_bytes(DUMP[:50])
    with pytest.raises(TransientError, match="written to while it was read"):
        reading.__exit__(None, None, None)
