"""The last step of a pipeline: packages that wait are loaded, or set aside when they never can be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gristmill import context
from gristmill.exceptions import DestinationTerminalException
from gristmill.load_info import Job, LoadInfo, LoadPackageInfo
from gristmill.pipeline.jobs import STATE_TABLE, jobs_of, load_metrics
from gristmill.pipeline.packages import DELIVERED_STATE, PipelinePackages, carried_state
from gristmill.pipeline.settings import setting
from gristmill.pipeline.steps import traced
from gristmill.pipeline.waiting import runs
from gristmill.schema import Schema

if TYPE_CHECKING:
    from gristmill.destinations.destination import Destination

Dict = dict[str, Any]


class LoadingPipeline(PipelinePackages):
    """The part of a pipeline that loads."""

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
        metrics = {info.load_id: [load_metrics(info, started)] for info in infos if info.state == "loaded"}
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
                raises = setting("raise_on_failed_jobs", True, bool)
        if raises:
            info.raise_on_failed_jobs()

    def _loaded(self, package: Dict, report: Dict) -> LoadPackageInfo:
        finished = dt.datetime.fromisoformat(report["finished_at"])
        started = dt.datetime.fromisoformat(report["started_at"])
        elapsed = (finished - started).total_seconds()
        schema = self._dir.read_schema(report["schema_name"]) or Schema(report["schema_name"])
        rows = {name: int(table["rows"]) for name, table in report["tables"].items()}
        if report.get("state_hash") is not None:
            rows[STATE_TABLE] = 1
        jobs = jobs_of(package["path"], rows, "completed_jobs", started, elapsed)
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
