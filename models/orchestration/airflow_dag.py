"""An Airflow DAG of the example: load the files, build the models, write the documents.

Put this file into Airflow's `dags` folder, install `gristmill` where the workers run, and set the Airflow variable
`AMAZON_PROJECT_DIR` (environment `AIRFLOW_VAR_AMAZON_PROJECT_DIR`) to the project's folder. Paths and credentials come
from the project's `.dlt` folder or from the workers' environment.
"""

from __future__ import annotations

import runpy
from datetime import datetime, timedelta
from pathlib import Path

from airflow.models import Variable
from airflow.operators.python import PythonOperator

from airflow import DAG


def ingest(project_dir: str) -> list[str]:
    """Run the pipeline script in this worker, and give the ids of its loads."""
    script = runpy.run_path(str(Path(project_dir, "pipelines", "amazon_products.py")))
    return script["load"]().loads_ids


def models(command: list[str], project_dir: str) -> None:
    """Run one command over the models; a failed node fails the task, with the node's message."""
    from gristmill.dbt import dbtRunner

    outcome = dbtRunner().invoke([*command, "--project-dir", project_dir])
    if outcome.exception is not None:
        raise outcome.exception
    if not outcome.success:
        failed = [r for r in outcome.result if r.status in ("error", "fail", "runtime error")]
        raise RuntimeError("\n".join(f"{r.node.name}: {r.message}" for r in failed))


with DAG(
    dag_id="amazon_products",
    schedule="17 5 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # One DuckDB file has one writer.
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
) as dag:
    project = Variable.get("AMAZON_PROJECT_DIR", default_var="models")
    load_files = PythonOperator(task_id="ingest", python_callable=ingest, op_args=[project])
    build = PythonOperator(task_id="build", python_callable=models, op_args=[["build"], project])
    document = PythonOperator(task_id="document", python_callable=models, op_args=[["docs", "generate"], project])
    load_files >> build >> document
