"""`python -m gristmill.dbt` prints the folder that makes `import dbt` mean gristmill, for `PYTHONPATH`."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.stdout.write(f"{Path(__file__).parents[1] / 'as_dbt'}\n")
