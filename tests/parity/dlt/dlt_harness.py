"""Where the cases and their golden files are, and how one is run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.py"))


def run_case(peer: str, case: Path, work_dir: Path, python: str = sys.executable) -> dict[str, Any]:
    """Run a case in a process of its own."""
    target = work_dir / "result.json"
    work_dir.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [python, str(HERE / "run_case.py"), peer, str(case), str(work_dir / "work"), str(target)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{case.stem} under {peer} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    outcome = json.loads(target.read_text("utf-8"))
    peers = outcome.pop("peers")
    return {"peers": peers, "outcome": outcome}


def differences(expected: Any, found: Any, at: str = "") -> list[str]:
    """Where two outcomes differ, each with its path."""
    if isinstance(expected, dict) and isinstance(found, dict):
        lines: list[str] = []
        for key in sorted({*expected, *found}):
            if key not in expected:
                lines.append(f"{at}.{key}: only gristmill has it: {str(found[key])[:200]}")
            elif key not in found:
                lines.append(f"{at}.{key}: only dlt has it: {str(expected[key])[:200]}")
            else:
                lines += differences(expected[key], found[key], f"{at}.{key}")
        return lines
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [
            line
            for i, pair in enumerate(zip(expected, found, strict=True))
            for line in differences(*pair, f"{at}[{i}]")
        ]
    return [] if expected == found else [f"{at}: dlt {str(expected)[:300]} / gristmill {str(found)[:300]}"]
