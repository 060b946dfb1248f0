"""What a pipeline is and what it keeps: names, places, schemas and state. What it does is in `pipeline.py`."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill import context
from gristmill.destinations.destination import Destination
from gristmill.exceptions import (
    DestinationNotSupported,
    PipelineBusy,
    PipelineConfigMissing,
    PipelineNotActive,
    PipelineStepFailed,
    SchemaNotFoundError,
    UnknownDestinationModule,
)
from gristmill.load_info import LoadPackageInfo, NormalizeInfo
from gristmill.names import schema_name_of
from gristmill.pipeline.locks import held_for_place
from gristmill.pipeline.state import State, bump, default_state, migrated
from gristmill.pipeline.trace_file import TRACE_FILE, merged, text_of, trace_of
from gristmill.pipeline.working_dir import WorkingDir
from gristmill.progress import collector_of
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Generator

    from gristmill.pipeline.factory import Settings
    from gristmill.pipeline.trace import PipelineTrace

Dict = dict[str, Any]
_log = logging.getLogger("gristmill")


class KeptPipeline:
    """A pipeline as it stands between runs."""

    DEFAULT_DATASET_SUFFIX = "_dataset"

    def __init__(self, settings: Settings, *, must_exist: bool = False) -> None:
        self.config = settings
        self.pipeline_name = settings.pipeline_name
        self.dev_mode = settings.dev_mode
        self.refresh = settings.refresh
        self.collector = collector_of(settings.progress)
        self.dataset_name: str = None  # pyright: ignore[reportAttributeAccessIssue]
        self.default_schema_name: str | None = None
        self.first_run = True
        self._dir = WorkingDir(settings.pipelines_dir, settings.pipeline_name)
        self._instance = dt.datetime.now(dt.UTC).strftime("_%Y%m%d%I%M%S")
        self._destination: Destination | None = None
        self._synced = False
        self._owner: int | None = None
        self._follows: tuple[str, str] | None = None
        self._trace: PipelineTrace | None = None
        self._shown_schemas: dict[str, tuple[str, Schema]] = {}
        self._running: PipelineTrace | None = None
        self._current_load_id: str | None = None
        self._extracted: dict[str, Dict] = {}
        self._refresh_of: dict[str, str] = {}
        self._dataset_as_written: tuple[Any, str] = (None, "")
        if self.dev_mode and not must_exist:
            self._dir.wipe()
        # The destination that is given counts, also where the one of before is none that is known here.
        self._set_destination(settings.destination, settings.destination_name)
        self._restore_props(self._read_state())
        self._set_dataset_name(settings.dataset_name)

    @property
    def destination(self) -> Destination | None:
        """Where data goes."""
        return self._destination

    @property
    def pipelines_dir(self) -> str:
        """Where working directories live."""
        return str(self._dir.pipelines_dir)

    @property
    def working_dir(self) -> str:
        """The pipeline's own folder."""
        return str(self._dir.path)

    @property
    def schema_names(self) -> list[str]:
        """The schemas it knows."""
        return self._dir.schema_names()

    @property
    def schemas(self) -> dict[str, Schema]:
        """The schemas it knows, by name; what is changed in them counts from the next run on."""
        found = {name: self._shown_schema(name) for name in self.schema_names}
        return {name: schema for name, schema in found.items() if schema is not None}

    @property
    def default_schema(self) -> Schema:
        """Its own schema; what is changed in it counts from the next run on."""
        if self.default_schema_name is None:
            raise SchemaNotFoundError(self.pipeline_name)
        schema = self._shown_schema(self.default_schema_name)
        return schema if schema is not None else Schema(self.default_schema_name)

    def _shown_schema(self, name: str) -> Schema | None:
        # The same object as long as nothing else writes the schema, so that a change in it is not lost.
        kept = self._dir.read_schema(name)
        if kept is None:
            self._shown_schemas.pop(name, None)
            return None
        shown = self._shown_schemas.get(name)
        if shown is None or shown[0] != kept.version_hash:
            self._shown_schemas[name] = shown = (kept.version_hash, kept)
        return shown[1]

    def _keep_changed_schemas(self) -> None:
        for name, (kept_hash, schema) in list(self._shown_schemas.items()):
            if schema.version_hash != kept_hash and self._shown_schema(name) is schema:
                self._dir.write_schema(schema)
                self._shown_schemas[name] = (schema.version_hash, schema)

    @property
    def naming(self) -> Any:
        """How names are written in the destination."""
        name = self.default_schema_name or schema_name_of(self.pipeline_name)
        return (self._dir.read_schema(name) or Schema(name)).naming

    @property
    def state(self) -> State:
        """What it remembers; a copy. Before the first run that is what it was made with."""
        state = self._read_state()
        if "pipeline_name" not in state:
            self._props_to_state(state, self.schema_names)
            bump(state)
        return state

    @property
    def last_run_context(self) -> dict[str, str] | None:
        """Where it ran last: `run_dir`, `local_dir`, `settings_dir` and `uri`; None before its first run."""
        return self._read_state().get("_local", {}).get("last_run_context")

    @property
    def last_trace(self) -> PipelineTrace | None:
        """The steps of the last run, also when another process ran them."""
        if self._trace is None and (text := self._dir.read_bytes(TRACE_FILE)) is not None:
            self._trace = trace_of(text, self, self._dir.read_schema)
        return self._trace

    def _keep_trace(self, trace: PipelineTrace, failed: BaseException | None) -> None:
        self._trace = merged(self.last_trace, trace)
        if isinstance(failed, PipelineStepFailed) and isinstance(failed.exception, PipelineBusy):
            # The working directory is another process's now.
            return
        try:
            self._dir.write_text(TRACE_FILE, text_of(self._trace))
        except OSError as error:
            _log.warning("the trace of pipeline `%s` could not be kept: %s", self.pipeline_name, error)

    @property
    def last_normalize_info(self) -> NormalizeInfo | None:
        """What the last run normalized."""
        trace = self.last_trace
        return None if trace is None else trace.last_normalize_info

    @property
    def staging(self) -> Destination | None:
        """None: DuckDB loads without a staging place."""
        return None

    @property
    def is_active(self) -> bool:
        """Whether it is the active pipeline."""
        return context.active_pipeline() is self

    @property
    def has_data(self) -> bool:
        """Whether it ever took in anything."""
        return not self.first_run or bool(self.schema_names) or self.has_pending_data

    @property
    def has_pending_data(self) -> bool:
        """Whether something waits to be loaded."""
        return bool(self._pending())

    def activate(self) -> None:
        """Make it the active pipeline."""
        context.activate(self)

    def deactivate(self) -> None:
        """Let no pipeline be active."""
        if not self.is_active:
            raise PipelineNotActive(self.pipeline_name)
        context.deactivate()

    def __repr__(self) -> str:
        shown = {
            "pipeline_name": self.pipeline_name,
            "destination": self._destination.destination_name if self._destination else None,
            "dataset_name": self.dataset_name,
            "default_schema_name": self.default_schema_name,
            "schema_names": self.schema_names,
            "first_run": self.first_run,
            "dev_mode": self.dev_mode,
            "is_active": self.is_active,
            "pipelines_dir": self.pipelines_dir,
            "working_dir": self.working_dir,
        }
        return f"<dlt.pipeline({', '.join(f'{k}={v!r}' for k, v in shown.items() if v is not None)})>"

    def _package_info(self, load_id: str, state: str, schema: Schema) -> LoadPackageInfo:
        info = LoadPackageInfo(load_id, str(self._dir.packages / load_id), state, schema)
        info.refresh = self._refresh_of.get(load_id)
        return info

    @contextlib.contextmanager
    def managed_state(self, *, extract_state: bool = False) -> Generator[State]:
        """Change the state; it is kept when the block ends well, and sent with the next load."""
        del extract_state
        with self._locked():
            state = self._read_state()
            with context.using(context.state, state):
                yield state
            bump(state)
            self._dir.write_state(state)

    def set_local_state_val(self, key: str, value: Any) -> None:
        """Keep a value on this machine only."""
        with self.managed_state() as state:
            state["_local"][key] = value

    def get_local_state_val(self, key: str) -> Any:
        """A value kept on this machine only."""
        return self._read_state()["_local"][key]

    def _read_state(self) -> State:
        state = self._dir.read_state()
        if state is None:
            state = default_state()
        return migrated(state)

    def _restore_props(self, state: State) -> None:
        self.default_schema_name = state.get("default_schema_name")
        self.first_run = bool(state["_local"].get("first_run", True))
        if self.dataset_name is None and state.get("dataset_name"):  # pyright: ignore[reportUnnecessaryComparison]
            self.dataset_name = state["dataset_name"]
        if self._destination is None and state.get("destination_type"):
            self._destination = _remembered(state["destination_type"], state.get("destination_name"))

    def _props_to_state(self, state: State, schema_names: list[str]) -> None:
        state["dataset_name"] = self.dataset_name
        state["schema_names"] = schema_names
        state["pipeline_name"] = self.pipeline_name
        state["default_schema_name"] = self.default_schema_name
        if self._destination is not None:
            state["destination_type"] = self._destination.destination_type
            state["destination_name"] = self._destination.configured_name
        state["_local"].update(first_run=self.first_run, _dev_mode=self.dev_mode)

    def _save_props(self) -> None:
        state = self._read_state()
        run_dir = str(Path.cwd())
        state["_local"].update(
            first_run=self.first_run,
            last_run_context={
                "settings_dir": f"{run_dir}/.dlt",
                "local_dir": run_dir,
                "run_dir": run_dir,
                "uri": Path(run_dir).as_uri(),
            },
        )
        self._dir.write_state(state)

    def _pending(self) -> list[Dict]:
        from gristmill import _core

        return _core.pending_packages(str(self._dir.packages)) if self._dir.packages.is_dir() else []

    def _set_destination(self, destination: Any, name: str | None, credentials: Any = None) -> None:
        if destination is None and credentials is not None and self._destination is not None:
            destination, name = self._destination.destination_type, self._destination.configured_name
        if destination is not None:
            before = self._destination
            self._destination = Destination.from_reference(destination, credentials, name)
            if before is not None and before is not self._destination:
                self._synced = False

    def _set_dataset_name(self, dataset_name: str | None) -> None:
        if not dataset_name and self.dataset_name:
            return
        if not dataset_name:
            if self._destination is None or not self._destination.keeps_state:
                return
            dataset_name = self.pipeline_name + self.DEFAULT_DATASET_SUFFIX
        if self.dev_mode:
            dataset_name += self._instance[1:] if dataset_name.endswith("_") else self._instance
        if self.config.dataset_name_layout:
            dataset_name = self.config.dataset_name_layout % dataset_name
        self.dataset_name = dataset_name

    def _normalized_dataset(self) -> str:
        # As the default schema writes names; it is read once, and once more when it is known which one it is.
        key = (self.dataset_name, self.default_schema_name)
        if self._dataset_as_written[0] != key:
            self._dataset_as_written = (key, self.naming.normalize_table_identifier(self.dataset_name))
        return self._dataset_as_written[1]

    def _required_destination(self, step: str) -> Destination:
        if self._destination is None:
            help_ = "pass `destination=` to `pipeline` or `run`, for instance `destination='duckdb'`"
            raise PipelineConfigMissing(self.pipeline_name, "destination", step, help_)
        if self.dataset_name is None:  # pyright: ignore[reportUnnecessaryComparison]
            # A destination without datasets leaves it at that.
            self._set_dataset_name(None)
        return self._destination

    def _readable_destination(self, step: str) -> Destination:
        place = self._required_destination(step)
        if not place.keeps_state:
            message = f"destination `{place.destination_name}` holds no tables that can be read"
            raise DestinationNotSupported(message, hint="destination `duckdb` does")
        return place

    @contextlib.contextmanager
    def _connected(self, step: str) -> Generator[Any]:
        with self._required_destination(step).connection(self.pipeline_name, self.working_dir) as connection:
            yield connection

    @contextlib.contextmanager
    def _locked(self) -> Generator[None]:
        if self._owner == threading.get_ident():
            yield
            return
        with contextlib.ExitStack() as held:
            held.enter_context(self._dir.locked())
            place = self._destination and self._destination.lock_key(self.pipeline_name, self.working_dir)
            if place:
                held.enter_context(held_for_place(f"{place}\n{self.dataset_name}", self.pipeline_name))
            self._owner = threading.get_ident()
            try:
                yield
            finally:
                self._owner = None

    def _repr_html_(self) -> str:
        """What it is, for notebooks."""
        from gristmill.dataset.html import headed, table_of_rows

        place = self._destination.destination_name if self._destination else None
        rows = [
            ("destination", place),
            ("dataset", self.dataset_name),
            ("schemas", ", ".join(self.schema_names)),
            ("waiting to be loaded", len(self._pending())),
            ("working directory", self.working_dir),
        ]
        return headed(f"Pipeline {self.pipeline_name}", "", table_of_rows(["", ""], rows, len(rows)))


def _remembered(reference: str, name: str | None) -> Destination | None:
    try:
        return Destination.from_reference(reference, destination_name=name)
    except UnknownDestinationModule:
        # A function of a module that is not here: what it was given is told, and only a load needs it.
        from gristmill.destinations.sink import destination

        made = destination(None, destination_name=name or reference.rpartition(".")[2])
        made.reference = reference
        return made
