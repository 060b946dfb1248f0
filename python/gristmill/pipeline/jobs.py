"""The jobs of a package, as traces tell them: one for each table, because a package is loaded as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.load_info import Job, LoadJobMetrics, TableMetrics

if TYPE_CHECKING:
    import datetime as dt

    from gristmill.load_info import LoadPackageInfo

Dict = dict[str, Any]
STATE_TABLE = "_dlt_pipeline_state"


def jobs_of(
    package_path: str, rows: dict[str, int], state: str, since: dt.datetime | None = None, elapsed: float = 0.0
) -> list[Job]:
    """A job for each table."""
    return [
        Job(name, f"{index:010x}", count, state, f"{package_path}/{name}", created_at=since, elapsed=elapsed)
        for index, (name, count) in enumerate(rows.items())
    ]


def job_metrics(jobs: list[Job]) -> dict[str, TableMetrics]:
    """How much went into each job, by its id."""
    return {
        job.job_id(): TableMetrics(job.file_path, job.rows, job.file_size, _seconds(job), _seconds(job)) for job in jobs
    }


def load_metrics(info: LoadPackageInfo, started: dt.datetime | None) -> Dict:
    """When a package and each of its jobs began and ended."""
    finished = vars(info)["completed_at"]
    jobs = {
        job.job_id(): LoadJobMetrics(job.job_id(), job.file_path, job.table_name, job.created_at, finished)
        for job in info.jobs["completed_jobs"]
    }
    return {"started_at": started, "finished_at": finished, "job_metrics": jobs}


def state_metrics(started: dt.datetime, finished: dt.datetime) -> Dict:
    """What extracting the pipeline's own state counts as: a resource of one row."""
    one = TableMetrics("", 1, 0, started.timestamp(), finished.timestamp())
    return {
        "started_at": started,
        "finished_at": finished,
        "table_metrics": {STATE_TABLE: one},
        "resource_metrics": {STATE_TABLE: one},
        "dag": [(STATE_TABLE, STATE_TABLE)],
        "hints": {STATE_TABLE: {}},
    }


def _seconds(job: Job) -> float:
    return 0.0 if job.created_at is None else job.created_at.timestamp()
