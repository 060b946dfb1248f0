"""The stand-in is as strict as what it stands for: what passes here is no more than what Amazon takes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
import requests

from gristmill.sources.amazon.mock.catalog import example
from gristmill.sources.amazon.mock.server import Mock
from tests.python.amazon.conftest import MakeMock, Time

ITEMS = "/catalog/2022-04-01/items"
SEARCH = {"keywords": "samsung", "marketplaceIds": "ATVPDKIKX0DER"}


def token(mock: Mock) -> str:
    body = {"grant_type": "refresh_token", **mock.selling_partner["credentials"]}
    return requests.post(f"{mock.url}/auth/o2/token", data=body, timeout=10).json()["access_token"]


def get(mock: Mock, key: str, path: str = ITEMS, **query: Any) -> requests.Response:
    headers = {"x-amz-access-token": key}
    return requests.get(mock.url + path, params={**SEARCH, **query}, headers=headers, timeout=10)


def test_tokens_expire_after_an_hour(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock()
    key = token(mock)
    assert get(mock, key).status_code == 200
    time.sleep(3599)
    assert get(mock, key).status_code == 200
    time.sleep(1)
    refused = get(mock, key)
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["details"] == "The access token you provided has expired."
    assert get(mock, "").status_code == 403
    assert get(mock, token(mock)).status_code == 200


def test_the_bucket_holds_two_and_fills_by_two_a_second(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock()
    key = token(mock)
    assert [get(mock, key).status_code for _ in range(4)] == [200, 200, 429, 429]
    throttled = get(mock, key)
    assert "Retry-After" not in throttled.headers and "x-amzn-RateLimit-Limit" not in throttled.headers
    time.sleep(0.5)
    answers = [get(mock, key), get(mock, key)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[0].headers["x-amzn-RateLimit-Limit"] == "2.0"


@pytest.mark.parametrize(
    "query",
    [
        {"pageSize": "21"},
        {"pageSize": "0"},
        {"marketplaceIds": ""},
        {"identifiers": "B07N4M94X4", "identifiersType": "ASIN"},
        {"keywords": ",".join(f"k{n}" for n in range(21))},
        {"keywords": "", "identifiers": "B07N4M94X4"},
        {"includedData": "everything"},
        {"pageToken": "bm90IGEgdG9rZW4="},
    ],
)
def test_what_is_not_valid_is_refused_as_in_the_examples(make_mock: MakeMock, query: dict[str, str]) -> None:
    mock = make_mock()
    refused = get(mock, token(mock), **query)
    assert (refused.status_code, refused.json()) == (400, example("bad_request"))
    assert refused.headers["x-amzn-RateLimit-Limit"] == "2.0"


def test_a_page_token_belongs_to_its_search(make_mock: MakeMock) -> None:
    mock = make_mock(30, rate=100.0, burst=100)
    key = token(mock)
    first = get(mock, key, pageSize="20").json()
    assert (first["numberOfResults"], len(first["items"])) == (30, 20)
    following = first["pagination"]["nextToken"]
    second = get(mock, key, pageSize="20", pageToken=following).json()
    assert len(second["items"]) == 10 and "nextToken" not in second["pagination"]
    assert get(mock, key, pageSize="20", pageToken=following, keywords="tv").status_code == 400


def test_one_item(make_mock: MakeMock) -> None:
    mock = make_mock()
    key = token(mock)
    item = get(mock, key, f"{ITEMS}/B07N4M94X4", includedData="summaries,images").json()
    assert item == {name: example("search")["items"][0][name] for name in ("asin", "images", "summaries")}
    assert get(mock, key, f"{ITEMS}/B0NOTHERE1").status_code == 404


@pytest.mark.parametrize(
    ("operation", "body", "field"),
    [
        ("searchItems", {"keywords": "tv", "itemPage": 11}, "itemPage"),
        ("searchItems", {"keywords": "tv", "itemCount": 11}, "itemCount"),
        ("getItems", {"itemIds": [f"B{n:09d}" for n in range(11)]}, "itemIds"),
        ("getItems", {"itemIds": ["B07N4M94X4"], "partnerTag": ""}, "partnerTag"),
    ],
)
def test_limits_of_creators(make_mock: MakeMock, operation: str, body: dict[str, Any], field: str) -> None:
    mock = make_mock()
    login = {"grant_type": "client_credentials", "scope": "creatorsapi::default"}
    login |= {name: mock.creators()["credentials"][name] for name in ("client_id", "client_secret")}
    key = requests.post(f"{mock.url}/auth/o2/token", json=login, timeout=10).json()["access_token"]
    url, headers = f"{mock.url}/catalog/v1/{operation}", {"x-marketplace": "www.amazon.com"}
    body = {"partnerTag": "tag", **body}
    assert requests.post(url, json=body, headers=headers, timeout=10).status_code == 401
    headers["Authorization"] = f"Bearer {key}"
    refused = requests.post(url, json=body, headers=headers, timeout=10)
    assert refused.status_code == 400
    assert (refused.json()["type"], refused.json()["fieldList"][0]["name"]) == ("ValidationException", field)
    throttled = requests.post(url, json=body, headers=headers, timeout=10)
    assert (throttled.status_code, throttled.json()["type"]) == (429, "ThrottleException")
    assert set(throttled.json()) == {"type", "message", "serviceCode", "quotaCode"}


def test_a_command_runs_against_it() -> None:
    inner = (
        "import os, requests; requests.get(os.environ['SOURCES__AMAZON__BASE_URL'], timeout=10); raise SystemExit(7)"
    )
    command = [sys.executable, "-m", "gristmill.sources.amazon.mock", "--", sys.executable, "-c", inner]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")
