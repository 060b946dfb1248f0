"""gristmill, as a user writes it."""

from __future__ import annotations

import importlib
from typing import Any

from tests.bench.contenders import asked, pipeline


def main() -> None:
    importlib.import_module("duckdb")  # The floor imports it before its mark, too.

    import gristmill as dlt
    from gristmill.sources.filesystem import filesystem, read_csv, read_jsonl

    what = asked()

    def read(name: str) -> Any:
        return filesystem(str(what.inputs), file_glob=name) | (read_csv() if name.endswith("csv") else read_jsonl())

    pipeline.run(dlt, what, read)


if __name__ == "__main__":
    main()
