"""A pipeline: a name, a destination, a dataset, and what was loaded there so far."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from gristmill import context
from gristmill.configuration.coerce import coerced
from gristmill.configuration.lookup import lookup
from gristmill.exceptions import (
    ConfigurationException,
    DestinationLoadingViaStagingNotSupported,
    DestinationTerminalException,
    PipelineStepFailed,
    SourceExhausted,
    ValueErrorWithKnownValues,
)
from gristmill.extract.data import Overrides, data_to_sources, describe
from gristmill.load_info import ExtractInfo, Job, LoadInfo, LoadPackageInfo, NormalizeInfo, TableMetrics
from gristmill.names import later_than, schema_name_of
from gristmill.pipeline.extraction import CoreFailed, Extraction, Package
from gristmill.pipeline.packages import DELIVERED_STATE, PipelinePackages, carried_state
from gristmill.pipeline.refresh import REFRESH_MODES, Refresh
from gristmill.pipeline.schema_files import export, imported, write_import
from gristmill.pipeline.state import State, bump, mark_extracted
from gristmill.pipeline.steps import traced
from gristmill.pipeline.sync import take_newer
from gristmill.pipeline.waiting import runs
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from gristmill.dataset.dataset import Dataset
    from gristmill.dataset.sql_client import SqlClient
    from gristmill.destinations.client import DestinationClient
    from gristmill.destinations.destination import Destination

Dict = dict[str, Any]
_log = logging.getLogger("gristmill")
FILE_FORMATS = ("jsonl", "typed-jsonl", "insert_values", "parquet", "csv", "reference", "model")


class Pipeline(PipelinePackages):
    """Loads data; made by `dlt.pipeline(...)`."""

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
        _no_staging(destination or self._destination, staging)
        self.activate()
        self._set_destination(destination, None, credentials)
        self._set_dataset_name(dataset_name)
        with traced(self, "run") as step, self._locked():
            self._sync_once()
            waiting = self._load() if self.has_pending_data else None
            info = step.info = waiting
            if waiting is not None:
                self._raise_failed(waiting)
                # What was loaded just now may have carried a state.
                take_newer(self)
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
        refresh = refresh or self.refresh
        _one_of("loader_file_format", loader_file_format, FILE_FORMATS)
        _one_of("refresh", refresh, REFRESH_MODES)
        overrides = Overrides(
            table_name,
            parent_table_name,
            write_disposition,
            columns,
            primary_key,
            schema_contract,
            table_format,
            loader_file_format,
        )
        started = dt.datetime.now(dt.UTC)
        first_run = self.first_run
        with traced(self, "extract") as step, self._locked():
            if self.has_pending_data:
                # The order in which packages are loaded is the order of states: what waits goes first.
                self._sync_once()
            state = self._read_state()
            extraction = self._begin(state)
            extraction.place = self._destination
            sections = context.Sections(self.pipeline_name, ("extract",))
            try:
                with context.in_sections(sections), context.using(context.state, state):
                    parallel = {
                        "workers": workers or _setting("workers", 5, int),
                        "max_parallel_items": max_parallel_items or _setting("max_parallel_items", 20, int),
                        "next_item_mode": _setting("next_item_mode", "round_robin", str),
                    }
                    sources = data_to_sources(data, self, schema, overrides)
                    if refresh is not None:
                        extraction.refresh = Refresh.of(refresh, state, sources)
                    for source in sources:
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
            if refresh is not None:
                self._refresh_of.update((p.load_id, refresh) for p in packages)
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

    def _begin(self, state: State) -> Extraction:
        waiting = [package["load_id"] for package in self._pending()]
        for load_id in (*waiting, state["_local"].get("_last_load_id")):
            later_than(load_id)
        extraction = Extraction(self._dir.packages, self._known_schema, self.collector)
        if self._follows is not None and self._follows[0] == self._normalized_dataset():
            # What waits is loaded first, and its state is the newest by then.
            sent = state["_local"].get("_last_extracted_hash") if waiting else None
            extraction.follows = (self._follows[0], sent or self._follows[1])
        return extraction

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
        for package in extraction.schemas_only:
            self._keep_schema(package)
        if not extraction.packages:
            return
        for package in extraction.packages.values():
            for warning in package.description.get("warnings") or ():
                _log.warning("%s", warning)
            self._keep_schema(package)
        state["_local"]["_last_load_id"] = max((p.load_id for p in extraction.packages.values()), key=float)
        self._dir.write_state(state)

    def _known_schema(self, name: str) -> Schema | None:
        return imported(self.config.import_schema_path, name, self._dir.read_schema(name))

    def _keep_schema(self, package: Package) -> None:
        schema, config = package.schema, self.config
        if config.import_schema_path:
            schema = write_import(config.import_schema_path, schema, package.declared)
        if config.export_schema_path:
            export(
                config.export_schema_path, schema, also_import=config.export_schema_path == config.import_schema_path
            )
        self._dir.write_schema(schema)

    def normalize(self, workers: int = 1) -> NormalizeInfo | None:
        """Tell what the packages hold; the work itself was done while they were extracted."""
        del workers
        if not self.default_schema_name:
            return None
        started = dt.datetime.now(dt.UTC)
        with traced(self, "normalize") as step:
            packages, self._extracted = self._extracted, {}
            metrics: dict[str, list[Dict]] = {}
            for load_id, package in packages.items():
                self._count_normalized(load_id, package)
                tables = {n: TableMetrics("", int(rows), 0, 0.0, 0.0) for n, rows in sorted(package["rows"].items())}
                metrics[load_id] = [{"started_at": started, "finished_at": started, "table_metrics": tables}]
            infos = [self._package_info(i, "normalized", p["schema"]) for i, p in packages.items()]
            step.info = info = NormalizeInfo(
                self, list(packages), infos, self.first_run, started, dt.datetime.now(dt.UTC), metrics
            )
        return info

    def _count_normalized(self, load_id: str, package: Dict) -> None:
        rows: dict[str, int] = package["rows"]
        with self.collector(f"Normalize {package['schema'].name} in {load_id}"):
            self.collector.update("Files", 0, len(rows))
            self.collector.update("Items", 0)
            for name, count in rows.items():
                self.collector.update(name, int(count))
                self.collector.update("Items", int(count))
                self.collector.update("Files")

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
        with traced(self, "load") as step, self._locked():
            step.info = info = self._load()
            self._raise_failed(info, raise_on_failed_jobs)
        return info

    def _load(self) -> LoadInfo:
        place = self._required_destination("load")
        started = dt.datetime.now(dt.UTC)
        waiting = self._pending()
        displayed = place.displayable(self.pipeline_name, self.working_dir)
        first_run = self.first_run
        infos: list[LoadPackageInfo] = []
        if waiting and self._load_waiting(place, waiting, infos):
            self.first_run = False
            self._save_props()
        elif waiting:
            self._forget_failed()
        metrics = {info.load_id: _job_metrics(info) for info in infos if info.state == "loaded"}
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
            dataset_name=self._normalized_dataset() if self.dataset_name else cast("str", None),
        )

    def _load_waiting(self, place: Destination, waiting: list[Dict], infos: list[LoadPackageInfo]) -> bool:
        # False when a package can never load. Those behind it are set aside too: their state says that the rows before them
        # are loaded. They are not, and will be read again.
        from gristmill import _core

        failed = False
        with self.collector(f"Load {self.pipeline_name}"), place.loading(self) as load:
            self.collector.update("Packages", 0, len(waiting))
            # What keeps no state takes one package after the other.
            for run in runs(waiting) if place.keeps_state else [[package] for package in waiting]:
                paths = [package["path"] for package in run]
                self._current_load_id = run[-1]["load_id"]
                if failed:
                    for path in paths:
                        _core.set_package_aside(path, f"package `{infos[-1].load_id}` before it cannot load")
                    continue
                carried = None if place.keeps_state else carried_state(run[-1])
                try:
                    reports = load(run)
                except (_core.GristmillError, DestinationTerminalException) as error:
                    if any(Path(path).exists() for path in paths):
                        raise
                    failed = True
                    infos.extend(self._set_aside(package, error) for package in run)
                    continue
                infos.extend(self._loaded(package, report) for package, report in zip(run, reports, strict=True))
                for report in reports:
                    if report.get("state_hash") is not None:
                        self._follows = (report["dataset"], report["state_hash"])
                if carried is not None:
                    # A destination that keeps no state cannot be asked later which state goes with what it has.
                    self._dir.write_text(DELIVERED_STATE, carried)
                self.collector.update("Packages", len(run))
        return not failed

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
        self._count_loaded(jobs)
        info = self._package_info(report["load_id"], "loaded", schema)
        info.completed_at = finished
        info.jobs["completed_jobs"] = jobs
        known = schema.tables
        for name, change in report["schema_update"].items():
            table = known.get(name, {"name": name, "columns": {}})
            columns = {n: c for n, c in table["columns"].items() if n in change.get("columns", ())}
            info.schema_update[name] = {**table, "columns": columns}
        return info

    def _count_loaded(self, jobs: list[Job]) -> None:
        # A package more has so many jobs more.
        self.collector.update("Jobs", 0, len(jobs), inc_total=len(jobs))
        for job in jobs:
            self.collector.update(job.table_name, job.rows)
            self.collector.update("Jobs")

    def sync_destination(self, destination: Any = None, staging: Any = None, dataset_name: str | None = None) -> None:
        """Take the state and the schemas from the destination, where they are newer."""
        _no_staging(destination or self._destination, staging)
        self._set_destination(destination, None)
        self._set_dataset_name(dataset_name)
        with traced(self, "sync"), self._locked():
            take_newer(self)

    def sync_schema(self, schema_name: str | None = None) -> dict[str, Any]:
        """The tables of a schema that the destination has not yet. A load brings them, in its own transaction."""
        schema = self.schemas[schema_name] if schema_name else self.default_schema
        with self.destination_client(schema.name) as client:
            if not client.is_storage_initialized():
                return schema.tables
            names = schema.data_table_names()
            missing = {name for name, exists, _ in client.get_storage_tables(names) if not exists}
        return {name: table for name, table in schema.tables.items() if name in missing}

    def _sync_once(self) -> None:
        if self._synced or self.dev_mode or not self.config.restore_from_destination or self._destination is None:
            return
        try:
            take_newer(self)
        except ConfigurationException as error:
            raise PipelineStepFailed(self, "sync", None, error) from error
        self._synced = True

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

    def dataset(self, schema: Any = None) -> Dataset:
        """The loaded data, to be read as frames, tables or rows."""
        from gristmill.dataset.dataset import Dataset

        place = self._readable_destination("dataset")
        if isinstance(schema, str):
            schema = self._dir.read_schema(schema) or schema
        elif schema is None and self.default_schema_name is not None:
            others = [self._dir.read_schema(n) for n in self.schema_names if n != self.default_schema_name]
            schema = [self.default_schema, *(other for other in others if other is not None)]
        return Dataset(place, self._normalized_dataset(), schema, self.pipeline_name, self.working_dir)

    def sql_client(self, schema_name: str | None = None) -> SqlClient:
        """A client for SQL: `with pipeline.sql_client() as client: ...`."""
        from gristmill.dataset.sql_client import SqlClient

        del schema_name
        place = self._readable_destination("sql_client")
        return SqlClient(place, self._normalized_dataset(), self.pipeline_name, self.working_dir)

    def destination_client(self, schema_name: str | None = None) -> DestinationClient:
        """Dlt's job client: whether storage is there, its tables, its stored schemas; and dropping them."""
        from gristmill.destinations.client import DestinationClient

        schema = self.schemas[schema_name] if schema_name else None
        if schema is None:
            known = self.default_schema_name is not None
            schema = self.default_schema if known else Schema(schema_name_of(self.pipeline_name))
        return DestinationClient(schema, self.sql_client())


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


def _one_of(name: str, value: str | None, known: Iterable[str]) -> None:
    if value is not None and value not in known:
        raise ValueErrorWithKnownValues(name, value, known)


def _no_staging(destination: Any, staging: Any) -> None:
    if staging is not None:
        raise DestinationLoadingViaStagingNotSupported(
            getattr(destination, "destination_name", None) or str(destination or "duckdb")
        )


@contextlib.contextmanager
def _as_user_error() -> Generator[None]:
    from gristmill import _core

    try:
        yield
    except _core.GristmillError as error:
        raise CoreFailed(error) from error


def _job_metrics(info: LoadPackageInfo) -> list[Dict]:
    jobs = info.jobs["completed_jobs"]
    return [{"job_metrics": [{"job_id": j.job_id(), "table_name": j.table_name, "items_count": j.rows} for j in jobs]}]
