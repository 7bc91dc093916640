"""The errors a user can meet. Only `TransientError` and `SinkGoneError` are worth trying again.

DiscogsAssetsError
├── SettingError            a setting or an argument cannot be used
├── SourceError             the publisher does not give what was asked for
│   ├── TransientError      busy, cut off or asking to wait: retried
│   │   └── HostNotFoundError   its name has no address
│   ├── ListingError        the list of dumps cannot be read
│   └── DumpNotFoundError   no such dump, or a part of it is missing
│       └── DumpGoneError   it was published, and is not any more
├── DownloadError           what arrived is not the published file
├── SpaceError              the disk has too little room
├── StoreError              the folder or bucket cannot be read or written
│   ├── DamageError         a file of the store is not what was put there
│   ├── UnsupportedError    the server of a bucket lacks what was asked for
│   ├── RegionError         the region of a bucket is not set, or is another
│   ├── OtherContentError   objects of other content are where files are to go
│   └── StoreLockedError    another process is at work on the same file or month
├── DumpError               a dump file cannot be read to its end
│   └── UnpackError         it is packed otherwise, or damaged
├── LakeError               a partition of the lake is missing or unusable
│   └── ManifestError       what was published of a month cannot be read
│       └── NewerManifestError  a newer release of this package published it
├── CheckError              (tables/outcome.py) a month fails a check that it must pass
├── WarehouseError          the DuckDB file cannot be used
│   ├── WarehouseDamageError  it is not what was written
│   ├── WarehouseMemoryError  DuckDB needs more memory than it may take
│   ├── WarehouseLockedError  another process holds it
│   └── QueryError          a query was refused
└── ExportError             another system refuses what it is fed, or cannot be used
    └── SinkGoneError       it cannot be reached, or broke off: retried
"""


class DiscogsAssetsError(Exception):
    """Base of all: the message says where, what was expected, what was found, what to do."""


class SettingError(DiscogsAssetsError):
    """A setting or an argument cannot be used."""


class SourceError(DiscogsAssetsError):
    """The publisher does not give what was asked for."""


class TransientError(SourceError):
    """The publisher is busy or the connection broke; `retry_after_s` is the wait it asks for."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class HostNotFoundError(TransientError):
    """A host's name has no address: it is wrong, or this machine is offline."""


class ListingError(SourceError):
    """The list of dumps cannot be read."""


class DumpNotFoundError(SourceError):
    """No such dump, or a part of it is missing."""


class DumpGoneError(DumpNotFoundError):
    """A dump that was published is not there any more: to wait does not bring it back."""


class DownloadError(DiscogsAssetsError):
    """What arrived is not the published file: a page, a short file, a wrong checksum."""


class SpaceError(DiscogsAssetsError):
    """The disk has too little room for what is about to be written."""


class StoreError(DiscogsAssetsError):
    """The folder or bucket that holds dumps and lake cannot be read or written."""


class StoreLockedError(StoreError):
    """Another process is at work on the same file or month."""


class DamageError(StoreError):
    """A file of the store is not what was put there."""


class UnsupportedError(StoreError):
    """The server of a bucket lacks what was asked for."""


class RegionError(StoreError):
    """The region of a bucket is not set, or is another than the one set."""


class OtherContentError(StoreError):
    """Objects of other content are where files are to go."""


class DumpError(DiscogsAssetsError):
    """A dump file cannot be read to its end: packed otherwise, truncated, another root."""


class UnpackError(DumpError):
    """A dump file is packed otherwise, damaged, or does not end where its format has it."""


class LakeError(DiscogsAssetsError):
    """A partition of the lake is missing or unusable."""


class ManifestError(LakeError):
    """What was published of a month cannot be read."""


class NewerManifestError(ManifestError):
    """A newer release of this package published a month."""


class WarehouseError(DiscogsAssetsError):
    """The DuckDB file cannot be used."""


class WarehouseDamageError(WarehouseError):
    """The DuckDB file is not what was written."""


class WarehouseMemoryError(WarehouseError):
    """DuckDB needs more memory than it may take."""


class WarehouseLockedError(WarehouseError):
    """Another process holds the DuckDB file."""


class QueryError(WarehouseError):
    """A query was refused."""


class ExportError(DiscogsAssetsError):
    """Another system refuses what it is fed, or cannot be used."""


class SinkGoneError(ExportError):
    """Another system cannot be reached, or broke off in the middle."""
