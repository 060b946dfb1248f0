"""Servers that go wrong, and clients of both kinds: through the core, and through `requests`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gristmill.configuration.runtime import RuntimeConfiguration
from gristmill.sources.helpers.requests import Client
from gristmill.sources.helpers.rest_client import RESTClient
from tests.python.http.faults import Faults


@pytest.fixture
def server() -> Iterator[Faults]:
    faults = Faults()
    yield faults
    faults.close()


@pytest.fixture
def elsewhere() -> Iterator[Faults]:
    faults = Faults()
    yield faults
    faults.close()


@pytest.fixture(params=["core", "requests"])
def path(request: pytest.FixtureRequest) -> str:
    """Who sends the requests."""
    return request.param


@pytest.fixture
def connect(path: str) -> Iterator[Callable[..., RESTClient]]:
    """Makes clients that wait for nothing between attempts."""
    made: list[RESTClient] = []

    def connect(base_url: str, settings: dict[str, Any] | None = None, **arguments: Any) -> RESTClient:
        config = RuntimeConfiguration(**{"request_backoff_factor": 0.0, "request_timeout": 10.0, **(settings or {})})
        if path == "requests":
            maker = Client(raise_for_status=False)
            maker.update_from_config(config)
            arguments["session"] = maker.session
        made.append(RESTClient(base_url, config=config, **arguments))
        return made[-1]

    yield connect
    for client in made:
        client.session.close()
