"""An upload from its plan to its end: nothing is sent before every file was compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from discogs_assets.display.progress import Progress, Step
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3 import S3Store
from discogs_assets.storage.upload.digests import Digests, digests_of
from discogs_assets.storage.upload.place import Found, Place
from discogs_assets.storage.upload.plan import Upload, refuse
from discogs_assets.storage.upload.send import send_file
from discogs_assets.storage.urls import split_bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Ready:
    """A file to send: what it is, where to, and what is there."""

    upload: Upload
    digests: Digests
    place: Place
    before: Found | None


@dataclass(frozen=True)
class Sent:
    """What an upload did; `read_back` counts files whose objects had to be read to verify them."""

    files: int
    bytes: int
    there: int
    read_back: int


@dataclass(frozen=True)
class Uploader:
    """Brings the files of a folder into a bucket."""

    source: LocalStore
    target: S3Store
    client: "S3Client"
    progress: Progress
    may_replace: bool = False

    def run(self, uploads: Sequence[Upload]) -> Sent:
        """Send what is not there; StoreError when other content is, unless it may be replaced."""
        total = sum(one.size for one in uploads)
        with self.progress.step("reading files", total) as step:
            read = [self.read(one, step) for one in uploads]
        ready = self.missing(read)
        with self.progress.step("uploading", sum(one.upload.size for one in ready)) as step:
            verified = [self.send(one, step) for one in ready]
        sent = sum(one.upload.size for one in ready)
        return Sent(len(ready), sent, len(read) - len(ready), verified.count(False))

    def read(self, upload: Upload, step: Step) -> Ready:
        with step.part(upload.key, upload.size), self.source.local(upload.key) as path:
            digests = digests_of(path, step.advance)
        place = Place(self.client, *split_bucket("--to", self.target.uri(upload.key)))
        return Ready(upload, digests, place, None if upload.there is None else place.find())

    def missing(self, read: Sequence[Ready]) -> list[Ready]:
        """Return the files that are not there; StoreError when others are in their place."""
        there = [one for one in read if one.before]
        with self.progress.step("comparing", sum(one.upload.size for one in there)) as step:
            others = [one for one in there if not self.is_same(one, step)]
        if not self.may_replace:
            refuse([f"{one.upload.key} (another SHA-256)" for one in others], self.target)
        keys = {one.upload.key for one in others}
        return [one for one in read if not one.before or one.upload.key in keys]

    def is_same(self, ready: Ready, step: Step) -> bool:
        with step.part(ready.upload.key, ready.upload.size):
            before = ready.before
            return before is not None and ready.place.holds(before, ready.digests, step.advance)

    def send(self, ready: Ready, step: Step) -> bool:
        key, size = ready.upload.key, ready.upload.size
        with step.part(key, size), self.source.local(key) as path:
            return send_file(path, ready.digests, ready.place, ready.before, step.advance)
