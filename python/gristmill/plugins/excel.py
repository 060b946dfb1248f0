"""`excel`: sources are sheets of workbooks, and models are stored as sheets of one workbook.

    plugins:
      - module: excel
        config:
          output: {file: report.xlsx, header_styling: false}

A source says `plugin: excel`, `external_location: "data/{name}.xlsx"` and, where it is not the first one, `sheet_name:`.
A model is `external` with `plugin: excel`; `overrides:` in its config changes what `output:` says for its sheet.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from gristmill.plugins import BasePlugin
from gristmill.plugins.frames import target_to_df

if TYPE_CHECKING:
    from gristmill.plugins.records import SourceConfig, TargetConfig

SHEET_NAME_MAX = 31
_TO_EXCEL = {
    "na_rep": "",
    "float_format": None,
    "header": True,
    "index": True,
    "merge_cells": True,
    "inf_rep": "inf",
}


class Plugin(BasePlugin):
    """Reads sheets by pandas, and writes them into the workbook that `output.file` names, which is closed at the end."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Take the settings; the workbook is opened when the first model is stored."""
        self._output: dict[str, Any] = plugin_config.get("output") or {}
        self._writer: Any = None
        # Models are stored from several threads, and a workbook is written by one at a time.
        self._lock = Lock()

    def load(self, source_config: SourceConfig) -> Any:
        """Read one sheet."""
        import pandas as pd

        location = source_config["external_location"].format(**source_config.as_dict())
        place = location if "://" in location else Path(location.strip("'"))
        return pd.read_excel(place, sheet_name=source_config.get("sheet_name", 0))

    def store(self, target_config: TargetConfig) -> None:
        """Write the model as a sheet, named as the model where nothing else is said."""
        if "file" not in self._output:
            message = "the plugin `excel` stores into the workbook that its config names as `output: {file: ...}`"
            raise ValueError(message)
        settings = {**self._output, **(target_config.config.get("overrides") or {})}
        sheet = settings.get("sheet_name") or (target_config.relation.identifier or "Sheet1")[:SHEET_NAME_MAX]
        frame = target_to_df(target_config)
        if settings.get("skip_empty_sheet", False) and _is_empty(frame, target_config):
            return
        with self._lock:
            self._write(frame, sheet, settings)
            if not settings.get("lazy_close", True):
                self._close()

    def close(self) -> None:
        """Finish the workbook."""
        with self._lock:
            self._close()

    def _write(self, frame: Any, sheet: str, settings: dict[str, Any]) -> None:
        import pandas as pd

        arguments = {name: settings.get(name, default) for name, default in _TO_EXCEL.items()}
        try:
            frame.to_excel(self._opened(), sheet_name=sheet, **arguments)
        except ValueError as error:
            if not (str(error).startswith("This sheet is too large") and settings.get("ignore_sheet_too_large")):
                raise
            told = pd.DataFrame([{"Error": settings.get("ignore_sheet_too_large_error", str(error))}])
            told.to_excel(self._opened(), sheet_name=sheet, index=False)

    def _opened(self) -> Any:
        import pandas as pd

        if self._writer is None:
            self._writer = pd.ExcelWriter(
                self._output["file"],
                mode=self._output.get("mode", "w"),
                engine=self._output.get("engine", "xlsxwriter"),
                engine_kwargs=self._output.get("engine_kwargs", {}),
                date_format=self._output.get("date_format"),
                datetime_format=self._output.get("datetime_format"),
            )
            if not self._output.get("header_styling", True):
                from pandas.io.formats import excel

                excel.ExcelFormatter.header_style = None  # pyright: ignore[reportAttributeAccessIssue]
        return self._writer

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


# Columns that stand in the path of a file (`day=2024-01-01/`) are no data of its rows.
def _is_empty(frame: Any, target_config: TargetConfig) -> bool:
    path = target_config.location.path if target_config.location else ""
    partitions = [part.partition("=")[0] for part in path.split("/") if "=" in part]
    rows = frame.drop(columns=partitions)
    return not bool(rows.notna().any(axis=1).any())
