"""Pages that nothing in Python looks at stay bytes, those of parents and of their children too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import gristmill as dlt
from gristmill.exceptions import PipelineStepFailed
from gristmill.sources.helpers.rest_client.fetched import FetchedPage
from gristmill.sources.rest_api import rest_api_source
from tests.parity.dlt.api import Request, api

Answer = Callable[[Request], Any]
ENDPOINT = {"paginator": "single_page", "data_selector": "$"}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages whose rows became Python objects."""
    paths: list[str] = []
    become = FetchedPage._read

    def noted(page: FetchedPage) -> Any:
        paths.append("/" + page.response.url.split("/", 3)[3])
        return become(page)

    monkeypatch.setattr(FetchedPage, "_read", noted)
    return paths


def rows_of(request: Request) -> Any:
    return [{"id": i, "path": request.path, "tags": ["a"]} for i in range(1, 4)]


def load(answer: Answer, resources: list[Any], name: str = "bytes", times: int = 1) -> dict[str, Any]:
    """The tables that come of it, without ids that are made up."""
    with api(answer) as served:
        config: Any = {
            "client": {"base_url": served.url},
            "resource_defaults": {"endpoint": ENDPOINT},
            "resources": resources,
        }
        pipeline = dlt.pipeline(name, destination="duckdb", dataset_name=name)
        for _ in range(times):
            pipeline.run(rest_api_source(config))
    tables: dict[str, Any] = {}
    with pipeline.sql_client() as sql:
        for table in pipeline.default_schema.data_table_names():
            columns = [c[:2] for c in sql.execute_sql(f"describe {table}")]
            shown = ", ".join(f'"{c}"' for c, _ in columns if not c.startswith("_dlt_"))
            tables[table] = (columns, sql.execute_sql(f"select {shown} from {table} order by all"))
    return tables


def seen(resources: list[Any]) -> list[Any]:
    """The same resources, with a step in Python that looks at each row."""
    steps = [{"map": lambda row: row}]
    made = [{"name": r, "endpoint": r} if isinstance(r, str) else r for r in resources]
    return [{**r, "processing_steps": steps} for r in made]


def test_a_step_in_python_makes_rows_of_its_own_pages_only(read: list[str]) -> None:
    resources = ["plain", {"name": "mapped", "processing_steps": [{"map": lambda row: row}]}]
    tables = load(rows_of, resources)
    assert read == ["/mapped"]
    assert len(tables["plain"][1]) == len(tables["mapped"][1]) == 3
    assert tables["plain__tags"][1] == [("a",)] * 3


POSTS = {"name": "posts", "endpoint": "users/{resources.users.id}/posts"}
FAMILIES = {
    "path alone": [POSTS],
    "fields": [{**POSTS, "include_from_parent": ["id", "path"]}],
    "nested field in the path": [{"name": "posts", "endpoint": "of/{resources.users.team.name}/posts"}],
    "fields that are null, floats and large": [
        {**POSTS, "include_from_parent": ["nothing", "score", "large", "is_new"]}
    ],
    "an incremental": [
        {
            "name": "posts",
            "endpoint": {
                "path": "users/{resources.users.id}/posts",
                "params": {"since": "{incremental.start_value}"},
                "incremental": {"cursor_path": "id", "initial_value": 0},
            },
            "include_from_parent": ["id"],
        }
    ],
    "an incremental that ends": [
        {
            "name": "posts",
            "endpoint": {
                "path": "users/{resources.users.id}/posts",
                "incremental": {"cursor_path": "id", "initial_value": 0, "end_value": 9},
            },
        }
    ],
}


def family(request: Request) -> Any:
    if request.path == "/users":
        return [
            {
                "id": i,
                "path": f"p{i}",
                "team": {"name": f"t{i % 2}"},
                "nothing": None,
                "score": i + 0.5,
                "large": 2**62 + i,
                "is_new": i == 1,
            }
            for i in range(1, 4)
        ]
    return rows_of(request)


@pytest.mark.parametrize("name", FAMILIES)
def test_parents_and_children_stay_bytes(read: list[str], name: str) -> None:
    resources = ["users", *FAMILIES[name]]
    tables = load(family, resources)
    assert read == []
    assert tables == load(family, seen(resources), "seen")
    assert "/users" in read


def test_grandchildren_take_what_their_parents_took(read: list[str]) -> None:
    resources: list[Any] = [
        "users",
        {**POSTS, "include_from_parent": ["id"]},
        {
            "name": "comments",
            "endpoint": "posts/{resources.posts.id}/comments",
            "include_from_parent": ["_users_id", "path"],
        },
    ]
    tables = load(family, resources)
    # What a row was given stands beside its bytes, so its page is looked at.
    assert sorted(set(read)) == [f"/users/{n}/posts" for n in (1, 2, 3)]
    assert tables == load(family, seen(resources), "seen")
    assert len(tables["comments"][1]) == 27


def test_fields_that_only_python_can_hold_are_taken_in_python(read: list[str]) -> None:
    def answer(request: Request) -> Any:
        return [{"id": 1, "team": {"id": 7}, "huge": 10**30}] if request.path == "/users" else rows_of(request)

    for field in ("team", "huge"):
        resources = ["users", {**POSTS, "include_from_parent": [field]}]
        assert load(answer, resources, field) == load(answer, seen(resources), f"seen_{field}")
    assert read


def test_an_incremental_of_children_loads_each_row_once(read: list[str]) -> None:
    def answer(request: Request) -> Any:
        return family(request) if request.path == "/users" else [{"id": i, "of": request.path} for i in range(3)]

    (posts,) = FAMILIES["an incremental"]
    posts = {
        **posts,
        "endpoint": {**posts["endpoint"], "incremental": {"cursor_path": "id"}},
        "primary_key": ("id", "of"),
    }
    tables = load(answer, ["users", posts], times=2)
    # In the second run each page has a row at the start of the range, which may be known already: rows are looked at.
    assert read == [f"/users/{n}/posts?since=2" for n in (1, 2, 3)]
    assert len(tables["posts"][1]) == 9
    assert tables == load(answer, seen(["users", posts]), "seen", times=2)


def test_a_record_that_is_no_object_takes_no_fields() -> None:
    def answer(request: Request) -> Any:
        return [{"id": 1}] if request.path == "/users" else [1, 2]

    with pytest.raises(PipelineStepFailed, match=r"takes? fields of its parent(.|\n)*users/1/posts"):
        load(answer, ["users", {**POSTS, "include_from_parent": ["id"]}])


def test_what_the_parent_gives_takes_the_place_of_what_the_row_has(read: list[str]) -> None:
    def answer(request: Request) -> Any:
        return family(request) if request.path == "/users" else [{"id": 1, "_users_path": "own"}]

    tables = load(answer, ["users", {**POSTS, "include_from_parent": ["path"]}])
    assert tables["posts"][1] == [(1, "p1"), (1, "p2"), (1, "p3")]
    assert read == []


def test_a_missing_field_names_those_that_are_there() -> None:
    with pytest.raises(PipelineStepFailed, match=r"a row of `users` has no `name`(.|\n)*`id`, `path`"):
        load(family, ["users", {**POSTS, "include_from_parent": ["name"]}])
    with pytest.raises(PipelineStepFailed, match="a row of `users` has no `key`"):
        load(family, ["users", {**POSTS, "endpoint": "users/{resources.users.key}/posts"}])
