"""A convention of one's own, in a module: it extends one of dlt's."""

from __future__ import annotations

import os
import sys


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    (tmp / "loud_naming.py").write_text(
        "from dlt.common.normalizers.naming.snake_case import NamingConvention as SnakeCase\n"
        "class NamingConvention(SnakeCase):\n"
        "    def normalize_identifier(self, identifier):\n"
        "        return super().normalize_identifier(identifier).replace('key', 'token')\n"
        "    @property\n"
        "    def is_case_sensitive(self):\n"
        "        return False\n"
    )
    sys.path.insert(0, str(tmp))
    os.environ["SCHEMA__NAMING"] = "loud_naming"
    try:
        pipeline.run([{"Key": 1, "list": [{"x": {"y": 1}}]}], table_name="rows")
        return pipeline.default_schema.naming.normalize_identifier("OtherKey")
    finally:
        del os.environ["SCHEMA__NAMING"]
        sys.path.remove(str(tmp))
