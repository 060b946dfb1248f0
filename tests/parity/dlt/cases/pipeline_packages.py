"""What a pipeline tells of the packages that wait and of those that were loaded."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.extract([{"id": 1}], table_name="rows")
    pipeline.normalize()
    (waiting,) = pipeline.list_normalized_load_packages()
    before = pipeline.get_load_package_info(waiting)
    pipeline.load()
    after = pipeline.get_load_package_info(waiting)
    return [
        before.state,
        _data(before.jobs["new_jobs"]),
        after.state,
        _data(after.jobs["completed_jobs"]),
        pipeline.list_completed_load_packages() == [waiting],
        pipeline.list_failed_jobs_in_package(waiting),
        pipeline.list_normalized_load_packages(),
    ]


def _data(jobs):
    return sorted(j.job_file_info.table_name for j in jobs if not j.job_file_info.table_name.startswith("_dlt"))
