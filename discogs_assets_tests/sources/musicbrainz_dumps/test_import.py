"""Dumps of MusicBrainz from the publisher to tables, changes and history."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import orjson
import pytest

from discogs_assets.cli.main import main
from discogs_assets.errors import DumpError, UnpackError
from discogs_assets.sources.musicbrainz_dumps.synthetic.files import write_sums
from discogs_assets.sources.musicbrainz_dumps.synthetic.records import iter_lines
from discogs_assets_tests.support.musicbrainz_workplace import (
    FIRST,
    SATURDAY,
    SECOND,
    WEDNESDAY,
    MusicBrainzWorkplace,
)

pytestmark = pytest.mark.slow

ONE, TWO, THREE = (f"{n}{n}{n}00000-0000-4000-8000-000000000000" for n in (1, 2, 3))


@pytest.fixture
def place(tmp_path: Path) -> MusicBrainzWorkplace:
    return MusicBrainzWorkplace(tmp_path)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as made:
        yield made


def artist(id_: str, name: str, *aliases: str) -> bytes:
    return orjson.dumps({"id": id_, "name": name, "aliases": [{"name": one} for one in aliases]})


def test_two_dumps_are_imported_compared_and_kept(
    place: MusicBrainzWorkplace, instance: dg.DagsterInstance
) -> None:
    releases = [*iter_lines("release", range(20))]
    platform = place.of_types("artist", "release", "recording")
    alone = orjson.loads(next(iter_lines("recording", range(1))))
    place.publish_lines(
        SATURDAY,
        artist=[artist(ONE, "Anna", "A.", "Ann"), artist(TWO, "Bert")],
        release=releases,
        recording=[orjson.dumps({**alone, "id": ONE})],
    )
    place.bring(instance, platform)
    place.publish_lines(
        WEDNESDAY,
        artist=[artist(THREE, "Carl"), artist(ONE, "Anna", "A.")],
        release=[*iter_lines("release", range(1, 20)), *iter_lines("release", range(1), seed=2)],
        recording=[orjson.dumps({**alone, "id": ONE})],
    )
    place.bring(instance, platform)

    keys = instance.get_dynamic_partitions("musicbrainz_dump")
    assert [*keys] == [SATURDAY, WEDNESDAY]
    ask = place.ask
    assert ask("SELECT month, id, name FROM musicbrainz.artist ORDER BY ALL") == [
        (FIRST, ONE, "Anna"),
        (FIRST, TWO, "Bert"),
        (SECOND, ONE, "Anna"),
        (SECOND, THREE, "Carl"),
    ]
    assert ask("SELECT id, kind, tables FROM musicbrainz_newest.artist_change ORDER BY id") == [
        (ONE, "changed", ["artist_alias"]),
        (TWO, "removed", None),
        (THREE, "added", None),
    ]
    assert ask("SELECT id, valid_from, valid_to FROM musicbrainz_history.artist ORDER BY 1, 2") == [
        (ONE, FIRST, SECOND),
        (ONE, SECOND, None),
        (TWO, FIRST, SECOND),
        (THREE, SECOND, None),
    ]
    # Of 20 releases, of which one has changed, the other rows are there once.
    assert ask("SELECT count(*) FROM musicbrainz_history.release") == [(21,)]
    assert ask("SELECT count(*) FROM musicbrainz_newest.release_change") == [(1,)]
    [(on_releases, recordings, distinct)] = ask(
        "SELECT (SELECT count(DISTINCT recording_id) FROM musicbrainz_newest.track), count(*), "
        "count(DISTINCT id) FROM musicbrainz_newest.recording"
    )
    assert recordings == distinct == on_releases + 1
    kinds = "SELECT kind, count(*) FROM musicbrainz_newest.url_relation GROUP BY ALL"
    assert ask(kinds) == [("release", 20)]
    assert place.bring(instance, platform)[0].skipped == 2


def test_a_bad_line_and_an_id_twice_are_set_apart(
    place: MusicBrainzWorkplace, instance: dg.DagsterInstance
) -> None:
    platform = place.of_types("artist")
    # So many that the second Anna is in a later block than the first.
    many = [artist(f"{n:08}-0000-4000-8000-000000000000", "x" * 1000) for n in range(13_000)]
    place.publish_lines(
        SATURDAY, artist=[artist(ONE, "Anna"), b"{", *many, artist(ONE, "Anna again")]
    )
    [result] = place.bring(instance, platform)
    assert (result.imported, result.quarantined) == (13_001, 2)
    assert place.ask(
        "SELECT byte_offset, record_id, error FROM musicbrainz_newest.artist_quarantine ORDER BY 1",
    ) == [
        (len(artist(ONE, "Anna")) + 1, None, "no JSON: Input data was truncated"),
        (
            sum(map(len, (artist(ONE, "Anna"), b"{", *many))) + 13_002,
            ONE,
            "its id has been in this dump before",
        ),
    ]


@pytest.mark.parametrize(("cut", "error"), [(3000, UnpackError), (-40, UnpackError)])
def test_a_cut_file_publishes_nothing(
    place: MusicBrainzWorkplace, instance: dg.DagsterInstance, cut: int, error: type[DumpError]
) -> None:
    platform = place.of_types("artist")
    place.publish_made(SATURDAY, {"artist": range(300)})
    path = place.dumps / SATURDAY / "artist.tar.xz"
    path.write_bytes(path.read_bytes()[:cut])
    write_sums(path.parent)
    with pytest.raises(error, match=f"{SATURDAY}-artist.tar.xz: expected"):
        place.bring(instance, platform)
    assert platform.lake.months("artist") == []


def test_another_dump_of_the_same_day_is_refused(
    place: MusicBrainzWorkplace, instance: dg.DagsterInstance
) -> None:
    platform = place.of_types("artist")
    place.publish_lines(SATURDAY, artist=[artist(ONE, "Anna")])
    place.bring(instance, platform)
    (place.dumps / SATURDAY).rename(place.dumps / "20260523-120000")
    (place.dumps / "LATEST").write_text("20260523-120000\n")
    again = place.of_types("artist")
    with pytest.raises(DumpError, match="expected one dump a day, found 20260523-001002"):
        place.bring(instance, again, force=True)
    assert place.ask("SELECT name FROM musicbrainz.artist") == [("Anna",)]


def test_a_killed_import_leaves_nothing_half_done(place: MusicBrainzWorkplace) -> None:
    place.publish_made(SATURDAY, {name: range(9) for name in ("artist", "release", "recording")})
    command = ("import", "--source", "musicbrainz", "--types", "artist")
    with place.start_stopping_at("records", *command) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line == "in records\n":
                break
        os.killpg(process.pid, signal.SIGKILL)
    assert place.of_types("artist").lake.months("artist") == []
    done = place.command(*command)
    assert done.returncode == 0, done.stderr
    assert "[ARTIST] Imported: 9 (skipped: 0)" in done.stdout
    assert [*(place.of_types("artist").store.scratch / "lake").iterdir()] == []


def test_commands_know_it(
    place: MusicBrainzWorkplace,
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place.publish_made(SATURDAY, {name: range(9) for name in ("artist", "release", "recording")})
    place.bring(instance, place.of_types("artist"))
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)

    def told(*arguments: str) -> str:
        assert main([*arguments, "--source", "musicbrainz"]) == 0
        return capsys.readouterr().out

    assert "2026-05-23" in told("dumps")
    assert "Nothing is damaged." in told("verify")
    assert "Nothing to delete." in told("retain", "--dry-run")
    assert "2026-05-23,artist" in told("status", "--format", "csv")
    assert main(["status"]) == 0
    assert "Dumps of MusicBrainz in" in capsys.readouterr().out
    assert main(["import", "--source", "musicbrainz", "--types", "masters"]) == 1
    assert "--types: expected some of artist, " in capsys.readouterr().err
