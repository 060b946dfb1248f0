"""gristmill leaves what the real dbt left when the golden files were recorded."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from .cases import HERE, Case, all_cases
from .compare import differences
from .observe import observe


def parameters() -> list[object]:
    """The cases; one with a known, listed difference is expected to fail, and to fail loudly when it no longer does."""
    return [
        pytest.param(case, id=case.name, marks=[pytest.mark.xfail(reason=case.xfail)] if case.xfail else [])
        for case in all_cases()
    ]


@pytest.mark.parametrize("case", parameters())
def test_case(case: Case, tmp_path: Path) -> None:
    """Run the case and compare it with its golden file."""
    golden = json.loads((HERE / "golden" / f"{case.name}.json").read_text("utf-8"))
    observed = observe(case.small(), [sys.executable, "-m", "gristmill"], tmp_path, is_peer=False)
    differing = differences({key: golden[key] for key in ("steps", "manifest")}, json.loads(json.dumps(observed)))
    said = "\n".join(step["output"][-2000:] for step in observed["steps"])
    assert not differing, "\n".join(differing[:30]) + "\n\n" + said
