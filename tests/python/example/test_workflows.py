"""The workflows are valid, and do what the README says they do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_valid_by_the_published_schema(path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def load(name: str) -> dict[Any, Any]:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())


def test_the_schema_check_can_fail(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("on: push\njobs:\n  a:\n    steps: [{uses: 3}]\n")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(broken)]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_what_starts_them() -> None:
    # YAML 1.1 reads the key `on` as a boolean.
    assert set(load("data-pipeline.yml")[True]) >= {"push", "pull_request", "schedule"}
    assert load("dbt-tests.yml")[True]["pull_request"]["paths"][0] == "models/**"
    assert load("wheels.yml")[True]["push"]["tags"] == ["v*"]


def test_secrets_come_from_the_platform_alone() -> None:
    for path in WORKFLOWS:
        for line in path.read_text().splitlines():
            if "secret" in line.lower():
                assert "${{" in line and "secrets." in line, f"{path.name}: {line.strip()}"
