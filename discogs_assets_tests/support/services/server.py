"""A server that a script in scripts/services runs, stopped and started again as a test likes."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

import psutil

from discogs_assets_tests.support.checkout import CHECKOUT

SCRIPTS = CHECKOUT / "scripts/services"
STARTS_WITHIN_S = 150
ENDS_WITHIN_S = 30
SECRETS = "NEO4J_PASSWORD", "AWS_SECRET_ACCESS_KEY"
"""Settings of servers that take the password apart from the address."""


class Server:
    """PostgreSQL, Redis, Neo4j, FerretDB or an S3 gateway on 127.0.0.1, its data in a folder.

    `settings` are the environment variables with which the project finds it. They stay the same
    when it is started again: the same port, the same data.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.settings: Mapping[str, str] = {}
        self.process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """The URL: with user and password, but for Neo4j and S3, which take them apart from it."""
        return next(iter(self.settings.values()))

    @property
    def password(self) -> str:
        """What must be found in no log."""
        for name in SECRETS:
            if name in self.settings:
                return self.settings[name]
        return self.address.partition("@")[0].rpartition(":")[2]

    @property
    def port(self) -> str:
        return self.address.rpartition(":")[2].partition("/")[0]

    def start(self) -> None:
        """Start it, and return when it answers."""
        assert self.process is None, f"{self.name} runs already"
        port = [self.port] if self.settings else []
        with (self.folder / "start.log").open("w") as said:
            self.process = subprocess.Popen(
                [SCRIPTS / self.name, "run", self.folder, *port],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        line = first_line(self.process)
        if not line:
            self.kill()
            said_why = (self.folder / "start.log").read_text(errors="replace")
            raise AssertionError(f"{self.name} did not start in {STARTS_WITHIN_S} s: {said_why}")
        self.settings = dict(setting.split("=", 1) for setting in line.split())

    def stop(self) -> None:
        """End it in good order, and return when none of its processes is left."""
        if self.process is None:
            return
        them = processes(self.process)
        self.process.terminate()
        _, alive = psutil.wait_procs(them, timeout=ENDS_WITHIN_S)
        self.kill()
        assert alive == [], f"{self.name} did not end in {ENDS_WITHIN_S} s: {alive}"

    def kill(self) -> None:
        """End it at once, as a power cut does; it may lose what it had not written."""
        if self.process is None:
            return
        them = processes(self.process)
        for one in them:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(them, timeout=ENDS_WITHIN_S)
        self.process.communicate(timeout=ENDS_WITHIN_S)
        self.process = None

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Do without it for as long as the context lasts; it runs again after, come what may."""
        self.stop()
        try:
            yield
        finally:
            self.start()


def first_line(process: "subprocess.Popen[str]") -> str:
    """Return the first line that a process prints; nothing when it ends, or prints none in time."""
    assert process.stdout
    with DefaultSelector() as selector:
        selector.register(process.stdout, EVENT_READ)
        return process.stdout.readline() if selector.select(STARTS_WITHIN_S) else ""


def processes(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Return a process and all that it started."""
    try:
        first = psutil.Process(process.pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def why_missing(name: str) -> str:
    """Return why a server cannot be run here; nothing when it can."""
    found = subprocess.run([SCRIPTS / name, "check"], capture_output=True, text=True)
    return found.stderr.strip() if found.returncode else ""


def neo4j_admin(server: Server, *arguments: str) -> str:
    """Run neo4j-admin on the data of a stopped server, and return what it printed."""
    command = [str(SCRIPTS / "neo4j"), "admin", str(server.folder), *arguments]
    found = subprocess.run(
        command, cwd=server.folder, capture_output=True, text=True, timeout=STARTS_WITHIN_S
    )
    assert found.returncode == 0, found.stderr[-3000:] + found.stdout[-3000:]
    return found.stdout


def add_account(server: Server, name: str, secret: str) -> None:
    """Make another account of a running S3 server, which owns no bucket."""
    account = "--access", name, "--secret", secret, "--role", "userplus"
    command = [str(SCRIPTS / "s3"), "admin", server.port, "create-user", *account]
    found = subprocess.run(command, capture_output=True, text=True, timeout=ENDS_WITHIN_S)
    assert found.returncode == 0, found.stderr


@contextmanager
def running(name: str) -> Iterator[Server]:
    """Run a server for as long as the context lasts, and remove its data."""
    # pytest's own folders are closed to others, and PostgreSQL runs as another when this is root.
    folder = Path(tempfile.mkdtemp(prefix=f"discogs-{name}-"))
    folder.chmod(0o755)
    server = Server(name, folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
