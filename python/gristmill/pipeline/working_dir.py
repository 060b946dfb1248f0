"""A pipeline's folder: its state, its schemas, the packages that wait. All of it is a cache.

Files appear whole or not at all. One that cannot be read is as good as missing: the destination has the same.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gristmill import typed_json
from gristmill.configuration.workspace import data_dir
from gristmill.exceptions import InvalidPipelineName, PipelineException
from gristmill.pipeline.locks import held
from gristmill.pipeline.state import state_hash
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
        if not isinstance(state, dict) or "_state_engine_version" not in state:
            return None
        return cast("State", state) if _is_as_written(cast("State", state)) else None

    def write_state(self, state: State) -> None:
        """Keep the state."""
        self._write(self.path / STATE_FILE, typed_json.dumps(state))

    def schema_names(self) -> list[str]:
        """The schemas kept here."""
        return sorted(p.name.removesuffix(".schema.json") for p in self.schemas.glob("*.schema.json"))

    def read_schema(self, name: str) -> Schema | None:
        """A schema, or None when there is none that can be read."""
        from gristmill import _core

        try:
            stored = json.loads((self.schemas / f"{name}.schema.json").read_bytes())
            schema = Schema.from_dict(stored)
        except (OSError, ValueError, TypeError, _core.GristmillError):
            return None
        # The hash speaks of the content; a name or a type that a damaged disk altered is told by it.
        is_whole = schema.name == name and schema.version_hash == stored.get("version_hash")
        return schema if is_whole else None

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
        except BaseException as error:
            Path(name).unlink(missing_ok=True)
            if isinstance(error, OSError) and error.filename is None:
                # A full disk is met while writing, where the system does not tell the file.
                error.filename = str(target)
            raise

    @contextlib.contextmanager
    def locked(self) -> Generator[None]:
        """Hold the pipeline; refuse at once, naming who holds it, when another run does."""
        self.create()
        with held(self.path / "lock", self.pipeline_name):
            yield


# A state tells the hash of its content, unless it is one that nothing was ever put in.
def _is_as_written(state: State) -> bool:
    told = state.get("_version_hash")
    return told == state_hash(state) if told or "sources" in state else True
