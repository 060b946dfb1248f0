"""Times in infos and traces are pendulum's; the metrics of a load have dlt's keys."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    info = pipeline.run([{"id": 1}], table_name="rows")
    trace = pipeline.last_trace
    [package], [load_id] = info.load_packages, info.loads_ids
    [metrics] = info.metrics[load_id]
    jobs = sorted(metrics["job_metrics"].values(), key=lambda job: job.table_name)
    times = [info.started_at, info.finished_at, package.completed_at, trace.started_at, trace.finished_at]
    times += [time for step in trace.steps for time in (step.started_at, step.finished_at)]
    return {
        "types": sorted({f"{type(time).__module__}.{type(time).__name__}" for time in times}),
        "seconds": (info.finished_at - info.started_at).in_seconds() < 600,
        "metrics": sorted(metrics),
        "jobs": [[job.table_name, job.state, job.remote_url, job.retry_count, list(job.followup_jobs)] for job in jobs],
        "keyed": all(name == job.job_id for name, job in metrics["job_metrics"].items()),
        "outputs": [
            [out["kind"], out["resource_name"], out["dataset_name"], out["tables"]] for out in metrics["outputs"]
        ],
        "rows": sorted(info.asdict()["job_metrics"][0]),
    }
