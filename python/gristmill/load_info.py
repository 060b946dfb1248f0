"""What a step did: `print(info)` for people, `info.asdict()` for tables, a rich table in a notebook."""

from __future__ import annotations

import html
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from gristmill.moment import Moment

if TYPE_CHECKING:
    import datetime as dt

    from gristmill.schema import Schema

Dict = dict[str, Any]


def duration_text(elapsed: dt.timedelta) -> str:
    """A span of time in words.

    >>> duration_text(dt.timedelta(seconds=63.25))
    '1 minute and 3.25 seconds'
    """
    seconds = elapsed.total_seconds()
    parts: list[str] = []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{int(count)} {unit}{'s' if count != 1 else ''}")
    if seconds or not parts:
        text = f"{seconds:.2f}" if round(seconds, 2) != int(seconds) else f"{int(seconds)}"
        parts.append(f"{text} second{'s' if text != '1' else ''}")
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + f" and {parts[-1]}"


class Job(NamedTuple):
    """One table's part of a package."""

    table_name: str
    file_id: str
    rows: int
    state: str = "completed_jobs"
    file_path: str = ""
    file_size: int = 0
    created_at: dt.datetime | None = None
    elapsed: float = 0.0
    failed_message: str | None = None
    file_format: str = "arrow"

    def job_id(self) -> str:
        """What tells the job apart."""
        return f"{self.table_name}.{self.file_id}.{self.file_format}"

    @property
    def job_file_info(self) -> Job:
        """The parts of the file's name."""
        return self

    @property
    def retry_count(self) -> int:
        """Packages load whole, so a job is never retried alone."""
        return 0

    def asdict(self) -> Dict:
        """As a row of a table."""
        return {
            "state": self.state,
            "file_path": self.file_path,
            "file_size": self.file_size,
            "created_at": self.created_at,
            "elapsed": self.elapsed,
            "failed_message": self.failed_message,
            "table_name": self.table_name,
            "file_id": self.file_id,
            "retry_count": 0,
            "file_format": self.file_format,
            "is_compressed": False,
            "job_id": self.job_id(),
        }


@dataclass
class LoadPackageInfo:
    """One package: what was extracted for one schema in one run."""

    load_id: str
    package_path: str
    state: str
    schema: Schema
    schema_update: dict[str, Dict] = field(default_factory=dict[str, Dict])
    completed_at: Moment = Moment(optional=True)
    jobs: dict[str, list[Job]] = field(default_factory=dict[str, list[Job]])
    refresh: str | None = None

    def __post_init__(self) -> None:
        for state in ("new_jobs", "failed_jobs", "started_jobs", "completed_jobs"):
            self.jobs.setdefault(state, [])

    @property
    def schema_name(self) -> str:
        """The schema's name."""
        return self.schema.name

    @property
    def schema_hash(self) -> str:
        """The schema's hash."""
        return self.schema.version_hash

    def asdict(self) -> Dict:
        """As nested data that can be loaded."""
        tables: list[Dict] = []
        for name, table in self.schema_update.items():
            about = {"schema_name": self.schema_name, "load_id": self.load_id}
            columns = [{**c, "name": n, "table_name": name, **about} for n, c in (table.get("columns") or {}).items()]
            above = self.schema.tables.get(table.get("parent") or "", {})
            disposition = table.get("write_disposition") or above.get("write_disposition") or "append"
            tables.append({**table, "write_disposition": disposition, "name": name, "columns": columns, **about})
        return {
            "load_id": self.load_id,
            "package_path": self.package_path,
            "state": self.state,
            "completed_at": vars(self)["completed_at"],
            "jobs": [job.asdict() for jobs in self.jobs.values() for job in jobs],
            "refresh": self.refresh,
            "dropped_tables": [],
            "truncated_tables": [],
            "has_pending_transitions": False,
            "schema_hash": self.schema_hash,
            "schema_name": self.schema_name,
            "schema_migrated": bool(self.schema_update),
            "tables": tables,
        }

    def asstr(self, verbosity: int = 0) -> str:
        """For people."""
        del verbosity
        done = (
            f"The package was {self.state.upper()} at {vars(self)['completed_at']}"
            if vars(self)["completed_at"]
            else ("The package is NOT YET LOADED to the destination")
        )
        lines = [
            f"The package with load id {self.load_id} for schema {self.schema_name} is in {self.state.upper()} state."  # noqa: ISC004
            f" It updated schema for {len(self.schema_update)} tables. {done}.",
            "Jobs details:",
        ]
        lines += [
            f"Job: {job.job_id()}, table: {job.table_name} in {job.state}. {job.rows} row(s)."
            for jobs in self.jobs.values()
            for job in jobs
        ]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.asstr()


class LoadJobMetrics(NamedTuple):
    """When one table of a package was loaded."""

    job_id: str
    file_path: str
    table_name: str
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    state: str = "completed"
    remote_url: str | None = None
    retry_count: int = 0
    followup_jobs: tuple[str, ...] = ()


class TableMetrics(NamedTuple):
    """How much went to a table."""

    file_path: str
    items_count: int
    file_size: int
    created: float
    last_modified: float
    custom_metrics: Dict | None = None


@dataclass
class StepInfo:
    """What one step did to one or more packages."""

    pipeline: Any
    loads_ids: list[str]
    load_packages: list[LoadPackageInfo]
    first_run: bool
    started_at: Moment = Moment()
    finished_at: Moment = Moment()
    metrics: dict[str, list[Dict]] = field(default_factory=dict[str, list[Dict]])

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to do."""
        return not self.loads_ids

    def _own(self) -> Dict:
        known = {f.name for f in fields(StepInfo)}
        return {f.name: vars(self)[f.name] for f in fields(self) if f.name not in known}

    def asdict(self) -> Dict:
        """As nested data that can be loaded."""
        about = {"pipeline": {"pipeline_name": self.pipeline.pipeline_name}, **self._own()}
        about["loads_ids"] = list(self.loads_ids)
        about["load_packages"] = [package.asdict() for package in self.load_packages]
        about["first_run"] = self.first_run
        about["started_at"] = vars(self)["started_at"]
        about["finished_at"] = vars(self)["finished_at"]
        return about

    def _metrics_rows(self, kind: str, key: str) -> list[Dict]:
        return [
            {**metrics._asdict(), "load_id": load_id, "extract_idx": index, key: name}
            for load_id, packages in self.metrics.items()
            for index, package in enumerate(packages)
            for name, metrics in package.get(kind, {}).items()
        ]

    def _job_rows(self) -> list[Dict]:
        rows = self._metrics_rows("job_metrics", "job_id")
        return [{**row, "table_name": row["job_id"].split(".", 1)[0]} for row in rows]

    def asstr(self, verbosity: int = 0) -> str:
        """For people."""
        return self._packages_text(verbosity)

    def _packages_text(self, verbosity: int) -> str:
        text = ""
        for package in self.load_packages:
            state = package.state.upper()
            if not vars(package)["completed_at"]:
                state += " and NOT YET LOADED to the destination"
            failed = package.jobs["failed_jobs"]
            jobs = f"{len(failed)} FAILED job(s)!" if failed else "no failed jobs"
            refresh = f" with refresh '{package.refresh}'" if package.refresh else ""
            text += f"\nLoad package {package.load_id}{refresh} is {state} and contains {jobs}"
            if verbosity > 0:
                text += "".join(f"\n\t[{job.job_id()}]: {job.failed_message}\n" for job in failed)
            if verbosity > 1:
                text += f"\nPackage details:\n{package.asstr(verbosity)}\n"
        return text

    def __str__(self) -> str:
        return self.asstr()


@dataclass
class ExtractInfo(StepInfo):
    """What `extract` did."""

    extract_data_info: list[Dict] = field(default_factory=list[Dict])

    def asdict(self) -> Dict:
        """As nested data that can be loaded."""
        about = super().asdict()
        about.pop("extract_data_info")
        about["table_metrics"] = self._metrics_rows("table_metrics", "table_name")
        about["resource_metrics"] = self._metrics_rows("resource_metrics", "resource_name")
        about["job_metrics"] = self._job_rows()
        packages = [(i, n, p) for i, ps in self.metrics.items() for n, p in enumerate(ps)]
        about["dag"] = [
            {"load_id": i, "extract_idx": n, "parent_name": parent, "resource_name": child}
            for i, n, p in packages
            for parent, child in p.get("dag", [])
        ]
        about["hints"] = [
            {"load_id": i, "extract_idx": n, "resource_name": name, **hints}
            for i, n, p in packages
            for name, hints in p.get("hints", {}).items()
        ]
        about["inputs"] = []
        return about


@dataclass
class NormalizeInfo(StepInfo):
    """What `normalize` did."""

    @property
    def row_counts(self) -> dict[str, int]:
        """Rows by table."""
        counts: dict[str, int] = {}
        for packages in self.metrics.values():
            for package in packages:
                for name, metrics in package["table_metrics"].items():
                    counts[name] = counts.get(name, 0) + metrics.items_count
        return counts

    def asdict(self) -> Dict:
        """As nested data that can be loaded."""
        about = super().asdict()
        about["table_metrics"] = self._metrics_rows("table_metrics", "table_name")
        about["job_metrics"] = self._job_rows()
        return about

    def asstr(self, verbosity: int = 0) -> str:
        """For people."""
        text = "No data found to normalize"
        if counts := self.row_counts:
            text = "Normalized data for the following tables:\n"
            text += "".join(f"- {name}: {count} row(s)\n" for name, count in counts.items())
        return text + self._packages_text(verbosity)


@dataclass
class LoadInfo(StepInfo):
    """What `load` and `run` did."""

    destination_type: str = ""
    destination_displayable_credentials: str = ""
    destination_name: str = ""
    environment: str | None = None
    staging_type: str | None = None
    staging_name: str | None = None
    staging_displayable_credentials: str | None = None
    destination_fingerprint: str = ""
    dataset_name: str = ""

    def __post_init__(self) -> None:
        loaded = {package.load_id: package for package in self.load_packages if package.state == "loaded"}
        for load_id, packages in self.metrics.items():
            for metrics in packages:
                metrics.setdefault("dataset_name", self.dataset_name)
                metrics.setdefault("outputs", self._outputs(loaded[load_id]) if load_id in loaded else [])

    def _outputs(self, package: LoadPackageInfo) -> list[Dict]:
        known = package.schema.tables
        roots = dict.fromkeys(job.table_name for job in package.jobs["completed_jobs"])
        tables: dict[str, list[str]] = {}
        for name in roots:
            root = name
            while known.get(root, {}).get("parent"):
                root = known[root]["parent"]
            tables.setdefault(known.get(root, {}).get("resource") or root, []).append(name)
        schema = {"name": package.schema_name, "version_hash": package.schema_hash}
        return [
            {
                "kind": "dataset",
                "resource_name": name,
                "location": self.destination_displayable_credentials.partition("///")[2]
                or self.destination_displayable_credentials,
                "version": package.load_id,
                "schemas": [schema],
                "destination_type": self.destination_type,
                "destination_name": self.destination_name,
                "destination_fingerprint": self.destination_fingerprint,
                "casefold": "str",
                "case_sensitive": False,
                "dataset_name": self.dataset_name,
                "physical_dataset_name": self.dataset_name,
                "tables": names,
            }
            for name, names in tables.items()
        ]

    @property
    def has_failed_jobs(self) -> bool:
        """Whether something could not be loaded."""
        return any(package.jobs["failed_jobs"] for package in self.load_packages)

    def raise_on_failed_jobs(self) -> None:
        """Raise when something could not be loaded."""
        from gristmill.exceptions import LoadClientJobFailed

        for package in self.load_packages:
            for job in package.jobs["failed_jobs"]:
                message = f"`{job.table_name}` of package `{package.load_id}` was not loaded: {job.failed_message}"
                hint = (
                    f"the package is set aside in `{job.file_path}`; the next run reads its rows from the source again"
                )
                raise LoadClientJobFailed(message, hint=hint)

    def asdict(self) -> Dict:
        """As nested data that can be loaded."""
        about = super().asdict()
        loads = [(load_id, metrics) for load_id, packages in self.metrics.items() for metrics in packages]
        about["job_metrics"] = [
            {"load_id": load_id, "dataset_name": self.dataset_name, **job._asdict(), "followup_jobs": []}
            for load_id, metrics in loads
            for job in metrics["job_metrics"].values()
        ]
        about["outputs"] = [
            {"load_id": load_id, **output} for load_id, metrics in loads for output in metrics["outputs"]
        ]
        return about

    def asstr(self, verbosity: int = 0) -> str:
        """For people."""
        name = self.pipeline.pipeline_name
        started, finished = vars(self)["started_at"], vars(self)["finished_at"]
        if started and finished:
            text = f"Pipeline {name} load step finished in {duration_text(finished - started)}"
        else:
            text = f"Pipeline {name} load step did not start"
        loaded, total = sum(1 for p in self.load_packages if p.state == "loaded"), len(self.loads_ids)
        count = f"{total}" if loaded == total else f"{loaded} of {total}"
        text += f"\n{count} load package(s) were loaded to destination {self.destination_name}"
        text += f" and into dataset {self.dataset_name}\n"
        text += f"The {self.destination_name} destination used {self.destination_displayable_credentials}"
        return text + " location to store data" + self._packages_text(verbosity)

    def __str__(self) -> str:
        return self.asstr(verbosity=1)

    def _repr_html_(self) -> str:
        """A table for notebooks: what went where, how many rows."""
        head = html.escape(self.asstr().split("\n", maxsplit=1)[0])
        rows = "".join(
            f"<tr><td>{html.escape(job.table_name)}</td><td style='text-align:right'>{job.rows:,}</td>"
            f"<td>{'failed' if job.state == 'failed_jobs' else html.escape(package.state)}</td>"
            f"<td><code>{html.escape(package.load_id)}</code></td></tr>"
            for package in self.load_packages
            for jobs in package.jobs.values()
            for job in jobs
        )
        where = html.escape(f"{self.destination_displayable_credentials} · dataset {self.dataset_name}")
        return (
            f"<div><strong>{head}</strong><br><small>{where}</small>"
            "<table><thead><tr><th>table</th><th>rows</th><th>state</th><th>load</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></div>"
        )
