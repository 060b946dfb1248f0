"""A pipeline: a name, a destination, a dataset, and what was loaded there so far."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import logging
from typing import TYPE_CHECKING, Any, Self, cast

from gristmill import context
from gristmill.configuration.misspelt import warn_of_misspelt_settings
from gristmill.exceptions import (
    ConfigurationException,
    DestinationLoadingViaStagingNotSupported,
    PipelineStepFailed,
    SchemaNotFoundError,
    SourceExhausted,
    ValueErrorWithKnownValues,
    refused,
)
from gristmill.extract.data import Overrides, data_to_sources, describe
from gristmill.load_info import ExtractInfo, LoadInfo, LoadPackageInfo, NormalizeInfo, TableMetrics
from gristmill.names import later_than, schema_name_of
from gristmill.pipeline.extraction import CoreFailed, Extraction, Package
from gristmill.pipeline.jobs import STATE_TABLE, job_metrics, jobs_of, state_metrics
from gristmill.pipeline.loading import LoadingPipeline
from gristmill.pipeline.refresh import REFRESH_MODES, Refresh
from gristmill.pipeline.schema_files import export, imported, write_import
from gristmill.pipeline.settings import setting
from gristmill.pipeline.state import State, bump, mark_extracted
from gristmill.pipeline.steps import traced
from gristmill.pipeline.sync import take_newer
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from gristmill.dataset.dataset import Dataset
    from gristmill.dataset.sql_client import SqlClient
    from gristmill.destinations.client import DestinationClient

Dict = dict[str, Any]
_log = logging.getLogger("gristmill")
FILE_FORMATS = ("jsonl", "typed-jsonl", "insert_values", "parquet", "csv", "reference", "model")


class Pipeline(LoadingPipeline):
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
        _one_of("loader_file_format", loader_file_format, FILE_FORMATS)
        _one_of("refresh", refresh, REFRESH_MODES)
        self.activate()
        self._set_destination(destination, None, credentials)
        self._set_dataset_name(dataset_name)
        self._required_destination("run")
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
        warn_of_misspelt_settings(self.pipeline_name)
        with traced(self, "extract") as step, self._locked():
            self._keep_changed_schemas()
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
                        "workers": workers or setting("workers", 5, int),
                        "max_parallel_items": max_parallel_items or setting("max_parallel_items", 20, int),
                        "next_item_mode": setting("next_item_mode", "round_robin", str),
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
            step.info = info = self._extract_info(packages, started, first_run, data)
        return info

    def _extract_info(self, packages: list[Package], started: dt.datetime, first_run: bool, data: Any) -> ExtractInfo:
        finished = dt.datetime.now(dt.UTC)
        infos: list[LoadPackageInfo] = []
        for package in packages:
            rows = dict(package.description["tables"])
            if package.sends_state:
                rows[STATE_TABLE] = 1
                package.metrics.append(state_metrics(started, finished))
            self._extracted[package.load_id] = {"rows": rows, "schema": package.schema}
            drawn = {name for metrics in package.metrics for name in metrics["table_metrics"]}
            info = self._package_info(package.load_id, "extracted", package.schema)
            here = {name: int(count) for name, count in rows.items() if name in drawn}
            info.jobs["new_jobs"] = jobs_of(info.package_path, here, "new_jobs", started)
            for metrics in package.metrics:
                of = [job for job in info.jobs["new_jobs"] if job.table_name in metrics["table_metrics"]]
                metrics["job_metrics"] = job_metrics(of)
            infos.append(info)
        load_ids = [package.load_id for package in packages]
        metrics = {package.load_id: package.metrics for package in packages}
        return ExtractInfo(self, load_ids, infos, first_run, started, finished, metrics, describe(data))

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
            infos: list[LoadPackageInfo] = []
            for load_id, package in packages.items():
                self._count_normalized(load_id, package)
                rows = {name: int(count) for name, count in sorted(package["rows"].items())}
                info = self._package_info(load_id, "normalized", package["schema"])
                info.jobs["new_jobs"] = jobs_of(info.package_path, rows, "new_jobs", started)
                infos.append(info)
                at = started.timestamp()
                tables = {name: TableMetrics("", count, 0, at, at) for name, count in rows.items()}
                jobs = job_metrics(info.jobs["new_jobs"])
                metrics[load_id] = [
                    {"started_at": started, "finished_at": started, "table_metrics": tables, "job_metrics": jobs}
                ]
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

    def sync_destination(self, destination: Any = None, staging: Any = None, dataset_name: str | None = None) -> None:
        """Take the state and the schemas from the destination, where they are newer."""
        _no_staging(destination or self._destination, staging)
        self._set_destination(destination, None)
        self._set_dataset_name(dataset_name)
        with traced(self, "sync"), self._locked():
            take_newer(self)

    def sync_schema(self, schema_name: str | None = None) -> dict[str, Any]:
        """Make the tables and columns that a schema has and the destination lacks; gives those tables.

        What was changed in `default_schema` or `schemas` counts.
        """
        with self._locked():
            self._keep_changed_schemas()
            schema = self.schemas[schema_name] if schema_name else self.default_schema
            with self.destination_client(schema.name) as client:
                return client.update_stored_schema()

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
        """A client for SQL: `with pipeline.sql_client() as client: ...`. Raises `SchemaNotFoundError`."""
        from gristmill.dataset.sql_client import SqlClient

        if schema_name is not None and self.schema_names and schema_name not in self.schema_names:
            raise SchemaNotFoundError(self.pipeline_name, schema_name)
        place = self._readable_destination("sql_client")
        return SqlClient(place, self._normalized_dataset(), self.pipeline_name, self.working_dir)

    def destination_client(self, schema_name: str | None = None) -> DestinationClient:
        """Dlt's job client: whether storage is there, its tables, its stored schemas; and dropping them."""
        from gristmill.destinations.client import ClientConfiguration, DestinationClient

        schema = self.schemas[schema_name] if schema_name else None
        if schema is None:
            known = self.default_schema_name is not None
            schema = self.default_schema if known else Schema(schema_name_of(self.pipeline_name))
        client = self.sql_client()
        made_by = client.destination
        kind = made_by.destination_type.rsplit(".", 1)[-1]
        config = ClientConfiguration(kind, made_by.destination_name, client.dataset_name, schema.name)
        return DestinationClient(schema, client, config)


def _joined(first: LoadInfo, second: LoadInfo) -> LoadInfo:
    joined = copy.copy(second)
    joined.loads_ids = first.loads_ids + second.loads_ids
    joined.load_packages = first.load_packages + second.load_packages
    joined.metrics = {**first.metrics, **second.metrics}
    joined.started_at = vars(first)["started_at"]
    return joined


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
        raise CoreFailed(refused("", error) or error) from error
