"""What happens to files on disks that fail, or under hands that help."""

from collections.abc import Callable
from pathlib import Path

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
