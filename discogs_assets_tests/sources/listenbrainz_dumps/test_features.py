"""Counts of listens, against the same counted in Python."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

import pytest

from discogs_assets.errors import LakeError
from discogs_assets.sources.listenbrainz_dumps.features import (
    Minimum,
    compute_feature,
    feature_key,
)
from discogs_assets.sources.listenbrainz_dumps.tables import (
    LISTENS_BY_ARTIST,
    LISTENS_BY_RECORDING,
    USER_ARTIST,
)
from discogs_assets.tables.table import Table
from discogs_assets_tests.support.listen_imports import (
    FEBRUARY,
    MEMORY,
    Imports,
    folder_imports,
    frame,
)
from discogs_assets_tests.support.listens import FULL, Mirror, Row, in_members, listen, listens

START = datetime.fromisoformat("2026-02-01")
ROWS = [*listens(600, START, 60.0), *(listen(1, START, user=77) for _ in range(1))]


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> Imports:
    folder = tmp_path_factory.mktemp("features")
    mirror = Mirror(folder / "mirror")
    mirror.spark(FULL, in_members(sorted(ROWS, key=lambda row: row["listened_at"]), 250))
    imports = folder_imports(folder / "data", mirror.folder)
    imports.of().replace()
    return imports


def computed(imports: Imports, table: Table, minimum: Minimum | None = None) -> list[Row]:
    rows = compute_feature(imports.lake, table, FEBRUARY, MEMORY, minimum)
    found = frame(imports.folder / feature_key(table, FEBRUARY))
    assert found.height == rows
    assert dict(found.schema) == table.polars_schema
    return found.sort(table.key).to_dicts()


def counted(name: str, pairs: list[tuple[str, int]]) -> list[dict[str, Any]]:
    listeners = defaultdict(set)
    for one, user in pairs:
        listeners[one].add(user)
    return [
        {name: one, "listens": count, "listeners": len(listeners[one])}
        for one, count in sorted(Counter(one for one, _ in pairs).items())
    ]


def artists() -> list[tuple[str, int, datetime]]:
    return [
        (artist, row["user_id"], row["listened_at"])
        for row in ROWS
        for artist in row["artist_credit_mbids"] or ()
    ]


def test_listens_by_recording(imports: Imports) -> None:
    pairs = [(row["recording_mbid"], row["user_id"]) for row in ROWS if row["recording_mbid"]]
    assert computed(imports, LISTENS_BY_RECORDING) == counted("recording_mbid", pairs)


def test_listens_by_artist(imports: Imports) -> None:
    pairs = [(artist, user) for artist, user, _ in artists()]
    assert computed(imports, LISTENS_BY_ARTIST) == counted("artist_mbid", pairs)


@pytest.mark.parametrize(
    "minimum", [Minimum(), Minimum(50), Minimum(1, 40), Minimum(1, 1, 7), Minimum(86, 45, 5)]
)
def test_user_artist(imports: Imports, minimum: Minimum) -> None:
    times: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    for artist, user, at in artists():
        times[user, artist].append(at)
    by_user = Counter(row["user_id"] for row in ROWS)
    by_artist = Counter(artist for artist, _, _ in artists())
    expected = [
        {
            "user_id": user,
            "artist_mbid": artist,
            "listens": len(at),
            "first_listened_at": min(at),
            "last_listened_at": max(at),
        }
        for (user, artist), at in sorted(times.items())
        if by_user[user] >= minimum.listens_of_user
        and by_artist[artist] >= minimum.listens_of_artist
        and len(at) >= minimum.listens_of_pair
    ]
    assert computed(imports, USER_ARTIST, minimum) == expected
    assert expected


def test_a_month_that_is_not_there(imports: Imports) -> None:
    with pytest.raises(LakeError, match="import --source listenbrainz --year-month 2019/01"):
        compute_feature(imports.lake, USER_ARTIST, FEBRUARY.replace(2019, 1), MEMORY)
