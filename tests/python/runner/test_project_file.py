"""What `dbt_project.yml` may leave open."""

from __future__ import annotations

import json

import pytest

from .conftest import PROJECT, Make


@pytest.mark.parametrize("section", ["models", "sources", "data_tests", "metrics", "flags", "dispatch", "quoting"])
def test_a_section_that_is_left_empty_says_nothing(section: str, project: Make) -> None:
    made = project({"dbt_project.yml": f"{PROJECT}{section}:\n", "models/a.sql": "select 1 as n"})
    assert made.statuses("run") == {"a": "success"}


def test_a_group_has_the_meta_of_its_own_entry(project: Make) -> None:
    made = project(
        {
            "dbt_project.yml": f"{PROJECT}models:\n  +meta: {{of: models}}\n",
            "models/groups.yml": "groups:\n  - name: finance\n    owner: {name: them}\n    config: {meta: {own: 1}}\n",
        }
    )
    assert made.invoke("parse").success
    manifest = json.loads((made.root / "target" / "manifest.json").read_text("utf-8"))
    assert manifest["groups"]["group.shop.finance"]["config"]["meta"] == {"own": 1}
