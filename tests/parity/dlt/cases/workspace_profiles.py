"""A workspace: settings, working files and databases of each profile."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def run(dlt, tmp):
    told = []

    def where():
        context = dlt.current.run_context()
        here = str(tmp.resolve())
        folders = [context.run_dir, context.settings_dir, context.local_dir, context.data_dir, context.global_dir]
        told.append([context.name, *(folder.replace(here, "HERE") for folder in folders)])
        told.append([context.get_setting("x").replace(here, "HERE"), context.get_run_entity("y").replace(here, "HERE")])

    def reload():
        # dlt decides once where it is; gristmill looks each time.
        with contextlib.suppress(ImportError):
            from dlt.common.configuration.container import Container
            from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext

            Container()[PluggableRunContext] = PluggableRunContext()

    where()
    try:
        dlt.current.workspace()
    except Exception as error:
        told.append(type(error).__name__)
    settings = Path(".dlt")
    settings.mkdir()
    (settings / ".workspace").touch()
    (settings / "config.toml").write_text("[sources]\nlimit = 1\nname = 'all'\n")
    (settings / "prod.config.toml").write_text("[sources]\nlimit = 2\n")
    (settings / "dev.config.toml").write_text("[sources]\nlimit = 3\n")
    del os.environ["DLT_DATA_DIR"]
    reload()

    @dlt.resource
    def rows(limit: int = dlt.config.value, name: str = dlt.config.value):
        yield [{"name": name, "n": n} for n in range(limit)]

    def load(label):
        workspace = dlt.current.workspace()
        told.append([label, workspace.profile, workspace.default_profile, workspace.name == tmp.resolve().name])
        pipeline = dlt.pipeline(f"case_{label}", destination="duckdb", dataset_name="data")
        pipeline.run(rows())
        folder = Path(pipeline.working_dir).resolve()
        told.append([str(folder.relative_to(tmp.resolve())), pipeline.dataset()["rows"].fetchall()[-1][:2]])
        databases = [path.resolve().relative_to(tmp.resolve()) for path in tmp.rglob("*.duckdb")]
        told.append(sorted(str(path) for path in databases))

    try:
        load("first")
        os.environ["WORKSPACE__PROFILE"] = "prod"
        reload()
        load("named")
        del os.environ["WORKSPACE__PROFILE"]
        (settings / "profile-name").write_text("mine\n")
        reload()
        load("pinned")
        told.append(sorted(dlt.current.workspace().available_profiles()))
    finally:
        os.environ.pop("WORKSPACE__PROFILE", None)
    return told
