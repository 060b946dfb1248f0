"""A pipeline's folder: its state, its schemas, the packages that wait. All of it is a cache.

Files appear whole or not at all. One that cannot be read is as good as missing: the destination has the same.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gristmill import typed_json
from gristmill.configuration.providers import data_dir
from gristmill.exceptions import InvalidPipelineName, PipelineBusy, PipelineException
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Generator

State = dict[str, Any]
STATE_FILE = "state.json"


class WorkingDir:
    """The folder of one pipeline."""

    def __init__(self, pipelines_dir: str | os.PathLike[str] | None, pipeline_name: str) -> None:
        bad = set(pipeline_name) & set('/\\:*?"<>|\0')
        if bad or pipeline_name.strip() in ("", ".", ".."):
            message = f"`{pipeline_name}` cannot be the name of a pipeline: it must be usable as a folder's name"
            raise InvalidPipelineName(pipeline_name, message)
        self.pipelines_dir = Path(pipelines_dir) if pipelines_dir else data_dir() / "pipelines"
        self.pipeline_name = pipeline_name
        self.path = self.pipelines_dir / pipeline_name
        self.packages = self.path / "packages"
        self.failed = self.packages / "failed"
        self.schemas = self.path / "schemas"

    def exists(self) -> bool:
        """Whether the pipeline left anything here."""
        return (self.path / STATE_FILE).is_file()

    def local_dir(self) -> Path | None:
        """Where the pipeline first ran; its local files stay there, wherever it is run from later."""
        local = (self.read_state() or {}).get("_local", {}).get("initial_cwd")
        # When the folder is gone, so is what was in it.
        return Path(local) if local and Path(local).is_dir() else None

    def create(self) -> None:
        """Make the folders, for the owner's eyes only."""
        try:
            for folder in (self.path, self.packages, self.schemas):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"pipeline `{self.pipeline_name}` cannot keep its files in `{self.path}`: {error.strerror}"
            hint = "choose another folder with `pipelines_dir=` or the environment variable `DLT_DATA_DIR`"
            raise PipelineException(self.pipeline_name, message, hint=hint) from error

    def wipe(self, *, keep_failed: bool = False) -> None:
        """Forget everything but who holds the lock, and, when asked, the packages that were set aside."""
        if self.path.is_dir():
            kept = self.packages if keep_failed and self.failed.is_dir() else None
            for entry in self.path.iterdir():
                if entry == kept:
                    for package in entry.iterdir():
                        if package != self.failed:
                            shutil.rmtree(package)
                elif entry.is_dir():
                    shutil.rmtree(entry)
                elif entry.name != "lock":
                    entry.unlink()

    def read_state(self) -> State | None:
        """The state, or None when there is none that can be read."""
        try:
            state = typed_json.loads((self.path / STATE_FILE).read_bytes())
        except (OSError, ValueError):
            return None
        return cast("State", state) if isinstance(state, dict) and "_state_engine_version" in state else None

    def write_state(self, state: State) -> None:
        """Keep the state."""
        self._write(self.path / STATE_FILE, typed_json.dumps(state))

    def schema_names(self) -> list[str]:
        """The schemas kept here."""
        return sorted(p.name.removesuffix(".schema.json") for p in self.schemas.glob("*.schema.json"))

    def read_schema(self, name: str) -> Schema | None:
        """A schema, or None when there is none that can be read."""
        try:
            stored = json.loads((self.schemas / f"{name}.schema.json").read_bytes())
        except (OSError, ValueError):
            return None
        return Schema.from_dict(stored)

    def write_schema(self, schema: Schema) -> None:
        """Keep a schema."""
        self._write(self.schemas / f"{schema.name}.schema.json", schema.to_pretty_json(remove_defaults=False))

    def clear_schemas(self) -> None:
        """Forget the schemas."""
        for file in self.schemas.glob("*.schema.json"):
            file.unlink()

    def read_bytes(self, name: str) -> bytes | None:
        """A file of another kind, or None when there is none that can be read."""
        try:
            return (self.path / name).read_bytes()
        except OSError:
            return None

    def write_text(self, name: str, text: str) -> None:
        """Keep a file of another kind."""
        self._write(self.path / name, text)

    def _write(self, target: Path, text: str) -> None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    @contextlib.contextmanager
    def locked(self) -> Generator[None]:
        """Hold the pipeline; refuse at once, naming who holds it, when another run does."""
        self.create()
        with (self.path / "lock").open("a+", encoding="utf-8") as file:
            try:
                _lock(file.fileno())
            except OSError:
                file.seek(0)
                raise PipelineBusy(self.pipeline_name, _holder(file.read())) from None
            try:
                file.seek(0)
                file.truncate()
                file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
                file.flush()
                yield
            finally:
                file.seek(0)
                file.truncate()
                _unlock(file.fileno())


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
