"""Each step of a run leaves a trace, and what fails in it is raised as `PipelineStepFailed`."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING

from gristmill import context
from gristmill.exceptions import PipelineStepFailed
from gristmill.pipeline.extraction import CoreFailed
from gristmill.pipeline.trace import PipelineTrace

if TYPE_CHECKING:
    from collections.abc import Generator

    from gristmill.load_info import StepInfo
    from gristmill.pipeline.kept import KeptPipeline


class Running:
    """A step that runs; it leaves its outcome here."""

    info: StepInfo | None = None


@contextlib.contextmanager
def traced(pipeline: KeptPipeline, name: str) -> Generator[Running]:
    """Trace a step, and raise what fails as `PipelineStepFailed`."""
    outermost = pipeline._running is None
    trace = pipeline._running = pipeline._running or PipelineTrace(pipeline.pipeline_name, dt.datetime.now(dt.UTC))
    pipeline._current_load_id = None
    step = trace.start(name)
    running = Running()
    if outermost:
        pipeline.collector.on_start_trace(trace, name, pipeline)
    pipeline.collector.on_start_trace_step(trace, name, pipeline)
    failed: BaseException | None = None
    try:
        with context.using(context.resolved, trace.resolved_config_values):
            yield running
    except PipelineStepFailed as error:
        failed = error
        raise
    except CoreFailed as error:
        failed = PipelineStepFailed(pipeline, "normalize", pipeline._current_load_id, error.error)
        raise failed from error.error
    except KeyboardInterrupt as error:
        failed = error
        if outermost and not error.args:
            kept = (
                " and the data waits for the next run" if pipeline.has_pending_data else ", and nothing of it is kept"
            )
            error.args = (
                f"pipeline `{pipeline.pipeline_name}` was interrupted in step `{trace.steps[-1].step}`{kept}",
            )
        raise
    except Exception as error:
        failed_step = name if name != "run" else "load"
        failed = PipelineStepFailed(pipeline, failed_step, pipeline._current_load_id, error, running.info)
        raise failed from error
    finally:
        trace.finish(step, running.info, failed)
        pipeline.collector.on_end_trace_step(trace, step, pipeline, running.info, send_state=False)
        if outermost:
            pipeline._running = None
            pipeline._keep_trace(trace, failed)
            pipeline.collector.on_end_trace(trace, pipeline, send_state=False)
