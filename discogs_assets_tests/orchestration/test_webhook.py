"""What a webhook is told, and that one that does not work harms nothing."""

import json
import logging
import socket
import time
from collections.abc import Iterator

import pytest

from discogs_assets.errors import SettingError
from discogs_assets.orchestration import webhook
from discogs_assets.orchestration.webhook import Message, check_url, post
from discogs_assets_tests.support.webhook_server import SECRET, receiver

MESSAGE = Message(
    job="import_month",
    run_id="b3c1",
    partition="releases|2026-01-01",
    assets=["discogs/artists_dump", "discogs/artists_records"],
    error="discogs__records: releases 2026-01: truncated",
    link="http://127.0.0.1:3000/runs/b3c1",
)
TEXT = """\
discogs-assets: import_month failed; Dagster does not try it again
partition: releases|2026-01-01
assets: discogs/artists_dump, discogs/artists_records
discogs__records: releases 2026-01: truncated
http://127.0.0.1:3000/runs/b3c1"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "CONNECT_S", 0.3)
    monkeypatch.setattr(webhook, "READ_S", 0.3)
    monkeypatch.setattr(webhook, "WHOLE_S", 0.6)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What was logged, by any library at any level: never with the secret in it."""
    caplog.set_level(logging.DEBUG)
    yield caplog
    messages = [record.getMessage() for record in caplog.get_records("call")]
    assert [message for message in messages if SECRET in message] == []


def test_a_receiver_is_told_once(log: pytest.LogCaptureFixture) -> None:
    with receiver() as server:
        assert post(server.url, MESSAGE)
    assert server.posted == [
        {
            "text": TEXT,
            "content": TEXT,
            "job": "import_month",
            "run_id": "b3c1",
            "partition": "releases|2026-01-01",
            "assets": ["discogs/artists_dump", "discogs/artists_records"],
            "error": "discogs__records: releases 2026-01: truncated",
            "attempts": 1,
            "link": "http://127.0.0.1:3000/runs/b3c1",
        }
    ]
    assert [record for record in log.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    ("manner", "problem"),
    [
        ("broken", "it answered 500, expected 2xx"),
        ("moved", "it answered 302, expected 2xx"),
        ("silent", "ReadTimeout"),
        ("dripping", "it took longer than 0.6 s"),
        ("garbled", "ConnectionError"),
    ],
)
def test_a_receiver_that_does_not_work_is_a_warning(
    log: pytest.LogCaptureFixture, manner: str, problem: str
) -> None:
    started = time.monotonic()
    with receiver(manner) as server:
        assert not post(server.url, MESSAGE)
        assert time.monotonic() - started < 5
    assert server.paths == [f"/{SECRET}"]
    warnings = [record.getMessage() for record in log.records if record.levelname == "WARNING"]
    assert warnings == [f"the webhook was not told of run b3c1: {problem}"]


def test_what_a_receiver_says_is_not_waited_for(log: pytest.LogCaptureFixture) -> None:
    with receiver("endless") as server:
        assert post(server.url, MESSAGE)


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_nobody_is_there(log: pytest.LogCaptureFixture, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert not post(f"http://{host}:{port}/{SECRET}", MESSAGE)
    assert "the webhook was not told of run b3c1: ConnectionError" in log.messages


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.org/x",
        f"ftp://example.org/{SECRET}",
        f"https:///{SECRET}",
        f"https://example.org:port/{SECRET}",
        f"https://[{SECRET}",
    ],
)
def test_a_url_that_is_none_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(SettingError, match="DISCOGS_WEBHOOK_URL: expected") as found:
        check_url(url)
    assert SECRET not in str(found.value)


def test_what_is_not_known_is_left_out() -> None:
    message = Message("__ASSET_JOB", "b3c1", "", [], "killed", attempts=3)
    assert message.text == (
        "discogs-assets: __ASSET_JOB failed after 3 attempts; Dagster does not try it again\n"
        "killed\n"
        "run b3c1"
    )


def test_a_long_message_is_cut() -> None:
    assets = [f"discogs/table_{number}" for number in range(45)]
    body = json.loads(Message("job", "b3c1", "key", assets, "ü" * 100_000, 1, "http://ui").body)
    assert body["assets"][-2:] == ["discogs/table_19", "25 more"]
    assert body["error"] == "ü" * 898 + " …"
    assert len(body["text"]) <= 1800
    assert body["text"].endswith("ü …\nhttp://ui")
