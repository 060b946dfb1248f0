"""Pipelines as tasks of Airflow: `PipelineTasksGroup("shop").add_run(pipeline, source(), decompose="serialize")`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gristmill.common.utils import get_callable_name
from gristmill.exceptions import MissingDependencyException, ValueErrorWithKnownValues
from gristmill.extract.source import DltSource
from gristmill.names import unique_id

if TYPE_CHECKING:
    from gristmill.pipeline.pipeline import Pipeline

try:
    from airflow.configuration import conf as _conf  # pyright: ignore[reportMissingImports]
    from airflow.utils.task_group import TaskGroup as _TaskGroup  # pyright: ignore[reportMissingImports]

    try:
        from airflow.providers.standard.operators.python import (  # pyright: ignore[reportMissingImports]
            PythonOperator as _PythonOperator,
        )
    except ImportError:
        from airflow.operators.python import PythonOperator as _PythonOperator  # pyright: ignore[reportMissingImports]
except ImportError:
    feature = "`dlt.helpers.airflow_helper`"
    raise MissingDependencyException(feature, ["apache-airflow"]) from None

conf: Any = _conf
TaskGroup: Any = _TaskGroup
PythonOperator: Any = _PythonOperator

Decompose = Literal["none", "serialize", "parallel", "parallel-isolated"]
DECOMPOSE = ("none", "serialize", "parallel", "parallel-isolated")


class PipelineTasksGroup(TaskGroup):
    """A group of tasks that run pipelines; `.dlt` is looked for in Airflow's folder of dags."""

    def __init__(
        self,
        pipeline_name: str,
        use_data_folder: bool = False,
        local_data_folder: str | None = None,
        use_task_logger: bool = True,
        log_progress_period: float = 30.0,
        buffer_max_items: int = 1000,
        retry_policy: Any = None,
        retry_pipeline_steps: Any = ("load",),
        abort_task_if_any_job_failed: bool = True,
        wipe_local_data: bool = True,
        save_load_info: bool = False,
        save_trace_info: bool = False,
        truncate_staging_destination: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(group_id=pipeline_name, **kwargs)
        del use_task_logger, buffer_max_items, truncate_staging_destination
        self.log_progress_period = log_progress_period
        self.retry_policy = retry_policy
        self.retry_pipeline_steps = retry_pipeline_steps
        self.raises = abort_task_if_any_job_failed
        self.wipe_local_data = wipe_local_data
        self.save_load_info = save_load_info
        self.save_trace_info = save_trace_info
        self._names: dict[str, int] = {}
        composer = Path("/home/airflow/gcs/data")
        root = composer if use_data_folder and composer.exists() else local_data_folder or tempfile.gettempdir()
        folder = str(Path(root) / f"dlt_{unique_id(8)}")
        os.environ["DLT_PROJECT_DIR"] = conf.get("core", "dags_folder")
        os.environ["DLT_DATA_DIR"] = os.environ["DLT_LOCAL_DIR"] = folder

    def add_run(
        self,
        pipeline: Pipeline,
        data: Any,
        *,
        decompose: Decompose = "none",
        table_name: str | None = None,
        write_disposition: Any = None,
        loader_file_format: Any = None,
        schema_contract: Any = None,
        pipeline_name: str | None = None,
        **kwargs: Any,
    ) -> list[Any]:
        """Tasks that load `data`: one, or with `decompose` one for each part of a source that stands for itself.

        `serialize` runs them one after the other; `parallel` at once, after the first one made the dataset, and
        `parallel-isolated` as well, each with a pipeline and a state of its own. Gives the tasks.
        """
        if decompose not in DECOMPOSE:
            raise ValueErrorWithKnownValues("decompose", decompose, DECOMPOSE)
        options = {
            "table_name": table_name,
            "write_disposition": write_disposition,
            "loader_file_format": loader_file_format,
            "schema_contract": schema_contract,
        }
        with self:
            if decompose == "none" or not isinstance(data, DltSource):
                if decompose != "none":
                    message = f"`decompose={decompose!r}` needs a source, and this is a `{type(data).__name__}`"
                    raise ValueError(message)
                return [self.run(pipeline, data, pipeline_name=pipeline_name, **options, **kwargs)]
            tasks: list[Any] = []
            for part in data.decompose("scc"):
                name = pipeline_name
                if decompose != "serialize":
                    # One state file cannot be written by two tasks at once.
                    name = f"{pipeline_name or pipeline.pipeline_name}_{'_'.join(part.selected_resources)}"
                task = self.run(pipeline, part, pipeline_name=name, **options, **kwargs)
                before = tasks[-1:] if decompose == "serialize" else tasks[:1]
                for earlier in before:
                    earlier.set_downstream(task)
                tasks.append(task)
            return tasks

    def run(self, pipeline: Pipeline, data: Any, pipeline_name: str | None = None, **kwargs: Any) -> Any:
        """One task that loads `data`; what is no argument of `Pipeline.run` goes to Airflow's operator."""
        known = ("table_name", "write_disposition", "loader_file_format", "schema_contract")
        options = {name: kwargs.pop(name, None) for name in known}
        name = self._task_name(pipeline_name or pipeline.pipeline_name, data)

        def work() -> None:
            self._run(pipeline, data, pipeline_name, options)

        return PythonOperator(task_id=name, python_callable=work, **kwargs)

    def _task_name(self, pipeline_name: str, data: Any) -> str:
        named = isinstance(data, DltSource) and "-".join(list(data.selected_resources)[:4])
        about = named or getattr(data, "name", None) or (get_callable_name(data) if callable(data) else "")
        name = f"{pipeline_name}.{about}" if about else pipeline_name
        self._names[name] = self._names.get(name, 0) + 1
        return name if self._names[name] == 1 else f"{name}-{self._names[name]}"

    def _run(self, pipeline: Pipeline, data: Any, pipeline_name: str | None, options: dict[str, Any]) -> None:
        from gristmill import progress

        # The task runs in another process than the one that read the dag, with folders of its own.
        task = pipeline.drop(pipeline_name) if pipeline_name else pipeline
        task.activate()
        if not pipeline.config.progress and self.log_progress_period > 0:
            task.collector = progress.log(self.log_progress_period)
        try:
            info = self._tried(lambda: task.run(data, **options))
            if self.save_load_info:
                task.run([info], table_name="_load_info", write_disposition="append")
            if self.save_trace_info:
                task.run([task.last_trace], table_name="_trace", write_disposition="append")
            if self.raises:
                info.raise_on_failed_jobs()
        finally:
            if self.wipe_local_data:
                task._dir.wipe()

    def _tried(self, work: Any) -> Any:
        if self.retry_policy is None:
            return work()
        for attempt in self.retry_policy:
            with attempt:
                return work()
        message = "the retry policy made no attempt"
        raise RuntimeError(message)
