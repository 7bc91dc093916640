"""The JSON dump, read twice: by Polars in blocks, and here line by line."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from discogs_assets.errors import DumpError
from discogs_assets.sources.listenbrainz_dumps import json_dump
from discogs_assets.sources.listenbrainz_dumps.json_dump import write_month
from discogs_assets.sources.listenbrainz_dumps.synthetic import tar
from discogs_assets_tests.support.listen_imports import FEBRUARY, folder_imports, frame
from discogs_assets_tests.support.listens import (
    FULL,
    Mirror,
    json_files,
    json_line,
    listens,
    uuid,
    zstd,
)

ROWS = listens(300, datetime.fromisoformat("2026-02-01"))
MSID = f'"recording_msid": "{uuid("msid", 1)}"'
ODD = [
    b"no JSON",
    b"",
    b"[1, 2]",
    b"7",
    b"{}",
    b'{"user_id": 1.5, "timestamp": 1770000000}',
    b'{"user_id": "1", "timestamp": 1770000000}',
    b'{"user_id": true, "timestamp": 1770000000}',
    b'{"user_id": 1, "timestamp": 99999999999999999999}',
    b'{"user_id": 1, "timestamp": null, "listened_at": 1770000001, %b}' % MSID.encode(),
    b'{"user_id": 1, "timestamp": 1770000002, "track_metadata": 5}',
    b'{"user_id": 1, "timestamp": 1770000003, "track_metadata": {"track_name": 5}, %b}'
    % MSID.encode(),
    b'{"user_id": 1, "timestamp": 1770000004, "track_metadata": {"track_name": {"a": [1]}}}',
    b'{"user_id": 1, "timestamp": 1770000005, "track_metadata": {"additional_info": "x"}}',
    b'{"user_id": 1, "timestamp": 1770000006, "track_metadata": '
    b'{"additional_info": {"recording_mbid": "", "release_mbid": ["x"]}}}',
    '{"user_id": 1, "timestamp": 1770000007, "track_metadata": {"track_name": "Ä"}}'.encode(),
    b'{"user_id": 1, "timestamp": 1770000007, "track_metadata": {"track_name": "\\u00e4"}}',
    b'{"user_id": 1, "timestamp": 1770000008, "track_metadata": null}',
    b"\xff\xfe",
]


def read_plainly(line: bytes) -> dict[str, Any]:
    """Return a line as the Parquet file is to have it, read by the rules in words.

    No JSON object, or a number that is no whole one of 64 bits: nothing. Texts are as they are,
    other values as JSON. Ids of MusicBrainz that are no UUID are left out.
    """
    names = ("recording_name", "artist_name", "release_name", "recording_mbid", "release_mbid")
    row = dict.fromkeys(("listened_at", "user_id", "recording_msid", *names))
    try:
        listen = json.loads(line)
    except ValueError:
        return row
    track = listen.get("track_metadata") or {} if isinstance(listen, dict) else None
    if not isinstance(track, dict):
        return row
    numbers = [listen.get(name) for name in ("timestamp", "listened_at", "user_id")]
    if any(type(n) not in (int, type(None)) or abs(n or 0) >= 2**63 for n in numbers):
        return row
    added = track.get("additional_info")
    added = added if isinstance(added, dict) else {}
    mbids = {n: v for n in names[3:] if is_uuid(v := added.get(n))}
    track = {name.replace("track_", "recording_"): value for name, value in track.items()}
    texts = {name: as_text(track.get(name)) for name in names[:3]}
    time = numbers[1] if numbers[0] is None else numbers[0]
    msid = as_text(listen.get("recording_msid"))
    return row | texts | mbids | {
        "listened_at": time, "user_id": numbers[2], "recording_msid": msid
    }  # fmt: skip


def as_text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def is_uuid(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-fA-F-]{36}", value) is not None


def read(folder: Path, content: bytes) -> list[dict[str, Any]]:
    """Write the lines of a member as Parquet, and return its rows."""
    path = folder / "x.tar.zst"
    path.write_bytes(zstd(tar("x", {"listens/2026/2.listens": content})))
    [target] = write_month(path, FEBRUARY, folder)
    return frame(target).to_dicts()


@pytest.mark.parametrize("end", [b"\n", b""])
def test_both_readers_agree_on_good_lines(tmp_path: Path, end: bytes) -> None:
    lines = [json_line(row) for row in ROWS]
    assert read(tmp_path, b"\n".join(lines) + end) == [read_plainly(line) for line in lines]


@pytest.mark.parametrize("line", ODD)
def test_both_readers_agree_on_an_odd_line_among_good_ones(tmp_path: Path, line: bytes) -> None:
    lines = [json_line(ROWS[0]), line, json_line(ROWS[1])]
    found = read(tmp_path, b"\n".join(lines) + b"\n")
    assert found == [read_plainly(one) for one in lines]


def test_a_line_may_be_longer_than_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_dump, "BLOCK_BYTES", 100)
    lines = [json_line(row) for row in ROWS[:20]]
    assert min(map(len, lines)) > 100
    assert read(tmp_path, b"\n".join(lines) + b"\n") == [read_plainly(line) for line in lines]


def test_only_the_month_that_is_asked_for_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.zst"
    path.write_bytes(zstd(tar("x", json_files(listens(1500)))))
    assert [one.name for one in write_month(path, FEBRUARY, tmp_path)] == ["2026-2.listens"]
    assert [one.name for one in write_month(path, None, tmp_path)] == [
        "2026-1.listens", "2026-2.listens", "2026-3.listens",
    ]  # fmt: skip
    assert write_month(path, date(2019, 2, 1), tmp_path) == []


@pytest.mark.parametrize("keep", [0.5, 0.99])
def test_a_cut_archive_is_refused(tmp_path: Path, keep: float) -> None:
    content = zstd(tar("x", json_files(listens(3000))))
    path = tmp_path / "x.tar.zst"
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(DumpError, match="it cannot be read to its end"):
        write_month(path, FEBRUARY, tmp_path)


def test_what_is_no_zstandard_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.zst"
    path.write_bytes(b"<html>Sorry</html>" * 100)
    with pytest.raises(DumpError, match="expected a tar compressed with Zstandard"):
        write_month(path, FEBRUARY, tmp_path)


def test_bad_lines_go_to_quarantine_with_their_number(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "mirror")
    good = [json_line(row) for row in ROWS]
    late = good[0].replace(b'"timestamp": 1769904000', b'"timestamp": 9000000000000000')
    more = [b'{"timestamp": 1769904000}', late, b""]
    content = b"\n".join([*good[:10], b"no JSON", *good[10:], *more])
    mirror.json(FULL, {"listens/2026/2.listens": content})
    imports = folder_imports(tmp_path / "data", mirror.folder)
    manifest = imports.of(is_json=True).replace()
    found = [
        (row["member"], row["row"], row["reason"]) for row in imports.rows("listen_quarantine")
    ]
    assert found == [
        ("2026-2.listens", 11, "it has no time"),
        ("2026-2.listens", 302, "it has no user"),
        ("2026-2.listens", 303, "it has no time"),
    ]
    assert manifest.records == 300


def test_real_lines(samples: Path, tmp_path: Path) -> None:
    content = (samples / "later/listenbrainz/2025_6.listens").read_bytes()
    lines = content.rstrip(b"\n").split(b"\n")
    found = read(tmp_path, content)
    assert found == [read_plainly(line) for line in lines]
    assert all(row["recording_name"] and row["recording_msid"] for row in found)
    assert datetime.fromtimestamp(found[0]["listened_at"], UTC).year == 2025
