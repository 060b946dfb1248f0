"""Conditions for those who run a pipeline again when it failed, for instance with `tenacity`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gristmill.exceptions import PipelineStepFailed, TerminalException

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["retry_load", "retry_schema_update"]


def retry_load(retry_on_pipeline_steps: Sequence[str] = ("load",)) -> Callable[[BaseException], bool]:
    """A condition for `tenacity.retry_if_exception`: whether a run that ended with this error may go well another time.

    Errors of other steps than `retry_on_pipeline_steps` do not go away, nor do terminal ones: a missing setting, a wrong
    statement, a package that was set aside.

    >>> retry_load()(ConnectionError("the server is away"))
    True
    """

    def may_go_well(error: BaseException) -> bool:
        if isinstance(error, PipelineStepFailed) and error.step not in retry_on_pipeline_steps:
            return False
        return not isinstance(error, TerminalException) and not isinstance(error.__context__, TerminalException)

    return may_go_well


def retry_schema_update() -> Callable[[BaseException], bool]:
    """A condition for `tenacity.retry_if_exception`: whether a load failed because another changed the same tables.

    The tables and columns that a load adds are part of its transaction, so nothing of a load that failed is left, and it may be
    done again.

    >>> retry_schema_update()(ValueError("something else"))
    False
    """

    def overtaken(error: BaseException) -> bool:
        chain: BaseException | None = error
        while chain is not None:
            # DuckDB's words for it, which come with errors of the core and with those of a SQL client.
            if "write-write conflict" in str(chain).lower():
                return True
            chain = chain.__cause__ or chain.__context__
        return False

    return overtaken
