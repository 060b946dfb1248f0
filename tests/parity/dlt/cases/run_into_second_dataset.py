"""`run(dataset_name=...)` goes on in another dataset, which has its own tables and, with gristmill, the state too."""

from typing import Any


def run(dlt: Any, work_dir: Any) -> Any:
    pipeline = dlt.pipeline("moved", destination="duckdb", dataset_name="first")
    pipeline.run([{"id": 1}], table_name="items")
    pipeline.run([{"id": 2}], table_name="items", dataset_name="second")
    return pipeline.dataset_name, pipeline.dataset().items.select("id").fetchall()
