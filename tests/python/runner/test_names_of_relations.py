"""Which relation a name means: in another case, and where the project leaves names unquoted."""

from __future__ import annotations

from .conftest import PROJECT, Make

UNQUOTED = PROJECT + "quoting: {database: false, schema: false, identifier: false}\n"


def test_a_name_in_another_case_is_the_same_relation(project: Make) -> None:
    made = project({"models/a.sql": "{{ config(materialized='table', alias='Orders') }}select 1 as n"})
    assert made.invoke("run").success
    asks = "{% if execute %}{{ adapter.get_relation(database, schema, 'ORDERS').identifier }}{% endif %}"
    made.add(
        {
            "models/a.sql": "{{ config(materialized='table', alias='orders') }}select 2 as n",
            "models/b.sql": f"{{{{ config(materialized='table') }}}}-- depends_on: {{{{ ref('a') }}}}\nselect '{asks}' as name",
        }
    )
    assert made.invoke("run").success
    assert made.rows("select n from ORDERS") == [(2,)]
    assert [name.lower() for (name,) in made.rows("select name from b")] == ["orders"]


def test_models_may_have_any_name_without_quoting(project: Make) -> None:
    made = project(
        {
            "dbt_project.yml": UNQUOTED,
            "models/order.sql": "{{ config(materialized='table') }}select 1 as n",
            "models/Told.sql": "{{ config(materialized='table') }}select '{{ this }}' as name",
        }
    )
    for _ in range(2):
        assert made.invoke("run").success
    assert made.rows('select n from "order"') == [(1,)]
    assert [name.split(".")[1:] for (name,) in made.rows("select name from told")] == [["main", "Told"]]
