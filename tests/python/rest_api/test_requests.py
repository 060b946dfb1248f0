"""How many requests are made, when, and with what: where gristmill does more than dlt, or otherwise."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from gristmill.configuration import configspec
from gristmill.exceptions import DltException
from gristmill.sources.helpers.rest_client.auth import AuthConfigBase, BearerTokenAuth
from gristmill.sources.helpers.rest_client.paginators import HeaderLinkPaginator, OffsetPaginator, SinglePagePaginator
from gristmill.sources.rest_api import (
    InvalidRESTAPIConfig,
    registry,
    rest_api_source,
)
from gristmill.sources.rest_api.ahead import in_order
from tests.parity.dlt.api import Answer, Api, Request, api

PATIENCE = 30


class Together:
    """Answers that wait until `most` of them are asked for at the same time; tells how many were at most."""

    def __init__(self, most: int) -> None:
        self.most, self.now, self.seen = most, 0, 0
        self.changed = threading.Condition()

    def __enter__(self) -> None:
        with self.changed:
            self.now += 1
            self.seen = max(self.seen, self.now)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.seen >= self.most, PATIENCE)

    def __exit__(self, *_: object) -> None:
        with self.changed:
            self.now -= 1


def parents_and_children(served: Api, **child: Any) -> dict[str, Any]:
    endpoint = {"path": "users/{resources.users.id}/posts", **child.pop("endpoint", {})}
    return {
        "client": {"base_url": served.url, "paginator": "single_page", **child.pop("client", {})},
        "resources": ["users", {"name": "posts", "endpoint": endpoint, **child}],
    }


def test_requests_for_children_run_at_the_same_time_and_rows_keep_their_order() -> None:
    together = Together(4)

    def answer(request: Request) -> Any:
        if request.path == "/users":
            return [{"id": i} for i in range(8)]
        with together:
            return [{"path": request.path, "n": n} for n in range(2)]

    with api(answer) as served:
        source = rest_api_source(parents_and_children(served)).with_resources("posts")
        found = [(row["path"], row["n"]) for row in source]
    assert together.seen >= 4
    assert found == [(f"/users/{i}/posts", n) for i in range(8) for n in range(2)]


@pytest.mark.parametrize("why", ["limit", "session", "action", "auth", "paginator"])
def test_requests_for_children_run_one_by_one_when_asked_to_or_when_they_run_the_users_python(
    why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import requests

    class OwnAuth(BearerTokenAuth):
        pass

    class OwnPaginator(SinglePagePaginator):
        pass

    together = Together(1)

    def answer(request: Request) -> Any:
        if request.path == "/users":
            return [{"id": i} for i in range(6)]
        with together:
            return [{"path": request.path}]

    if why == "limit":
        monkeypatch.setenv("RUNTIME__REQUEST_CONCURRENCY", "1")
    own: dict[str, dict[str, Any]] = {
        "limit": {},
        "session": {"client": {"session": requests.Session()}},
        "action": {"endpoint": {"response_actions": [lambda response: None]}},
        "auth": {"client": {"auth": OwnAuth("t")}},
        "paginator": {"endpoint": {"paginator": OwnPaginator()}},
    }
    with api(answer) as served:
        found = list(rest_api_source(parents_and_children(served, **own[why])).with_resources("posts"))
    assert together.seen == 1
    assert [row["path"] for row in found] == [f"/users/{i}/posts" for i in range(6)]


def test_error_of_one_child_comes_in_its_place_and_ends_the_rest() -> None:
    def answer(request: Request) -> Any:
        if request.path == "/users":
            return [{"id": i} for i in range(20)]
        return Answer({"error": "broken"}, 400) if request.path == "/users/2/posts" else [{"path": request.path}]

    rows: list[str] = []
    with api(answer) as served:
        source = rest_api_source(parents_and_children(served)).with_resources("posts")
        with pytest.raises(DltException, match="400") as caught:
            rows.extend(row["path"] for row in source)
        assert "users/2/posts" in str(caught.value)
        assert len(served.requests) < 20


def test_lanes_end_with_whoever_takes_from_them() -> None:
    drawn: list[int] = []

    def numbers(start: int) -> Any:
        for n in range(start, start + 1000):
            drawn.append(n)
            yield n

    items = in_order([lambda: numbers(0), lambda: numbers(1000)], 2)
    assert [next(items) for _ in range(3)] == [0, 1, 2]
    items.close()
    assert len(drawn) < 20


def test_token_is_asked_for_once_for_all_resources() -> None:
    asked: list[str] = []

    def answer(request: Request) -> Any:
        if request.path == "/token":
            asked.append(request.path)
            return {"access_token": "t", "expires_in": 3600}
        return [{"id": 1}] if request.headers["Authorization"] == "Bearer t" else Answer({}, 401)

    with api(answer) as served:
        auth = {
            "type": "oauth2_client_credentials",
            "access_token_url": f"{served.url}/token",
            "client_id": "me",
            "client_secret": "s3cr3t",
        }
        config = {"client": {"base_url": served.url, "auth": auth}, "resources": ["a", "b", "c"]}
        assert len(list(rest_api_source(config))) == 3
    assert asked == ["/token"]


def test_default_parameters_fill_every_path() -> None:
    with api(lambda request: [{"path": request.path}]) as served:
        config = {
            "client": {"base_url": served.url},
            "resource_defaults": {"endpoint": {"params": {"org": "acme", "size": 2}}},
            "resources": [{"name": n, "endpoint": f"{{org}}/{n}"} for n in ("one", "two")],
        }
        assert sorted(row["path"] for row in rest_api_source(config)) == ["/acme/one", "/acme/two"]
        assert served.asked() == ["GET /acme/one?size=2", "GET /acme/two?size=2"]


def test_doubled_braces_in_a_path() -> None:
    with api(lambda request: [{"path": request.path}]) as served:
        config = {"client": {"base_url": served.url}, "resources": [{"name": "a", "endpoint": "a/{{b}}/c"}]}
        assert list(rest_api_source(config)) == [{"path": "/a/{b}/c"}]


def test_status_code_as_text_counts_like_the_number() -> None:
    actions = [{"status_code": "404", "action": "ignore"}]
    with api(lambda request: None) as served:
        resources = [{"name": "a", "endpoint": {"path": "a", "response_actions": actions}}]
        assert list(rest_api_source({"client": {"base_url": served.url}, "resources": resources})) == []


def test_classes_stand_for_what_they_make_without_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__REST_API__CREDENTIALS__TOKEN", "from the environment")
    with api(lambda request: [{"token": request.headers["Authorization"]}]) as served:
        client = {"base_url": served.url, "auth": BearerTokenAuth, "paginator": HeaderLinkPaginator}
        assert list(rest_api_source({"client": client, "resources": ["a"]})) == [
            {"token": "Bearer from the environment"}
        ]


def test_paginator_shared_by_resources_counts_for_each() -> None:
    def answer(request: Request) -> Any:
        return [{"at": request.query["offset"]}] if request.number("offset", 0) < 4 else []

    with api(answer) as served:
        config = {
            "client": {"base_url": served.url},
            "resource_defaults": {"endpoint": {"paginator": OffsetPaginator(limit=2, total_path=None)}},
            "resources": ["a", "b"],
        }
        source = rest_api_source(config)
        for _ in range(2):
            assert sorted(row["at"] for row in source) == ["0", "0", "2", "2"]


def test_error_shows_no_secret_of_the_url() -> None:
    actions = [{"content": "nothing to see", "action": "ignore"}]
    auth = {"type": "api_key", "name": "api_key", "api_key": "s3cr3t", "location": "query"}
    with api(lambda request: Answer({}, 400)) as served:
        resources = [{"name": "a", "endpoint": {"path": "a", "auth": auth, "response_actions": actions}}]
        with pytest.raises(DltException, match="no action of `response_actions`") as caught:
            list(rest_api_source({"client": {"base_url": served.url}, "resources": resources}))
        assert "s3cr3t" not in str(caught.value)


def test_format_of_a_placeholder_in_a_path() -> None:
    with api(lambda request: [{"path": request.path, "n": 7}]) as served:
        incremental = {"cursor_path": "n", "initial_value": 7}
        endpoint = {"path": "from/{incremental.start_value:03d}/rows", "incremental": incremental}
        source = rest_api_source(
            {"client": {"base_url": served.url}, "resources": [{"name": "a", "endpoint": endpoint}]}
        )
        assert [row["path"] for row in source] == ["/from/007/rows"]


def test_what_is_registered_takes_its_own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    class Twice(SinglePagePaginator):
        def __init__(self, name: str, times: int = 2) -> None:
            super().__init__()
            self.name, self.times = name, times

        def update_state(self, response: Any, data: Any = None) -> None:
            self.times -= 1
            self._has_next_page = self.times > 0

        def update_request(self, request: Any) -> None:
            request.params = {self.name: self.times}

    @configspec
    class Signed(AuthConfigBase):
        key: str = None

        def __call__(self, request: Any) -> Any:
            request.headers["X-Signed"] = self.key
            return request

    monkeypatch.setattr(registry, "PAGINATOR_MAP", dict(registry.PAGINATOR_MAP))
    monkeypatch.setattr(registry, "AUTH_MAP", dict(registry.AUTH_MAP))
    registry.register_paginator("twice", Twice)
    registry.register_auth("signed", Signed)
    client: dict[str, Any] = {"paginator": {"type": "twice", "name": "t"}, "auth": {"type": "signed", "key": "k"}}
    with api(lambda request: [{"signed": request.headers["X-Signed"]}]) as served:
        assert len(list(rest_api_source({"client": {"base_url": served.url, **client}, "resources": ["a"]}))) == 2
        assert served.asked("X-Signed") == ["GET /a X-Signed: k", "GET /a?t=1 X-Signed: k"]
    client["paginator"] = {"type": "twice", "nam": "t"}
    with pytest.raises(InvalidRESTAPIConfig) as caught:
        rest_api_source({"client": {"base_url": "https://api.example.com", **client}, "resources": ["a"]})
    assert [(p.path, p.hint) for p in caught.value.problems] == [
        ("client.paginator.nam", "did you mean `name`?"),
        ("client.paginator.name", None),
    ]
