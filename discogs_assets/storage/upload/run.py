"""An upload from its plan to its end: nothing is sent before every file was compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from discogs_assets.display.progress import Progress, Step
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3 import S3Store
from discogs_assets.storage.upload.digests import Digests, digests_of
from discogs_assets.storage.upload.place import ObjectPlace, StoredObject
from discogs_assets.storage.upload.plan import Upload, refuse
from discogs_assets.storage.upload.send import send_file
from discogs_assets.storage.urls import split_bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class PendingFile:
    """A file to send: what it is, where to, and the object that it replaces, None for none."""

    upload: Upload
    digests: Digests
    place: ObjectPlace
    replaced: StoredObject | None


@dataclass(frozen=True)
class UploadResult:
    """What an upload did; `read_back` counts files whose objects had to be read to verify them."""

    files: int
    bytes: int
    already_there: int
    read_back: int


@dataclass(frozen=True)
class Uploader:
    """Brings the files of a folder into a bucket."""

    source: LocalStore
    target: S3Store
    client: "S3Client"
    progress: Progress
    may_replace: bool = False

    def run(self, uploads: Sequence[Upload]) -> UploadResult:
        """Send what is not there; OtherContentError for other content that may not be replaced."""
        total = sum(one.size for one in uploads)
        with self.progress.step("reading files", total) as step:
            read = [self.read(one, step) for one in uploads]
        missing = self.missing(read)
        with self.progress.step("uploading", sum(one.upload.size for one in missing)) as step:
            verified = [self.send(one, step) for one in missing]
        sent = sum(one.upload.size for one in missing)
        return UploadResult(len(missing), sent, len(read) - len(missing), verified.count(False))

    def read(self, upload: Upload, step: Step) -> PendingFile:
        with step.part(upload.key, upload.size), self.source.local(upload.key) as path:
            digests = digests_of(path, step.advance)
        place = ObjectPlace(
            self.client, *split_bucket("DISCOGS_STORE", self.target.uri(upload.key))
        )
        return PendingFile(
            upload, digests, place, None if upload.already_there is None else place.find()
        )

    def missing(self, read: Sequence[PendingFile]) -> list[PendingFile]:
        """Return the files that are not there; OtherContentError for others in their place."""
        found = [one for one in read if one.replaced]
        with self.progress.step("comparing", sum(one.upload.size for one in found)) as step:
            others = [one for one in found if not self.is_same(one, step)]
        if not self.may_replace:
            refuse([f"{one.upload.key} (another SHA-256)" for one in others], self.target)
        keys = {one.upload.key for one in others}
        return [one for one in read if not one.replaced or one.upload.key in keys]

    def is_same(self, pending: PendingFile, step: Step) -> bool:
        with step.part(pending.upload.key, pending.upload.size):
            found = pending.replaced
            return found is not None and pending.place.has_content(
                found, pending.digests, step.advance
            )

    def send(self, pending: PendingFile, step: Step) -> bool:
        key, size = pending.upload.key, pending.upload.size
        with step.part(key, size), self.source.local(key) as path:
            return send_file(path, pending.digests, pending.place, pending.replaced, step.advance)
