"""`dbtRunner` gives what dbt's gave when the golden file was recorded."""

from __future__ import annotations

import json
import sys

from .__main__ import GOLDEN, differing, observed


def test_dbt_runner_gives_what_dbts_does() -> None:
    """Types, fields and values of every command's result, and the classes of every exception."""
    different = differing(json.loads(GOLDEN.read_text("utf-8")), observed(sys.executable, "gristmill"))
    assert not different, "\n".join(different)
