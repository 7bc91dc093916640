"""Whether a dump file was published again since it was imported, as far as a listing tells."""

from collections.abc import Mapping

from discogs_assets.sources.dumps.catalogue import Catalogue, Dump
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.raw_files import SIDECAR, find_retired, recorded_sha256
from discogs_assets.storage.lake import time_of
from discogs_assets.storage.manifest import Manifest
from discogs_assets.storage.store import Store


def checksums_at_hand(catalogue: Catalogue, dump: Dump) -> Mapping[str, str]:
    """Return SHA-256 by file name; none of a web site, which would be asked for each month."""
    is_web_site = catalogue.url.lower().startswith(("http://", "https://"))
    return {} if is_web_site else catalogue.checksums(dump)


def is_republished(store: Store, file: DumpFile, imported: Manifest, sha256: str | None) -> bool:
    """Tell whether a published file is not the imported one; without its SHA-256, by size and time.

    Times are those of copies in a folder or a mirror, which list exact sizes.
    """
    if file.name != imported.dump:
        return True
    if sha256 is not None:
        return sha256 != imported.sha256
    size = imported_size(store, file.raw_key, imported)
    if size is not None and not file.smallest_size <= size <= file.largest_size:
        return True
    if file.modified is None or file.exact_size is not None:
        return False
    return file.modified > time_of(imported.import_id)


def imported_size(store: Store, key: str, imported: Manifest) -> int | None:
    """Return the bytes of an imported dump file; None when the store does not know it any more."""
    if store.exists(key + SIDECAR) and store.exists(key):
        return store.size(key) if recorded_sha256(store, key) == imported.sha256 else None
    retired = find_retired(store, key)
    return retired.bytes if retired and retired.sha256 == imported.sha256 else None
