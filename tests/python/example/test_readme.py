"""What the README shows runs as shown."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from .conftest import ROOT, Project
from .test_sample import make_sample

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_blocks_run_one_after_the_other(project: Project) -> None:
    make_sample(project.folder / "sample")
    assert project.run("up", "--project-dir", "models").returncode == 0
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert len(blocks) == 2
    outcome = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)],
        cwd=project.folder.parent,
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert "1 load package(s) were loaded to destination duckdb and into dataset amazon_raw" in outcome.stdout
    assert "model.amazon.category_performance success" in outcome.stdout


def test_commands_exist(project: Project) -> None:
    listed = re.search(r"gristmill (run\S*(?: \S+)?)\s+#", README)
    assert listed is not None
    for command in listed.group(1).split("|"):
        outcome = project.run(*command.split(), "--help")
        assert outcome.returncode == 0, f"{command}: {outcome.stderr}"
        assert "--project-dir" in outcome.stdout, command


def test_files_that_are_named_exist() -> None:
    for name in re.findall(r"`((?:models|docs|src|\.github)/[\w./-]*|[A-Z]\w+(?:\.md)?)`", README):
        assert Path(ROOT, name).exists() or name == "Dockerfile", name
