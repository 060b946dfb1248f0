"""A real PostgreSQL for tests: made in a temporary folder, run as a user that is not root, gone afterwards.

`with database("name") as url:` gives an empty database of the server that `GRISTMILL_TEST_POSTGRES` names, or of one that
is started for the occasion.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

USER, PASSWORD = "loader", "s3cret-Pass"
VARIABLE = "GRISTMILL_TEST_POSTGRES"


@dataclass
class Server:
    """A server that runs."""

    port: int
    folder: Path
    prefix: list[str]
    binaries: Path

    def url(self, name: str, password: str = PASSWORD) -> str:
        return f"postgresql+psycopg2://{USER}:{password}@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        stop = [*self.prefix, str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True)


def binaries() -> Path:
    """The folder of initdb and pg_ctl."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    raise RuntimeError("these tests need PostgreSQL: apt-get install postgresql (or put its initdb and pg_ctl on PATH)")


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A server of its own on a free port."""
    folder = Path(tempfile.mkdtemp(prefix="gristmill-postgres-"))
    prefix: list[str] = []
    if os.geteuid() == 0:
        # The server refuses to run as root.
        user = next(u for u in pwd.getpwall() if u.pw_name in ("postgres", "nobody"))
        os.chown(folder, user.pw_uid, user.pw_gid)
        prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    made = Server(_free_port(), folder, prefix, binaries())
    try:
        initdb = [str(made.binaries / "initdb"), "-D", str(folder / "data"), "-U", USER, "-A", "scram-sha-256"]
        _run([*prefix, *initdb, f"--pwfile={folder / 'password'}", "-E", "UTF8", "--no-locale", "--no-sync"], folder)
        options = f"-p {made.port} -h 127.0.0.1 -k '' -c fsync=off -c timezone=UTC -c shared_buffers=32MB"
        start = ["-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options, "start"]
        _run([*prefix, str(made.binaries / "pg_ctl"), *start], folder)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], folder: Path) -> None:
    # What pg_ctl leaves running keeps its output open, so it is a file and not a pipe.
    with (folder / "output").open("w") as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[-1]} ended with {done.returncode}:\n{(folder / 'output').read_text()}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def database(name: str) -> Iterator[str]:
    """An empty database; gives its address."""
    import psycopg2

    with contextlib.ExitStack() as stack:
        address = os.environ.get(VARIABLE)
        if not address:
            address = stack.enter_context(server()).url("{name}")
        with contextlib.closing(
            psycopg2.connect(address.format(name="postgres").replace("+psycopg2", ""))
        ) as connection:
            connection.autocommit = True
            connection.cursor().execute(f'drop database if exists "{name}" with (force)')
            connection.cursor().execute(f'create database "{name}"')
        yield address.format(name=name)


def execute(url: str, *statements: str) -> None:
    """Run statements, each for itself."""
    import psycopg2

    with contextlib.closing(psycopg2.connect(url.replace("+psycopg2", ""))) as connection:
        connection.autocommit = True
        for statement in statements:
            connection.cursor().execute(statement)
