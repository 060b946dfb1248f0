"""`dlt.dbt.package(pipeline, "models").run_all()`: run a dbt project on a pipeline's dataset, with gristmill's own runner."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.common.runners.venv import Venv
from gristmill.dbt import RunResult, dbtRunner
from gristmill.exceptions import DltException

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gristmill.pipeline.pipeline import Pipeline

PROFILE = "gristmill_pipeline"


class DBTProcessingError(DltException):
    """A command of a dbt project failed; `run_results` tell which nodes, `dbt_results` is the runner's own result."""

    kind = "dbt"

    def __init__(self, command: str, run_results: Sequence[RunResult], dbt_results: Any) -> None:
        self.command = command
        self.run_results = list(run_results)
        self.dbt_results = dbt_results
        failed = [r for r in run_results if str(r.status) in ("error", "fail", "runtime error")]
        told = "\n".join(f"  {r.node.unique_id}: {r.message or r.status}" for r in failed)
        reason = told or f"  {dbt_results.exception}"
        super().__init__(f"`{command}` failed\n{reason}")


class PrerequisitesException(DltException):
    """The tests that guard a package failed."""


class DBTPackageRunner:
    """Runs the commands of one dbt project; its target is the database of the pipeline."""

    def __init__(
        self,
        pipeline: Pipeline,
        package_location: str,
        package_repository_branch: str | None = None,
        auto_full_refresh_when_out_of_sync: bool = True,
    ) -> None:
        self.pipeline = pipeline
        self.package_path = _package(pipeline, package_location, package_repository_branch)
        self.source_dataset_name = pipeline._normalized_dataset()
        self._refreshes = auto_full_refresh_when_out_of_sync

    def run_all(
        self,
        run_params: Sequence[str] = ("--fail-fast",),
        additional_vars: dict[str, Any] | None = None,
        source_tests_selector: str | None = None,
        destination_dataset_name: str | None = None,
    ) -> list[RunResult]:
        """Seed, run the source tests if a selector names them, and run all models. Gives what was run."""
        self._command("seed", (), additional_vars, destination_dataset_name)
        if source_tests_selector:
            self.test(["-s", source_tests_selector], additional_vars, destination_dataset_name)
        return self.run(run_params, additional_vars, destination_dataset_name)

    def run(
        self,
        cmd_params: Sequence[str] = ("--fail-fast",),
        additional_vars: dict[str, Any] | None = None,
        destination_dataset_name: str | None = None,
    ) -> list[RunResult]:
        """Run models; when an incremental one is out of step with its table, once more with `--full-refresh`."""
        try:
            return self._command("run", cmd_params, additional_vars, destination_dataset_name)
        except DBTProcessingError as error:
            out_of_sync = any("out of sync" in str(r.message or "") for r in error.run_results)
            if not (out_of_sync and self._refreshes):
                raise
        return self._command("run", [*cmd_params, "--full-refresh"], additional_vars, destination_dataset_name)

    def test(
        self,
        cmd_params: Sequence[str] | None = None,
        additional_vars: dict[str, Any] | None = None,
        destination_dataset_name: str | None = None,
    ) -> list[RunResult]:
        """Run tests."""
        return self._command("test", cmd_params or (), additional_vars, destination_dataset_name)

    def _command(
        self, command: str, params: Sequence[str], additional_vars: dict[str, Any] | None, dataset: str | None
    ) -> list[RunResult]:
        variables = {"source_dataset_name": self.source_dataset_name, **(additional_vars or {})}
        if dataset:
            variables["destination_dataset_name"] = dataset
        with tempfile.TemporaryDirectory() as profiles:
            self._write_profile(Path(profiles), dataset or self.source_dataset_name)
            where = ["--project-dir", str(self.package_path), "--profiles-dir", profiles, "--profile", PROFILE]
            done = dbtRunner().invoke([command, *where, "--vars", json.dumps(variables), *params])
        results = [entry for entry in done.result or () if isinstance(entry, RunResult)]
        if not done.success:
            raise DBTProcessingError(command, results, done)
        return results

    def _write_profile(self, folder: Path, dataset: str) -> None:
        from gristmill.destinations.duckdb import duckdb

        place = self.pipeline._required_destination("dbt")
        if not isinstance(place, duckdb):
            message = f"a dbt project runs on DuckDB, and the pipeline's destination is `{place.destination_name}`"
            raise DltException(message)
        path = place.location(self.pipeline.pipeline_name, self.pipeline.working_dir)
        output = {"type": "duckdb", "path": str(Path(path).absolute()), "schema": dataset, "threads": 4}
        # JSON is YAML too.
        text = json.dumps({PROFILE: {"target": "pipeline", "outputs": {"pipeline": output}}})
        (folder / "profiles.yml").write_text(text, "utf-8")


def package(
    pipeline: Pipeline,
    package_location: str,
    package_repository_branch: str | None = None,
    package_repository_ssh_key: Any = "",
    auto_full_refresh_when_out_of_sync: bool = True,
    venv: Any = None,
) -> DBTPackageRunner:
    """A runner for the dbt project in a folder, or in a repository of git that is cloned into the working directory.

    No environment is needed: the project is run in this process. `venv` is taken and not used.
    """
    del package_repository_ssh_key, venv
    return DBTPackageRunner(pipeline, package_location, package_repository_branch, auto_full_refresh_when_out_of_sync)


def get_venv(pipeline: Pipeline, venv_path: str = "dbt", dbt_version: str = ">=1.7,<2") -> Venv:
    """The environment that runs this: dbt needs none of its own."""
    del pipeline, venv_path, dbt_version
    return Venv.restore_current()


def _package(pipeline: Pipeline, location: str, branch: str | None) -> Path:
    folder = Path(location)
    if folder.is_dir():
        return folder.absolute()
    if "://" not in location and "@" not in location:
        message = f"there is no folder `{location}`"
        raise DltException(message, hint="name the folder that holds `dbt_project.yml`, or the address of a repository")
    target = Path(pipeline.working_dir) / location.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")
    command = ["git", "-C", str(target), "pull", "--quiet"]
    if not target.is_dir():
        command = ["git", "clone", "--quiet", *(["--branch", branch] if branch else []), location, str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        message = f"the repository of the dbt project cannot be read: {done.stderr.strip()}"
        raise DltException(message)
    return target
