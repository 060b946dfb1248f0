"""The packages of a pipeline: those that wait, those that were set aside, those that were loaded last."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill import typed_json
from gristmill.exceptions import LoadPackageNotFound
from gristmill.load_info import Job, LoadPackageInfo
from gristmill.pipeline.kept import KeptPipeline
from gristmill.pipeline.state import default_state
from gristmill.pipeline.sync import take_newer
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator

Dict = dict[str, Any]
DELIVERED_STATE = "delivered_state.json"


def carried_state(package: Dict) -> str | None:
    """The text of the state that travels with a package, None when none does."""
    try:
        return (Path(package["path"]) / "state.json").read_text("utf-8")
    except OSError:
        return None


class PipelinePackages(KeptPipeline):
    """What a pipeline knows of its packages."""

    def list_extracted_load_packages(self) -> list[str]:
        """Packages that `normalize` did not tell of yet; the work itself was done while they were extracted."""
        return [package["load_id"] for package in self._pending() if package["load_id"] in self._extracted]

    def list_extracted_resources(self) -> list[str]:
        """The tables of those packages, as `<load id>/<table>`."""
        waiting = [package for package in self._pending() if package["load_id"] in self._extracted]
        return sorted(f"{package['load_id']}/{table}" for package in waiting for table in package["rows"])

    def list_normalized_load_packages(self) -> list[str]:
        """Packages that wait to be loaded."""
        return [package["load_id"] for package in self._pending() if package["load_id"] not in self._extracted]

    def list_completed_load_packages(self) -> list[str]:
        """Packages of the last load, and those that were set aside."""
        info = None if self.last_trace is None else self.last_trace.last_load_info
        loaded = [] if info is None else list(info.loads_ids)
        return sorted({*loaded, *(path.name for path in self._set_aside_folders())})

    def get_load_package_info(self, load_id: str) -> LoadPackageInfo:
        """A package that waits, was set aside, or was loaded last. Raises `LoadPackageNotFound`."""
        for package in self._pending():
            if package["load_id"] == load_id:
                schema = self._schema_of(Path(package["path"]), package["schema_name"])
                info = LoadPackageInfo(load_id, package["path"], "normalized", schema)
                info.jobs["new_jobs"] = [
                    Job(name, f"{index:010x}", int(rows), "new_jobs", package["path"])
                    for index, (name, rows) in enumerate(package["rows"].items())
                ]
                return info
        for folder in self._set_aside_folders():
            if folder.name == load_id:
                return self._set_aside_info(folder)
        last = None if self.last_trace is None else self.last_trace.last_load_info
        for info in [] if last is None else last.load_packages:
            if info.load_id == load_id:
                return info
        raise LoadPackageNotFound(self.pipeline_name, load_id)

    def get_load_package_state(self, load_id: str) -> Dict:
        """The pipeline's state that travels with a package, empty when none does."""
        text = carried_state({"path": self.get_load_package_info(load_id).package_path})
        return {} if text is None else typed_json.loads(text)

    def list_failed_jobs_in_package(self, load_id: str) -> list[Job]:
        """The tables that could not be loaded, with the reason."""
        return self.get_load_package_info(load_id).jobs["failed_jobs"]

    def list_pending_retry_jobs_in_package(self, load_id: str) -> list[tuple[str, str]]:
        """Jobs that wait to be tried again: none, packages load whole."""
        self.get_load_package_info(load_id)
        return []

    def drop_pending_packages(self, with_partial_loads: bool = True) -> None:
        """Throw away what waits to be loaded."""
        del with_partial_loads
        with self._locked():
            for package in self._pending():
                shutil.rmtree(package["path"])

    def abort_packages(self, load_id: str | None = None, dry_run: bool = False) -> list[str]:
        """Set aside what waits to be loaded, from `load_id` on; the state goes back to what the destination holds.

        Gives the ids of the packages; with `dry_run` nothing else is done.
        """
        from gristmill import _core

        with self._locked():
            waiting = self._pending()
            ids = [package["load_id"] for package in waiting]
            if load_id is not None and load_id not in ids:
                raise LoadPackageNotFound(self.pipeline_name, load_id)
            chosen = waiting[0 if load_id is None else ids.index(load_id) :]
            if chosen and not dry_run:
                for package in chosen:
                    _core.set_package_aside(package["path"], "it was aborted by hand")
                self._forget_failed()
        return [package["load_id"] for package in chosen]

    def _forget_failed(self) -> None:
        # The state goes back to what the destination holds, so that what was set aside is read again from the source.
        state = default_state()
        kept = {k: v for k, v in self._read_state()["_local"].items() if not k.startswith("_last_extracted")}
        self.default_schema_name = None
        self.first_run = True
        self._dir.clear_schemas()
        self._props_to_state(state, [])
        if (delivered := self._dir.read_bytes(DELIVERED_STATE)) is not None:
            state = {**typed_json.loads(delivered.decode()), "_local": {**kept, "first_run": False}}
            self._restore_props(state)
        else:
            state["_local"] = {**kept, "first_run": True}
        self._dir.write_state(state)
        take_newer(self)

    def _set_aside_folders(self) -> Iterator[Path]:
        if self._dir.failed.is_dir():
            yield from sorted(path for path in self._dir.failed.iterdir() if path.is_dir())

    def _set_aside_info(self, folder: Path) -> LoadPackageInfo:
        manifest: Dict = _read(folder / "manifest.json")
        error: Dict = _read(folder / "error.json")
        info = LoadPackageInfo(
            folder.name, str(folder), "aborted", self._schema_of(folder, manifest.get("schema_name"))
        )
        info.completed_at = dt.datetime.fromtimestamp(folder.stat().st_mtime, dt.UTC)
        message = error.get("message") or "the reason was not kept"
        info.jobs["failed_jobs"] = [
            Job(name, f"{index:010x}", int(table.get("rows") or 0), "failed_jobs", str(folder), failed_message=message)
            for index, (name, table) in enumerate((manifest.get("tables") or {"_dlt_pipeline_state": {}}).items())
        ]
        return info

    def _schema_of(self, folder: Path, name: str | None) -> Schema:
        stored = _read(folder / "schema.json")
        if stored:
            return Schema.from_dict(stored)
        known = self._dir.read_schema(name) if name else None
        return known or Schema(name or self.default_schema_name or "unknown")


def _read(path: Path) -> Dict:
    try:
        found: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found
