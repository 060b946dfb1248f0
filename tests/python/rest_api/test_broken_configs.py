"""A configuration that cannot work says what is wrong and where, before anything is asked of a server.

Each file is a configuration, `---`, and the message.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from gristmill.exceptions import DictValidationException, DltException
from gristmill.sources.rest_api import InvalidRESTAPIConfig, rest_api_resources, rest_api_source, shapes, typing

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "rest_api" / "broken").glob("*.txt"))
CLIENT = {"base_url": "https://api.example.com/"}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_message(case: Path) -> None:
    config, message = case.read_text("utf-8").split("\n---\n")
    with pytest.raises(InvalidRESTAPIConfig) as caught:
        rest_api_resources(ast.literal_eval(config))
    assert str(caught.value) == message.rstrip("\n")
    assert "s3cr3t" not in str(caught.value)


def test_there_are_many() -> None:
    assert len(CASES) >= 60


def test_error_is_what_users_of_dlt_catch() -> None:
    with pytest.raises(ValueError, match="auht") as caught:
        rest_api_source({"client": {**CLIENT, "auht": {}}, "resources": ["users"]})
    error = caught.value
    assert isinstance(error, DictValidationException)
    assert isinstance(error, DltException)
    assert (error.path, error.field, error.hint) == ("client.auht", "auht", "did you mean `auth`?")
    assert [p.path for p in error.problems] == ["client.auht"]


@pytest.mark.parametrize(
    ("endpoint", "problem"),
    [
        ({"auth": object()}, "`resources[0].endpoint.auth` is a `object`, but must be an authentication's name"),
        ({"paginator": object()}, "`resources[0].endpoint.paginator` is a `object`, but must be a paginator's name"),
        ({"data_selector": 3}, "`resources[0].endpoint.data_selector` is an integer, but must be a JSON path"),
        (
            {"response_actions": [len, 3]},
            "`resources[0].endpoint.response_actions[1]` is an integer, but must be a dict",
        ),
        ({"params": {1: 2}}, "`resources[0].endpoint.params` has the key `1`, but keys are strings"),
    ],
)
def test_objects_of_the_wrong_kind(endpoint: dict[Any, Any], problem: str) -> None:
    with pytest.raises(InvalidRESTAPIConfig) as caught:
        rest_api_resources({"client": CLIENT, "resources": [{"name": "a", "endpoint": endpoint}]})
    assert problem in str(caught.value)


def test_incremental_object_belongs_to_a_parameter() -> None:
    import gristmill as dlt

    incremental = dlt.sources.incremental("at")
    with pytest.raises(InvalidRESTAPIConfig, match=r"hint: put it into `resources\[0\].endpoint.params`"):
        rest_api_resources({"client": CLIENT, "resources": [{"name": "a", "endpoint": {"incremental": incremental}}]})


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (shapes.CLIENT, typing.ClientConfig),
        (shapes.ENDPOINT, typing.Endpoint),
        ({**shapes.RESOURCE, "name": None}, typing.EndpointResource),
        (shapes.RESOURCE, typing.EndpointResourceBase),
        (shapes.STEP, typing.ProcessingSteps),
        (shapes.RESPONSE_ACTION, typing.ResponseActionDict),
        (shapes.RESOLVE, typing.ResolveParamConfig),
        (shapes.CONFIG, typing.RESTAPIConfig),
        ({k: v for k, v in shapes.INCREMENTAL.items() if k != "transform"}, typing.IncrementalConfig),
    ],
)
def test_types_name_the_keys_that_are_checked(shape: dict[str, Any], kind: Any) -> None:
    assert set(shape) == set(kind.__annotations__)


def test_configuration_is_left_as_it_was() -> None:
    config = {
        "client": CLIENT,
        "resource_defaults": {"endpoint": {"params": {"org": "a", "x": 1}}},
        "resources": [{"name": "one", "endpoint": "{org}/one"}, {"name": "two", "endpoint": {"path": "{org}/two"}}],
    }
    before = repr(config)
    rest_api_resources(config)
    rest_api_resources(config)
    assert repr(config) == before
