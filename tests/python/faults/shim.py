"""The library that does harm at a call, and a process that is started with it."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "calls.c"
ROOT = Path(__file__).parents[3]
AVAILABLE = sys.platform == "linux" and shutil.which("cc") is not None


def built(folder: Path) -> Path:
    """Compile it."""
    library = folder / "calls.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"], check=True)
    return library


def arm(*, kill: int = -1, full: int = -1) -> None:
    """Begin to count; harm comes at the call of that number."""
    ctypes.CDLL(None).faults_arm(ctypes.c_long(kill), ctypes.c_long(full))


def lift() -> int:
    """End it; tells how many calls there were."""
    return int(ctypes.CDLL(None).faults_lift())


def shift_clock(days: int) -> None:
    """Set the clock of the day, for this process."""
    ctypes.CDLL(None).faults_shift_clock(ctypes.c_long(days * 86_400))


def under(library: Path, module: str, arguments: dict[str, Any]) -> Any:
    """Run a module of this folder with the library loaded first; it is given and gives JSON."""
    told = subprocess.run(
        [sys.executable, "-m", f"tests.python.faults.{module}", json.dumps(arguments)],
        env={**os.environ, "LD_PRELOAD": str(library), "RUNTIME__DLTHUB_TELEMETRY": "false"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.splitlines()[-1])
