"""What was published as a month, as the file says that makes it one."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import xxhash

from discogs_assets.errors import ManifestError, NewerManifestError

DIGEST = "digest"
NAMES = {"import_id": "attempt"}
"""Fields whose names in the file are those that it had in 0.1.0."""


@dataclass(frozen=True)
class TableFiles:
    """What a partition holds of one table; `nulls` counts them by column.

    `sizes` and `digests` are of the files, in their order: bytes, and XXH3 of 128 bits. Months of
    before these were noted have none.
    """

    rows: int
    bytes: int
    files: tuple[str, ...]
    nulls: Mapping[str, int]
    sizes: tuple[int, ...] = ()
    digests: tuple[str, ...] = ()

    @property
    def has_digests(self) -> bool:
        return len(self.digests) == len(self.files)

    def with_digests(self) -> Iterator[tuple[str, int, str]]:
        """Yield each file with its size and digest, where those were noted."""
        if self.has_digests:
            yield from zip(self.files, self.sizes, self.digests, strict=True)


@dataclass(frozen=True)
class Changes:
    """What differs from the month before: the rows of its records in files of their own.

    `since` names the import of the month before; `tables` has the new rows of each table, and which
    records those are. A copy of what the files of the month have: loads need not read all of them.
    """

    since: str
    tables: Mapping[str, TableFiles]


@dataclass(frozen=True)
class Manifest:
    """What was published as a month: its files by table, and the dump they come from.

    `import_id` tells imports of one month apart, in the order of time. `limit` is the number of
    records a test run stopped at; such a month does not count as imported. `started` counts the
    records by what they start with in the dump, parsed or not; `refused` those of them that are in
    quarantine. `version` is the release of this package that made the rows.
    `undeclared` counts paths that no table declares, in a sample of the records. `changes`
    None means that the month was compared with none while it was read. `row_digests` were noted of
    the rows in the warehouse when the month was taken out of the lake. `notes` are what
    else a source has to know of a month.
    """

    group: str
    month: str
    schema: str
    dump: str
    sha256: str
    import_id: str
    records: int
    started: int
    refused: int
    limit: int | None
    version: str = ""
    tables: Mapping[str, TableFiles] = field(default_factory=dict)
    undeclared: Mapping[str, int] = field(default_factory=dict)
    changes: Changes | None = None
    row_digests: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        return self.limit is None

    @property
    def code_version(self) -> str:
        """What made the rows of the dump: the same makes the same rows of the same bytes."""
        return f"{self.schema} {self.version}" if self.version else ""

    @property
    def all_tables(self) -> list[TableFiles]:
        """The files of each table, also those that only have what differs."""
        more = self.changes.tables.values() if self.changes else ()
        return [*self.tables.values(), *more]

    @property
    def files(self) -> list[str]:
        return [file for table in self.all_tables for file in table.files]

    def to_json(self) -> bytes:
        content = {NAMES.get(name, name): value for name, value in asdict(self).items()}
        whole = content | {DIGEST: digest_of_content(content)}
        return json.dumps(whole, indent=1).encode() + b"\n"


def digest_of_content(content: Mapping[str, Any]) -> str:
    """Return the digest of a manifest: in a name or a number, a bit that flips is valid JSON."""
    return xxhash.xxh3_128_hexdigest(json.dumps(content, sort_keys=True).encode())


def manifest_from_json(text: bytes, where: str, command: str) -> Manifest:
    """Return the manifest a file holds; ManifestError when it is none.

    `command` makes it anew. One of before `started`, `refused`, `nulls` and its own digest were
    noted is read too.
    """
    try:
        content = json.loads(text)
        parsed: dict[str, Any] = {"tables": table_files(content["tables"])}
        noted = content.pop(DIGEST, "")
        if noted and noted != digest_of_content(content):
            raise ValueError("its digest is another")
        if changes := content.get("changes"):
            parsed["changes"] = Changes(changes["since"], table_files(changes["tables"]))
        whole = {"started": content["records"], "refused": 0} | content | parsed
        known = {NAMES.get(one.name, one.name): one.name for one in fields(Manifest)}
        manifest = Manifest(
            **{known[name]: value for name, value in whole.items() if name in known}
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ManifestError(
            f"{where}: expected a manifest of the lake, found {text[:60]!r} ({error}); it is "
            f"damaged: make it again with {command}"
        ) from None
    if unknown := {*whole} - {*known}:
        raise NewerManifestError(
            f"{where}: a newer release of this package has published it, with "
            f"{', '.join(sorted(unknown))}: install that, or replace it with {command} --force"
        )
    return manifest


def table_files(content: Mapping[str, Mapping[str, Any]]) -> dict[str, TableFiles]:
    return {
        name: TableFiles(
            table["rows"],
            table["bytes"],
            tuple(table["files"]),
            table.get("nulls", {}),
            tuple(table.get("sizes", ())),
            tuple(table.get("digests", ())),
        )
        for name, table in content.items()
    }
