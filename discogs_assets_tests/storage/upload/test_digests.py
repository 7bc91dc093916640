"""The SHA-256 of files and of their parts."""

import hashlib
from base64 import b64encode
from pathlib import Path

import pytest

from discogs_assets.errors import StoreError
from discogs_assets.storage.upload import digests
from discogs_assets.storage.upload.digests import (
    MIB,
    Digests,
    digests_of,
    part_bytes_of,
    read_part,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "discogs_20260101_artists.xml.gz"


@pytest.mark.parametrize(
    ("size", "lengths"), [(0, [0]), (1, [1]), (4, [4]), (5, [4, 1]), (8, [4, 4]), (9, [4, 4, 1])]
)
def test_a_file_is_read_once_for_whole_and_parts(
    file: Path, monkeypatch: pytest.MonkeyPatch, size: int, lengths: list[int]
) -> None:
    monkeypatch.setattr(digests, "part_bytes_of", lambda _size: 4)
    content, told = bytes(range(size)), [0]
    file.write_bytes(content)
    found = digests_of(file, told.append)
    assert (found.size, sum(told)) == (size, size)
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert [found.span(number + 1)[1] for number in range(len(found.parts))] == lengths
    for number, digest in enumerate(found.parts, start=1):
        offset, length = found.span(number)
        assert digest == hashlib.sha256(content[offset : offset + length]).digest()


@pytest.mark.parametrize("content", [b"abcdE", b"abcd", b"abcdef", b"Abcde"])
@pytest.mark.parametrize("part_bytes", [4, 8])
def test_a_file_that_is_not_as_digested_is_not_read_to_be_sent(
    file: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, part_bytes: int
) -> None:
    monkeypatch.setattr(digests, "part_bytes_of", lambda _size: part_bytes)
    file.write_bytes(b"abcde")
    found = digests_of(file, lambda _bytes: None)
    numbers = range(1, len(found.parts) + 1)
    with file.open("rb") as stream:
        parts = [read_part(file, stream.fileno(), found, number) for number in numbers]
        assert b"".join(parts) == b"abcde"
        file.write_bytes(content)
        with pytest.raises(StoreError, match=r"artists.xml.gz: it was changed while it was uploa"):
            [read_part(file, stream.fileno(), found, number) for number in numbers]


def test_the_checksum_is_as_s3_has_it() -> None:
    # Of "abc" as in RFC 6234; of two parts: the SHA-256 of both SHA-256.
    abc = hashlib.sha256(b"abc").digest()
    whole = Digests(3, 4, abc.hex(), (abc,), 0)
    assert whole.s3_checksum == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    both = b64encode(hashlib.sha256(abc + abc).digest()).decode()
    assert Digests(7, 4, "", (abc, abc), 0).s3_checksum == both


@pytest.mark.parametrize("gigabytes", [0, 1, 62, 160, 167, 168, 1000, 5000])
def test_no_file_has_more_parts_than_s3_takes(gigabytes: int) -> None:
    size = gigabytes * 10**9
    part = part_bytes_of(size)
    assert part % MIB == 0
    assert size <= part * 10_000
    assert (part == 16 * MIB) == (gigabytes <= 167)
