"""The steps of a run: when, how long, with what outcome. Kept as JSON in the working directory, without values."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gristmill.configuration.lookup import without_secrets
from gristmill.load_info import ExtractInfo, LoadInfo, NormalizeInfo, StepInfo, duration_text
from gristmill.moment import Moment
from gristmill.names import unique_id

Dict = dict[str, Any]


def execution_context() -> Dict:
    """Where a run takes place: Python, system, processors, and what surrounds the process."""
    from gristmill import _core

    around = {
        "docker": Path("/.dockerenv").exists(),
        "kubernetes": "KUBERNETES_SERVICE_HOST" in os.environ,
        "github_actions": "GITHUB_ACTIONS" in os.environ,
        "codespaces": "CODESPACES" in os.environ,
        "notebook": "ipykernel" in sys.modules,
        "airflow": "airflow" in sys.modules,
    }
    return {
        "ci_run": bool(os.environ.get("CI")),
        "python": platform.python_version(),
        "cpu": os.cpu_count(),
        "exec_info": [name for name, found in around.items() if found],
        "os": {"name": platform.system(), "version": platform.release()},
        "library": {"name": "gristmill", "version": _core.__version__},
        "run_context": {"name": "dlt"},
    }


@dataclass
class StepTrace:
    """One step."""

    span_id: str
    step: str
    started_at: Moment = Moment()
    finished_at: Moment = Moment(optional=True)
    step_info: StepInfo | None = None
    step_exception: str | None = None
    exception_traces: list[Dict] = field(default_factory=list[Dict])

    def asdict(self) -> Dict:
        """As nested data that can be loaded."""
        about: Dict = {
            "span_id": self.span_id,
            "step": self.step,
            "started_at": vars(self)["started_at"],
            "finished_at": vars(self)["finished_at"],
            "step_exception": self.step_exception,
            "exception_traces": self.exception_traces or None,
        }
        if self.step_info is not None:
            info = self.step_info.asdict()
            shared = ("pipeline", "loads_ids", "load_packages", "first_run", "started_at", "finished_at")
            about["step_info"] = {name: info.pop(name) for name in shared if name in info}
            about[f"{self.step}_info"] = info
        return about

    def asstr(self, verbosity: int = 0) -> str:
        """For people."""
        outcome = "FAILED" if self.step_exception else "COMPLETED"
        started, finished = vars(self)["started_at"], vars(self)["finished_at"]
        elapsed = duration_text(finished - started) if finished else "---"
        text = f"Step {self.step} {outcome} in {elapsed}."
        if self.step_exception:
            text += f"\nFailed due to: {self.step_exception}"
        if self.step_info is not None and (info := self.step_info.asstr(verbosity)):
            text += f"\n{info}"
        return text

    def __str__(self) -> str:
        return self.asstr()


PipelineStepTrace = StepTrace


@dataclass
class PipelineTrace:
    """All steps of the last run."""

    pipeline_name: str
    started_at: Moment = Moment()
    transaction_id: str = field(default_factory=unique_id)
    steps: list[StepTrace] = field(default_factory=list[StepTrace])
    finished_at: Moment = Moment(optional=True)
    execution_context: Dict = field(default_factory=execution_context)
    resolved_config_values: list[Dict] = field(default_factory=list[Dict])
    """Which settings were found, and where; never their values."""
    engine_version: int = 1

    def start(self, step: str) -> StepTrace:
        """Begin a step."""
        return StepTrace(unique_id(), step, dt.datetime.now(dt.UTC))

    def finish(self, step: StepTrace, info: StepInfo | None, error: BaseException | None) -> None:
        """End a step."""
        step.finished_at = self.finished_at = dt.datetime.now(dt.UTC)
        step.step_info = info
        if error is not None:
            step.step_exception = without_secrets(str(error))
            chain: BaseException | None = error
            while chain is not None:
                message = without_secrets(str(chain))
                step.exception_traces.append({"message": message, "exception_type": type(chain).__qualname__})
                chain = chain.__cause__
        self.steps.append(step)

    def last_pipeline_step_trace(self, step_name: str) -> StepTrace | None:
        """The last step of this name."""
        return next((s for s in reversed(self.steps) if s.step == step_name), None)

    def _info(self, step_name: str, kind: type[Any]) -> Any:
        step = self.last_pipeline_step_trace(step_name)
        return step.step_info if step is not None and isinstance(step.step_info, kind) else None

    @property
    def last_extract_info(self) -> ExtractInfo | None:
        """What the last `extract` did."""
        return self._info("extract", ExtractInfo)

    @property
    def last_normalize_info(self) -> NormalizeInfo | None:
        """What the last `normalize` did."""
        return self._info("normalize", NormalizeInfo)

    @property
    def last_load_info(self) -> LoadInfo | None:
        """What the last `load` did."""
        return self._info("load", LoadInfo)

    def asdict(self) -> Dict:
        """As nested data that can be loaded."""
        return {
            "transaction_id": self.transaction_id,
            "pipeline_name": self.pipeline_name,
            "execution_context": self.execution_context,
            "started_at": vars(self)["started_at"],
            "steps": [s.asdict() for s in self.steps if s.step != "run" or s.step_exception],
            "finished_at": vars(self)["finished_at"],
            "resolved_config_values": self.resolved_config_values,
            "engine_version": self.engine_version,
        }

    def asstr(self, verbosity: int = 0) -> str:
        """For people."""
        outcome = "FAILED" if self.steps and self.steps[-1].step_exception else "COMPLETED"
        started, finished = vars(self)["started_at"], vars(self)["finished_at"]
        elapsed = duration_text(finished - started) if finished else "---"
        text = f"Run started at {started} and {outcome} in {elapsed} with {len(self.steps)} steps."
        return "\n".join([text, "\n\n".join(step.asstr(verbosity) for step in self.steps)])

    def __str__(self) -> str:
        return self.asstr()

    def _repr_html_(self) -> str:
        """The steps, for notebooks."""
        from gristmill.dataset.html import headed, table_of_rows

        rows = [
            (
                step.step,
                "failed" if step.step_exception else "ok",
                str((step.finished_at or step.started_at) - step.started_at),
            )
            for step in self.steps
        ]
        return headed(
            f"Trace of {self.pipeline_name}",
            str(vars(self)["started_at"]),
            table_of_rows(["step", "", "took"], rows, 50),
        )
