"""What happens to files on disks that fail, or under hands that help."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import digest_of_content

Damage = Callable[[Path], None]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    """Flip one bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def remove(path: Path) -> None:
    path.unlink()


DAMAGES: dict[str, Damage] = {"cut": cut, "flip": flip, "gone": remove}


def exchange_with(other: Path) -> Damage:
    """Return what puts another file in the place of one."""

    def exchange(path: Path) -> None:
        path.write_bytes(other.read_bytes())

    return exchange


def edited(manifest: bytes, **more: object) -> bytes:
    """Return a manifest with other fields, as a release writes it that has them."""
    content = {**json.loads(manifest), **more}
    del content["digest"]
    return json.dumps({**content, "digest": digest_of_content(content)}).encode()


def forget_digests(lake: Lake, group: str, month: date) -> None:
    """Leave the digests of a month out of its manifest, as before there were any."""
    key = lake.manifest_key(group, month)
    fields = json.loads(lake.store.read(key))
    for table in fields["tables"].values():
        del table["sizes"], table["digests"]
    del fields["digest"]
    lake.store.write(key, json.dumps(fields).encode())
