"""External models, functions that give tables, and sources that are files, beyond what parity with dbt tells."""

from __future__ import annotations

from pathlib import Path

from .conftest import Make

EXTERNAL = "{{ config(materialized='external', location='out/a.csv') }} "


def test_places_are_meant_from_the_project_wherever_the_command_is_given(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": EXTERNAL + "select 1 as id",
            "models/b.sql": "{{ config(materialized='table') }} select * from {{ ref('a') }}",
            "models/c.sql": "{{ config(materialized='table') }} select * from 'data/given.csv'",
            "models/d.sql": "{{ config(materialized='table') }} select * from {{ source('files', 'given') }}",
            "models/s.yml": (
                "sources:\n  - name: files\n    config: {external_location: 'data/{name}.csv'}\n"
                "    tables: [{name: given}]\n"
            ),
            "data/given.csv": "id\n5\n",
            "out/README.md": "files of external models\n",
        }
    )
    assert Path.cwd() != shop.root
    assert set(shop.statuses("build").values()) == {"success"}
    assert (shop.root / "out" / "a.csv").read_text("utf-8").splitlines() == ["id", "1"]
    assert shop.rows("from b union all from c union all from d order by 1") == [(1,), (5,), (5,)]


def test_a_model_may_read_the_file_that_it_replaces(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": (
                EXTERNAL + "select 1 as id {% if location_exists('out/a.csv') %}"
                " union all select max(id) + 1 from 'out/a.csv' {% endif %}"
            ),
            "out/README.md": "files of external models\n",
        }
    )
    assert shop.statuses("run") == {"a": "success"}
    assert shop.statuses("run") == {"a": "success"}
    assert (shop.root / "out" / "a.csv").read_text("utf-8").splitlines() == ["id", "1", "2"]


def test_what_fails_leaves_neither_tables_nor_another_view(project: Make) -> None:
    shop = project({"models/a.sql": EXTERNAL + "select 1 as id", "out/README.md": "files\n"})
    assert shop.statuses("run") == {"a": "success"}
    shop.add({"models/a.sql": EXTERNAL.replace("out/", "nowhere/") + "select 2 as id"})
    result = shop.invoke("run")
    assert not result.success
    assert "nowhere/a.csv" in str(result.result[0].message)
    assert "models/a.sql" in str(result.result[0].message)
    assert shop.rows("select table_name from information_schema.tables") == [("a",)]


def test_glue_is_refused_by_name(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": "{{ config(materialized='external', location='out/a.parquet', glue_register=true) }} select 1 as id",
            "out/README.md": "files\n",
        }
    )
    result = shop.invoke("run")
    assert "AWS Glue" in str(result.result[0].message)
    assert "remove `glue_register`" in str(result.result[0].message)


def test_a_place_that_names_nothing_tells_what_it_may_name(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": "select * from {{ source('files', 'given') }}",
            "models/s.yml": (
                "sources:\n  - name: files\n    config: {external_location: 'data/{nmae}.csv'}\n"
                "    tables: [{name: given}]\n"
            ),
        }
    )
    message = str(shop.invoke("run").result[0].message)
    assert "the `external_location` of `files.given`" in message
    assert "`name`" in message
    assert "models/s.yml" in message


def test_an_own_materialization_takes_rows_of_python(project: Make) -> None:
    shop = project(
        {
            "macros/m.sql": (
                "{% materialization kept, default, supported_languages=['sql', 'python'] %}"
                "{% set target = this.incorporate(type='table') %}"
                "{% call statement('main', language=model.language) %}"
                "{{ create_table_as(False, target, compiled_code, model.language) }}{% endcall %}"
                "{{ return({'relations': [target]}) }}{% endmaterialization %}"
            ),
            "models/a.py": "def model(dbt, session):\n    dbt.config(materialized='kept')\n    return session.sql('select 7 as n')\n",
        }
    )
    assert shop.statuses("run") == {"a": "success"}
    assert shop.rows("from a") == [(7,)]
