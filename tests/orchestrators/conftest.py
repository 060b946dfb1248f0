"""A small shop, and the executable as an orchestrator finds it: linked as `dbt`."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

FILES = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\nflags: {send_anonymous_usage_stats: false}\n",
    "profiles.yml": "shop:\n  target: dev\n  outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 2}}\n",
    "seeds/raw_orders.csv": "id,customer\n1,ada\n2,bob\n",
    "models/orders.sql": "{{ config(materialized='table', tags=['daily']) }} select * from {{ ref('raw_orders') }}",
    "models/customers.sql": "select customer, count(*) as orders from {{ ref('orders') }} group by customer",
    "models/schema.yml": """\
sources:
  - name: crm
    schema: main
    tables: [{name: raw_orders}]
models:
  - name: orders
    description: one row an order
    columns:
      - name: id
        data_tests: [unique, not_null]
      - name: customer
        data_tests:
          - accepted_values: {arguments: {values: [ada]}, config: {severity: warn}}
""",
    "snapshots/history.sql": "{% snapshot history %}{{ config(unique_key='id', strategy='check', check_cols='all') }}"
    " select * from {{ ref('orders') }}{% endsnapshot %}",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The folder of the project."""
    root = tmp_path / "shop"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@pytest.fixture
def executable(tmp_path: Path) -> Path:
    """`dbt`, which is gristmill."""
    path = tmp_path / "bin" / "dbt"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gristmill "$@"\n', "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DBT_")]:
        monkeypatch.delenv(name)
