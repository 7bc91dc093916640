"""Write a made-up dump as a folder: a tar.xz a dump type, `SHA256SUMS`; then `LATEST`."""

import hashlib
import io
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from discogs_assets.sources.musicbrainz_dumps.synthetic.xz_blocks import BlockWriter

BLOCK_BYTES = 24 << 20
"""As `xz --threads` has it at its usual preset."""

BEFORE = {
    "TIMESTAMP": b"2026-05-23 00:10:02.1+00\n",
    "COPYING": b"CC0\n",
    "README": b"Made up.\n",
    "REPLICATION_SEQUENCE": b"1\n",
    "SCHEMA_SEQUENCE": b"30\n",
}
AFTER = {"JSON_DUMPS_SCHEMA_NUMBER": b"1\n"}


def write_dump(
    folder: Path, stamp: str, lines: Mapping[str, Iterable[bytes]], block_bytes: int = BLOCK_BYTES
) -> None:
    """Write the files of a dump, by dump type, and name it as the newest; last of all."""
    dump = folder / stamp
    dump.mkdir(parents=True, exist_ok=True)
    for name, of_type in lines.items():
        write_file(dump / f"{name}.tar.xz", name, of_type, block_bytes)
    write_sums(dump)
    (folder / "LATEST").write_text(f"{stamp}\n")


def write_sums(dump: Path) -> None:
    """Write the list of checksums of a dump."""
    sums = (
        f"{hashlib.sha256(path.read_bytes()).hexdigest()} *{path.name}\n"
        for path in sorted(dump.glob("*.tar.xz"))
    )
    (dump / "SHA256SUMS").write_text("".join(sums))


def write_file(path: Path, name: str, lines: Iterable[bytes], block_bytes: int) -> None:
    """Write one dump file; the last line has no end, as at the publisher."""
    members = path.with_suffix(".lines")
    with members.open("wb") as text:
        for number, line in enumerate(lines):
            text.write(b"\n" * (number > 0) + line)
    with path.open("wb") as file:
        packed = BlockWriter(file, block_bytes)
        with tarfile.open(fileobj=packed, mode="w|") as tar:  # type: ignore[call-overload]
            for small, data in BEFORE.items():
                add(tar, small, data)
            tar.add(members, f"mbdump/{name}", filter=plain)
            for small, data in AFTER.items():
                add(tar, small, data)
        packed.close()
    members.unlink()


def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return a member without what depends on the machine."""
    member.mtime, member.uid, member.gid, member.uname, member.gname = 0, 0, 0, "", ""
    return member


def add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))
