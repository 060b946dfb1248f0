"""Who runs a pipeline: a locked file that names the process and the host, so that a second run can be refused with their names."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
from typing import TYPE_CHECKING

from gristmill.configuration.workspace import data_dir
from gristmill.exceptions import PipelineBusy

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@contextlib.contextmanager
def held(path: Path, pipeline_name: str) -> Generator[None]:
    """Hold a lock; refuse at once, naming who holds it, when another run does."""
    with path.open("a+", encoding="utf-8") as file:
        try:
            _lock(file.fileno())
        except OSError:
            file.seek(0)
            raise PipelineBusy(pipeline_name, _holder(file.read())) from None
        try:
            _write(file.fileno(), json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
            yield
        finally:
            _write(file.fileno(), "")
            _unlock(file.fileno())


@contextlib.contextmanager
def held_for_place(place: str, pipeline_name: str) -> Generator[None]:
    """Hold the lock of a pipeline that loads to `place`, which runs with other working directories look for as well.

    It is there to refuse early. Where it cannot be kept, a run that finds another's state in the destination is refused late.
    """
    name = hashlib.sha256(f"{pipeline_name}\n{place}".encode()).hexdigest()[:32]
    folder = data_dir() / "locks"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / name).touch(mode=0o600)
    except OSError:
        yield
        return
    with held(folder / name, pipeline_name):
        yield


# What is written tells people who holds the lock; the lock itself needs no room on the disk.
def _write(handle: int, text: str) -> None:
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, text.encode())


def _holder(text: str) -> str:
    try:
        about = json.loads(text)
    except ValueError:
        return "it did not leave its process id"
    return f"process {about.get('pid')} on host `{about.get('host')}`"


if os.name == "nt":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

    def _unlock(handle: int) -> None:
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
