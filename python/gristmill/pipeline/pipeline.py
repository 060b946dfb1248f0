"""A pipeline: a name, a destination, a dataset, and what was loaded there so far."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from gristmill import context
from gristmill.configuration.coerce import coerced
from gristmill.configuration.lookup import lookup
from gristmill.destinations.destination import Destination
from gristmill.exceptions import (
    NotYetAvailable,
    PipelineConfigMissing,
    PipelineNotActive,
    PipelineStepFailed,
    SourceExhausted,
    ValueErrorWithKnownValues,
)
from gristmill.extract.data import Overrides, data_to_sources, describe
from gristmill.load_info import ExtractInfo, Job, LoadInfo, LoadPackageInfo, NormalizeInfo, StepInfo, TableMetrics
from gristmill.names import normalized, schema_name_of
from gristmill.pipeline.extraction import CoreFailed, Extraction
from gristmill.pipeline.state import State, bump, default_state, mark_extracted, migrated, state_hash
from gristmill.pipeline.trace import PipelineTrace
from gristmill.pipeline.working_dir import WorkingDir
from gristmill.progress import collector_of
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from gristmill.dataset.dataset import Dataset
    from gristmill.dataset.sql_client import SqlClient
    from gristmill.pipeline.factory import Settings

Dict = dict[str, Any]
_log = logging.getLogger("gristmill")
REFRESH_MODES = ("drop_sources", "drop_resources", "drop_data")


class Pipeline:
    """Loads data; made by `dlt.pipeline(...)`."""

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
        self._depth = 0
        self._trace: PipelineTrace | None = None
        self._running: PipelineTrace | None = None
        self._extracted: dict[str, Dict] = {}
        if self.dev_mode and not must_exist:
            self._dir.wipe()
        self._restore_props(self._read_state())
        self._set_destination(settings.destination, settings.destination_name)
        self._set_dataset_name(settings.dataset_name)

    # -- what it is ------------------------------------------------------------------------------------------------

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
        """The schemas it knows, by name."""
        found = {name: self._dir.read_schema(name) for name in self.schema_names}
        return {name: schema for name, schema in found.items() if schema is not None}

    @property
    def default_schema(self) -> Schema:
        """Its own schema."""
        if self.default_schema_name is None:
            raise PipelineConfigMissing(
                self.pipeline_name, "default_schema", "default_schema", "the pipeline has not run yet"
            )
        schema = self._dir.read_schema(self.default_schema_name)
        return schema if schema is not None else Schema(self.default_schema_name)

    @property
    def naming(self) -> Any:
        """How names are written in the destination."""
        name = self.default_schema_name or schema_name_of(self.pipeline_name)
        return (self._dir.read_schema(name) or Schema(name)).naming

    @property
    def state(self) -> State:
        """What it remembers; a copy."""
        return self._read_state()

    @property
    def last_trace(self) -> PipelineTrace | None:
        """The steps of the last run."""
        return self._trace

    @property
    def last_normalize_info(self) -> NormalizeInfo | None:
        """What the last run normalized."""
        return None if self._trace is None else self._trace.last_normalize_info

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

    def list_extracted_load_packages(self) -> list[str]:
        """Packages that wait to be normalized: none, extraction does it in one go."""
        return []

    def list_normalized_load_packages(self) -> list[str]:
        """Packages that wait to be loaded."""
        return [package["load_id"] for package in self._pending()]

    def list_completed_load_packages(self) -> list[str]:
        """Packages that were loaded since this object was made."""
        info = None if self._trace is None else self._trace.last_load_info
        return [] if info is None else list(info.loads_ids)

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
            "schema_names": self.schema_names or None,
            "first_run": self.first_run,
            "dev_mode": self.dev_mode,
            "is_active": self.is_active,
            "pipelines_dir": self.pipelines_dir,
            "working_dir": self.working_dir,
        }
        return f"<dlt.pipeline({', '.join(f'{k}={v!r}' for k, v in shown.items() if v is not None)})>"

    # -- run ---------------------------------------------------------------------------------------------------------

    def run(
        self,
        data: Any = None,
        *,
        destination: Any = None,
        staging: Any = None,
        dataset_name: str | None = None,
        credentials: Any = None,
        table_name: str | None = None,
        write_disposition: Any = None,
        columns: Any = None,
        primary_key: Any = None,
        schema: Schema | None = None,
        loader_file_format: Any = None,
        table_format: Any = None,
        schema_contract: Any = None,
        refresh: str | None = None,
    ) -> LoadInfo:
        """Load what waits from before, then `data`. Raises `PipelineStepFailed`."""
        _not_yet("staging", staging)
        self.activate()
        self._set_destination(destination, None, credentials)
        self._set_dataset_name(dataset_name)
        with self._step("run") as step, self._locked():
            self._sync_once()
            waiting = self._load() if self.has_pending_data else None
            info = step.info = waiting
            if waiting is not None:
                self._raise_failed(waiting)
                # What was loaded just now may have carried a state.
                self._sync()
            if data is not None:
                self.extract(
                    data,
                    table_name=table_name,
                    write_disposition=write_disposition,
                    columns=columns,
                    primary_key=primary_key,
                    schema=schema,
                    loader_file_format=loader_file_format,
                    table_format=table_format,
                    schema_contract=schema_contract,
                    refresh=refresh,
                )
                self.normalize()
                info = self.load()
                if waiting is not None:
                    info = _joined(waiting, info)
            step.info = info
        return cast("LoadInfo", info)

    def extract(
        self,
        data: Any,
        *,
        table_name: str | None = None,
        parent_table_name: str | None = None,
        write_disposition: Any = None,
        columns: Any = None,
        primary_key: Any = None,
        schema: Schema | None = None,
        max_parallel_items: int | None = None,
        workers: int | None = None,
        table_format: Any = None,
        schema_contract: Any = None,
        refresh: str | None = None,
        loader_file_format: Any = None,
    ) -> ExtractInfo:
        """Draw all items into packages on disk. Nothing is kept when anything fails."""
        del loader_file_format
        refresh = refresh or self.refresh
        if refresh is not None and refresh not in REFRESH_MODES:
            raise ValueErrorWithKnownValues("refresh", refresh, REFRESH_MODES)
        _not_yet("`refresh`", refresh)
        overrides = Overrides(
            table_name, parent_table_name, write_disposition, columns, primary_key, schema_contract, table_format
        )
        started = dt.datetime.now(dt.UTC)
        first_run = self.first_run
        with self._step("extract") as step, self._locked():
            if self.has_pending_data:
                # The order in which packages are loaded is the order of states: what waits goes first.
                self._sync_once()
            state = self._read_state()
            extraction = Extraction(self._dir.packages, self._dir.read_schema, self.collector)
            sections = context.Sections(self.pipeline_name, ("extract",))
            try:
                with context.in_sections(sections), context.using(context.state, state):
                    parallel = {
                        "workers": workers or _setting("workers", 5, int),
                        "max_parallel_items": max_parallel_items or _setting("max_parallel_items", 20, int),
                        "next_item_mode": _setting("next_item_mode", "round_robin", str),
                    }
                    for source in data_to_sources(data, self, schema, overrides):
                        if source.exhausted:
                            raise SourceExhausted(source.name)  # noqa: TRY301
                        if self.default_schema_name is None:
                            self.default_schema_name = source.name
                        extraction.draw(source, **parallel)
                self._commit(extraction, state)
            except BaseException:
                extraction.abort()
                self._restore_props(self._read_state())
                raise
            packages = list(extraction.packages.values())
            step.info = info = ExtractInfo(
                self,
                [p.load_id for p in packages],
                [self._package_info(p.load_id, "extracted", p.schema) for p in packages],
                first_run,
                started,
                dt.datetime.now(dt.UTC),
                {p.load_id: p.metrics for p in packages},
                describe(data),
            )
            for package in packages:
                rows = dict(package.description["tables"])
                if package.sends_state:
                    rows["_dlt_pipeline_state"] = 1
                self._extracted[package.load_id] = {"rows": rows, "schema": package.schema}
        return info

    def _commit(self, extraction: Extraction, state: State) -> None:
        names = {p.schema.name for p in extraction.packages.values()}
        if not names:
            return
        self._props_to_state(state, sorted({*self.schema_names, *names}))
        # A pipeline that never ran has version 0 with nothing in it, so its first load is a change.
        state.setdefault("_version_hash", "never ran")
        changed = bump(state) != state["_local"].get("_last_extracted_hash")
        state_schema = None
        if changed:
            state_schema = cast("str", self.default_schema_name)
            extraction.package_for(self._dir.read_schema(state_schema) or Schema(state_schema))
            mark_extracted(state)
        travelling = {k: v for k, v in state.items() if k != "_local"} if changed else None
        with _as_user_error():
            extraction.commit(travelling, state_schema)
        if not extraction.packages:
            return
        for package in extraction.packages.values():
            for warning in package.description.get("warnings") or ():
                _log.warning("%s", warning)
            self._dir.write_schema(package.schema)
        self._dir.write_state(state)

    def normalize(self, workers: int = 1) -> NormalizeInfo | None:
        """Tell what the packages hold; the work itself was done while they were extracted."""
        del workers
        if not self.default_schema_name:
            return None
        started = dt.datetime.now(dt.UTC)
        with self._step("normalize") as step:
            packages, self._extracted = self._extracted, {}
            metrics: dict[str, list[Dict]] = {}
            for load_id, package in packages.items():
                tables = {n: TableMetrics("", int(rows), 0, 0.0, 0.0) for n, rows in sorted(package["rows"].items())}
                metrics[load_id] = [{"started_at": started, "finished_at": started, "table_metrics": tables}]
            infos = [self._package_info(i, "normalized", p["schema"]) for i, p in packages.items()]
            step.info = info = NormalizeInfo(
                self, list(packages), infos, self.first_run, started, dt.datetime.now(dt.UTC), metrics
            )
        return info

    def load(
        self,
        destination: Any = None,
        dataset_name: str | None = None,
        credentials: Any = None,
        *,
        workers: int = 20,
        raise_on_failed_jobs: bool | None = None,
    ) -> LoadInfo:
        """Load every package that waits, oldest first, each in one transaction.

        A package that can never load is set aside in `packages/failed`, and raises here once, unless
        `raise_on_failed_jobs` is False. One that met a lock or a full disk goes on waiting.
        """
        del workers
        self._set_destination(destination, None, credentials)
        self._set_dataset_name(dataset_name)
        with self._step("load") as step, self._locked():
            step.info = info = self._load()
            self._raise_failed(info, raise_on_failed_jobs)
        return info

    def _load(self) -> LoadInfo:
        from gristmill import _core

        place = self._required_destination("load")
        started = dt.datetime.now(dt.UTC)
        infos: list[LoadPackageInfo] = []
        metrics: dict[str, list[Dict]] = {}
        waiting = self._pending()
        displayed = place.displayable(self.pipeline_name, self.working_dir)
        first_run = self.first_run
        failed = False
        if waiting:
            with self.collector(f"Load {self.pipeline_name}"), self._connected("load") as connection:
                self.collector.update("Packages", 0, len(waiting))
                for package in waiting:
                    self._current_load_id = package["load_id"]
                    if failed:
                        # Its state says that the rows before it are loaded. They are not, and will be read again.
                        _core.set_package_aside(package["path"], f"package `{infos[-1].load_id}` before it cannot load")
                        continue
                    try:
                        report = _core.load_package(
                            package["path"], connection, self._normalized_dataset(), {"set_aside": True}
                        )
                    except _core.GristmillError as error:
                        if Path(package["path"]).exists():
                            raise
                        failed = True
                        infos.append(self._set_aside(package, error))
                        continue
                    info = self._loaded(package, report)
                    infos.append(info)
                    job_metrics = [
                        {"job_id": job.job_id(), "table_name": job.table_name, "items_count": job.rows}
                        for job in info.jobs["completed_jobs"]
                    ]
                    metrics[info.load_id] = [{"job_metrics": job_metrics}]
                    self.collector.update("Packages", 1)
            if failed:
                self._forget_failed()
            else:
                self.first_run = False
                self._save_props()
        return LoadInfo(
            self,
            [info.load_id for info in infos],
            infos,
            first_run,
            started,
            dt.datetime.now(dt.UTC),
            metrics,
            destination_type=place.destination_type,
            destination_displayable_credentials=displayed,
            destination_name=place.destination_name,
            environment=place.environment,
            dataset_name=self._normalized_dataset(),
        )

    def _set_aside(self, package: Dict, error: Exception) -> LoadPackageInfo:
        path = self._dir.failed / Path(package["path"]).name
        schema = self._dir.read_schema(package["schema_name"]) or Schema(package["schema_name"] or self.pipeline_name)
        info = LoadPackageInfo(package["load_id"], str(path), "aborted", schema)
        info.completed_at = dt.datetime.now(dt.UTC)
        tables = package["rows"] or {"_dlt_pipeline_state": 0}
        info.jobs["failed_jobs"] = [
            Job(name, f"{index:010x}", int(rows), "failed_jobs", str(path), failed_message=str(error))
            for index, (name, rows) in enumerate(tables.items())
        ]
        return info

    def _forget_failed(self) -> None:
        # The state goes back to what the destination holds, so that what was set aside is read again from the source.
        state = default_state()
        kept = {k: v for k, v in self._read_state()["_local"].items() if not k.startswith("_last_extracted")}
        self.default_schema_name = None
        self.first_run = True
        self._dir.clear_schemas()
        self._props_to_state(state, [])
        state["_local"] = {**kept, "first_run": True}
        self._dir.write_state(state)
        self._sync()

    def _raise_failed(self, info: LoadInfo, raises: bool | None = None) -> None:
        if raises is None:
            with context.in_sections(context.Sections(self.pipeline_name, ("load",))):
                raises = _setting("raise_on_failed_jobs", True, bool)
        if raises:
            info.raise_on_failed_jobs()

    def _loaded(self, package: Dict, report: Dict) -> LoadPackageInfo:
        finished = dt.datetime.fromisoformat(report["finished_at"])
        started = dt.datetime.fromisoformat(report["started_at"])
        elapsed = (finished - started).total_seconds()
        schema = self._dir.read_schema(report["schema_name"]) or Schema(report["schema_name"])
        jobs = [
            Job(
                name,
                f"{index:010x}",
                int(table["rows"]),
                file_path=f"{package['path']}/{name}",
                created_at=started,
                elapsed=elapsed,
            )
            for index, (name, table) in enumerate(report["tables"].items())
        ]
        info = self._package_info(report["load_id"], "loaded", schema)
        info.completed_at = finished
        info.jobs["completed_jobs"] = jobs
        known = schema.tables
        for name, change in report["schema_update"].items():
            table = known.get(name, {"name": name, "columns": {}})
            columns = {n: c for n, c in table["columns"].items() if n in change.get("columns", ())}
            info.schema_update[name] = {**table, "columns": columns}
        return info

    def _package_info(self, load_id: str, state: str, schema: Schema) -> LoadPackageInfo:
        return LoadPackageInfo(load_id, str(self._dir.packages / load_id), state, schema)

    # -- state and schemas ---------------------------------------------------------------------------------------------

    def sync_destination(self, destination: Any = None, staging: Any = None, dataset_name: str | None = None) -> None:
        """Take the state and the schemas from the destination, where they are newer."""
        _not_yet("staging", staging)
        self._set_destination(destination, None)
        self._set_dataset_name(dataset_name)
        with self._step("sync"), self._locked():
            self._sync()

    def _sync_once(self) -> None:
        if self._synced or self.dev_mode or not self.config.restore_from_destination or self._destination is None:
            return
        self._sync()
        self._synced = True

    def _sync(self) -> None:
        from gristmill import _core

        local = self._read_state()
        found: Any = None
        place = self._required_destination("sync")
        if place.may_exist(self.pipeline_name, self.working_dir):
            with self._connected("sync") as connection:
                found = _core.restore(connection, self._normalized_dataset(), self.pipeline_name)
        remote = cast("State | None", (found or {}).get("state"))
        if remote is None:
            if found is None and self.has_data and not self.has_pending_data:
                # The dataset is gone: what is kept here speaks of data that is not there any more.
                self._dir.wipe(keep_failed=True)
                self._dir.create()
                self.default_schema_name = None
                self.first_run = True
            return
        remote = migrated(remote)
        schemas = {s["name"]: s for s in found["schemas"]}
        if self._is_newer(remote, local):
            remote["_local"] = {**local["_local"], "first_run": False}
            remote["dataset_name"] = self.dataset_name
            remote["_version_hash"] = state_hash(remote) if "_version_hash" not in remote else remote["_version_hash"]
            remote["_local"]["_last_extracted_hash"] = remote["_version_hash"]
            self._dir.clear_schemas()
            self._restore_props(remote)
            for name in remote.get("schema_names") or ():
                if name in schemas:
                    self._dir.write_schema(Schema.from_dict(schemas[name]))
            self._dir.create()
            self._dir.write_state(remote)
        else:
            for name in local.get("schema_names") or ():
                if name in schemas and self._dir.read_schema(name) is None:
                    self._dir.write_schema(Schema.from_dict(schemas[name]))
        self.first_run = False

    def _is_newer(self, remote: State, local: State) -> bool:
        if remote.get("_version_hash") == local.get("_version_hash"):
            return False
        was_sent = local.get("_version_hash") == local["_local"].get("_last_extracted_hash")
        if was_sent and not self.has_pending_data:
            # The local state was sent and nothing waits, so the destination is right, whatever the numbers say.
            return True
        return remote["_state_version"] >= local["_state_version"]

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
            self._destination = Destination.from_reference(
                state["destination_type"], destination_name=state.get("destination_name")
            )

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
            last_run_context={"settings_dir": f"{run_dir}/.dlt", "local_dir": run_dir, "run_dir": run_dir},
        )
        self._dir.write_state(state)

    def drop(self, pipeline_name: str | None = None) -> Self:
        """Forget everything kept in the working directory; the destination stays as it is."""
        settings = copy.copy(self.config)
        if self.is_active:
            self.deactivate()
        with self._locked():
            self._dir.wipe()
        settings.destination = self._destination
        settings.destination_name = None
        settings.dataset_name = self.config.dataset_name
        if pipeline_name is not None and pipeline_name != self.pipeline_name:
            settings.pipeline_name = pipeline_name
            made = type(self)(settings)
            made.activate()
            return made
        self.__init__(settings)
        self.activate()
        return self

    def drop_pending_packages(self, with_partial_loads: bool = True) -> None:
        """Throw away what waits to be loaded."""
        del with_partial_loads
        with self._locked():
            for package in self._pending():
                shutil.rmtree(package["path"])

    # -- what is in the destination ----------------------------------------------------------------------------------------

    def dataset(self, schema: Any = None, dataset_type: str = "auto") -> Dataset:
        """The loaded data, to be read as frames, tables or rows."""
        from gristmill.dataset.dataset import Dataset

        del dataset_type
        place = self._required_destination("dataset")
        if isinstance(schema, str):
            schema = self._dir.read_schema(schema)
        if schema is None and self.default_schema_name is not None:
            schema = self.default_schema
        return Dataset(place, self._normalized_dataset(), schema, self.pipeline_name, self.working_dir)

    def sql_client(self, schema_name: str | None = None) -> SqlClient:
        """A client for SQL: `with pipeline.sql_client() as client: ...`."""
        from gristmill.dataset.sql_client import SqlClient

        del schema_name
        place = self._required_destination("sql_client")
        return SqlClient(place, self._normalized_dataset(), self.pipeline_name, self.working_dir)

    def destination_client(self, schema_name: str | None = None) -> Any:
        """Dlt's job client."""
        del schema_name
        feature = "`pipeline.destination_client()`"
        raise NotYetAvailable(feature)

    # -- inside ----------------------------------------------------------------------------------------------------------

    def _pending(self) -> list[Dict]:
        from gristmill import _core

        return _core.pending_packages(str(self._dir.packages)) if self._dir.packages.is_dir() else []

    def _set_destination(self, destination: Any, name: str | None, credentials: Any = None) -> None:
        if destination is not None:
            before = self._destination
            self._destination = Destination.from_reference(destination, credentials, name)
            if before is not None and before is not self._destination:
                self._synced = False

    def _set_dataset_name(self, dataset_name: str | None) -> None:
        if not dataset_name and self.dataset_name:
            return
        if not dataset_name:
            if self._destination is None:
                return
            dataset_name = self.pipeline_name + self.DEFAULT_DATASET_SUFFIX
        if self.dev_mode:
            dataset_name += self._instance[1:] if dataset_name.endswith("_") else self._instance
        if self.config.dataset_name_layout:
            dataset_name = self.config.dataset_name_layout % dataset_name
        self.dataset_name = dataset_name

    def _normalized_dataset(self) -> str:
        return normalized(self.dataset_name)

    def _required_destination(self, step: str) -> Destination:
        if self._destination is None:
            help_ = "pass `destination=` to `pipeline` or `run`, for instance `destination='duckdb'`"
            raise PipelineConfigMissing(self.pipeline_name, "destination", step, help_)
        if self.dataset_name is None:  # pyright: ignore[reportUnnecessaryComparison]
            self._set_dataset_name(None)
        return self._destination

    @contextlib.contextmanager
    def _connected(self, step: str) -> Generator[Any]:
        with self._required_destination(step).connection(self.pipeline_name, self.working_dir) as connection:
            yield connection

    @contextlib.contextmanager
    def _locked(self) -> Generator[None]:
        if self._depth:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            return
        with self._dir.locked():
            self._depth = 1
            try:
                yield
            finally:
                self._depth = 0

    @contextlib.contextmanager
    def _step(self, name: str) -> Generator[_Running]:
        """Trace a step, and raise what fails as `PipelineStepFailed`."""
        outermost = self._running is None
        trace = self._running = self._running or PipelineTrace(self.pipeline_name, dt.datetime.now(dt.UTC))
        self._current_load_id: str | None = None
        step = trace.start(name)
        running = _Running()
        failed: BaseException | None = None
        try:
            yield running
        except PipelineStepFailed as error:
            failed = error
            raise
        except CoreFailed as error:
            failed = PipelineStepFailed(self, "normalize", self._current_load_id, error.error)
            raise failed from error.error
        except (Exception, KeyboardInterrupt) as error:
            failed_step = name if name != "run" else "load"
            failed = PipelineStepFailed(self, failed_step, self._current_load_id, error, running.info)
            raise failed from error
        finally:
            trace.finish(step, running.info, failed)
            if outermost:
                self._trace, self._running = trace, None


class _Running:
    """A step that runs; it leaves its outcome here."""

    info: StepInfo | None = None


def _joined(first: LoadInfo, second: LoadInfo) -> LoadInfo:
    joined = copy.copy(second)
    joined.loads_ids = first.loads_ids + second.loads_ids
    joined.load_packages = first.load_packages + second.load_packages
    joined.metrics = {**first.metrics, **second.metrics}
    joined.started_at = first.started_at
    return joined


def _setting(name: str, default: Any, kind: Callable[[Any], Any]) -> Any:
    found = lookup(name).value
    return default if found is None else coerced(name, found, kind)


def _not_yet(feature: str, value: Any) -> None:
    if value is not None:
        raise NotYetAvailable(feature)


@contextlib.contextmanager
def _as_user_error() -> Generator[None]:
    from gristmill import _core

    try:
        yield
    except _core.GristmillError as error:
        raise CoreFailed(error) from error
