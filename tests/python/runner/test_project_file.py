"""What `dbt_project.yml` may leave open."""

from __future__ import annotations

import pytest

from .conftest import PROJECT, Make


@pytest.mark.parametrize("section", ["models", "sources", "data_tests", "metrics", "flags", "dispatch", "quoting"])
def test_a_section_that_is_left_empty_says_nothing(section: str, project: Make) -> None:
    made = project({"dbt_project.yml": f"{PROJECT}{section}:\n", "models/a.sql": "select 1 as n"})
    assert made.statuses("run") == {"a": "success"}
