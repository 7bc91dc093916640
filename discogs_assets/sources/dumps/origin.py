"""Which publication of a file an answer is of: what the publisher says that changes with it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Origin:
    """What was said of a publication: "" and None where nothing was; `total` is its bytes."""

    etag: str = ""
    modified: str = ""
    total: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether another publication of the same size would be told from it."""
        return bool(self.etag or self.modified)

    def is_same(self, other: "Origin") -> bool:
        """Whether something that both say shows that they are of one publication."""
        is_alike = self.etag == other.etag != "" or self.modified == other.modified != ""
        return is_alike and not self.is_other(other)

    def is_other(self, than: "Origin") -> bool:
        """Whether they are of two publications.

        The same file can have two ETags, on two servers of a site: then its date and size count.
        """
        if None not in (self.total, than.total) and self.total != than.total:
            return True
        if self.etag and self.etag == than.etag:
            return False
        if self.modified and than.modified:
            return self.modified != than.modified
        return bool(self.etag and than.etag)


NOWHERE = Origin()
"""Of which nothing is known."""


def write_origin(path: Path, origin: Origin) -> None:
    path.write_text(json.dumps(asdict(origin)), encoding="utf-8")


def read_origin(path: Path) -> Origin:
    """Return what was noted; `NOWHERE` when nothing was, or a kill cut it."""
    try:
        return Origin(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return NOWHERE
