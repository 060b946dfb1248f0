"""Credentials stay with their origin, and secrets are seen nowhere."""

from __future__ import annotations

import base64
import logging
import traceback
from pathlib import Path
from typing import Any

import pytest

import gristmill as dlt
from gristmill.sources.helpers import requests
from gristmill.sources.helpers.requests.origin import origin_of
from gristmill.sources.helpers.rest_client.auth import (
    APIKeyAuth,
    BearerTokenAuth,
    HttpBasicAuth,
    OAuth2ClientCredentials,
    OAuthJWTAuth,
)
from gristmill.sources.helpers.rest_client.paginators import JSONLinkPaginator
from gristmill.sources.helpers.rest_client.redaction import redacted, sanitize_url
from tests.python.http.faults import Faults, answer

pytestmark = pytest.mark.fault

SECRET = "s3cr3t/+value"
LOGIN = base64.b64encode(f"ann:{SECRET}".encode()).decode()
WAYS: dict[str, dict[str, Any]] = {
    "bearer": {"auth": BearerTokenAuth(token=SECRET)},
    "basic": {"auth": HttpBasicAuth("ann", SECRET)},
    "pair": {"auth": ("ann", SECRET)},
    "header": {"auth": APIKeyAuth(name="X-Shop", api_key=SECRET, location="header")},
    "query": {"auth": APIKeyAuth(name="shop", api_key=SECRET, location="query")},
    "cookie": {"auth": APIKeyAuth(name="shop", api_key=SECRET, location="cookie")},
    "headers": {"headers": {"X-Shop-Key": SECRET}},
}


def all_sent(server: Faults) -> str:
    """Everything that reached a server, decoded."""
    from urllib.parse import unquote_plus

    return "\n".join(
        f"{asked.target} {unquote_plus(asked.target)} {asked.headers} {asked.body!r}" for asked in server.asked
    )


def is_known(server: Faults) -> bool:
    return SECRET in all_sent(server) or LOGIN in all_sent(server)


@pytest.fixture(params=list(WAYS))
def way(request: pytest.FixtureRequest) -> dict[str, Any]:
    return WAYS[request.param]


def read(client: Any) -> list[Any]:
    return [row for page in client.paginate("items", paginator=JSONLinkPaginator()) for row in page]


def test_a_redirect_to_another_origin(
    server: Faults, elsewhere: Faults, connect: Any, way: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.on("/items", answer(b"", 302, {"Location": f"{elsewhere.url}/items"}))
    elsewhere.on("/items", answer({"items": [1]}))
    assert read(connect(server.url, **way)) == [1]
    assert is_known(server)
    assert not is_known(elsewhere)
    assert "credentials are not sent there" in caplog.text


def test_a_redirect_that_repeats_the_key(server: Faults, elsewhere: Faults, connect: Any) -> None:
    def echo(asked: Any) -> None:
        asked.send(answer(b"", 307, {"Location": f"{elsewhere.url}{asked.target}"}))

    server.on("/items", echo)
    elsewhere.on("/items", answer({"items": [1]}))
    assert read(connect(server.url, **WAYS["query"])) == [1]
    assert not is_known(elsewhere)


def test_a_next_page_at_another_origin(
    server: Faults, elsewhere: Faults, connect: Any, way: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.on("/items", answer({"items": [1], "next": f"{elsewhere.url}/items?page=2"}))
    elsewhere.on("/items", answer({"items": [2]}))
    assert read(connect(server.url, **way)) == [1, 2]
    assert is_known(server)
    assert not is_known(elsewhere)
    assert "credentials are not sent there" in caplog.text


def test_who_is_refused_there_is_told_why(server: Faults, elsewhere: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [1], "next": f"{elsewhere.url}/items"}))
    elsewhere.on("/items", answer({}, 401))
    with pytest.raises(requests.HTTPError, match=r"page 2(.|\n)*credentials were not sent.*trusted_origins"):
        read(connect(server.url, **WAYS["bearer"]))


def test_an_origin_may_be_trusted(server: Faults, elsewhere: Faults, connect: Any, way: Any) -> None:
    server.on("/items", answer({"items": [1], "next": f"{elsewhere.url}/items"}))
    elsewhere.on("/items", answer({"items": [2]}))
    assert read(connect(server.url, **way, trusted_origins=[elsewhere.url])) == [1, 2]
    assert is_known(elsewhere)


def test_within_the_origin_they_go_along(server: Faults, connect: Any, way: Any) -> None:
    server.on("/items", answer(b"", 302, {"Location": "/moved"}))
    server.on("/moved", answer({"items": [1], "next": "/more"}))
    server.on("/more", answer({"items": [2]}))
    assert read(connect(server.url, **way)) == [1, 2]
    sent = [f"{asked.target} {asked.headers}" for asked in server.asked if asked.path == "/more"]
    assert len(sent) == 1
    server.asked = [asked for asked in server.asked if asked.path == "/more"]
    assert is_known(server)


def test_scheme_and_port_are_part_of_the_origin() -> None:
    assert origin_of("https://a.b/x") == origin_of("https://A.B:443/y")
    assert len({origin_of(u) for u in ("http://a.b", "https://a.b", "https://a.b:8443", "https://c.b")}) == 4


def test_a_session_of_the_helper_keeps_them_too(server: Faults, elsewhere: Faults) -> None:
    server.on("/items", answer(b"", 302, {"Location": f"{elsewhere.url}/items"}))
    elsewhere.on("/items", answer([]))
    client = requests.Client()
    client.get(f"{server.url}/items", headers={"X-Key": SECRET, "Cookie": f"a={SECRET}"}, auth=("ann", SECRET))
    client.session.close()
    assert is_known(server)
    assert not is_known(elsewhere)


def test_redirects_that_never_end(server: Faults, connect: Any) -> None:
    server.on("/items", answer(b"", 302, {"Location": "/items"}))
    with pytest.raises(requests.TooManyRedirects):
        read(connect(server.url))


# -- seen nowhere -------------------------------------------------------------------------------------------------------


def shows(text: str) -> bool:
    from urllib.parse import quote, quote_plus

    return any(form in text for form in (SECRET, quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET), LOGIN))


def echoing(status: int) -> Any:
    """A server that shows all it was sent."""

    def echo(asked: Any) -> None:
        asked.send(answer({"error": f"{asked.target} {asked.headers}"}, status))

    return echo


@pytest.mark.parametrize("status", [401, 404, 200])
def test_not_in_errors_or_logs(
    server: Faults, connect: Any, way: Any, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.on("/items", echoing(status))
    client = connect(server.url, {"http_show_error_body": True}, **way)
    with pytest.raises(Exception, match="page 1") as raised:
        list(client.paginate("items", paginator=JSONLinkPaginator(), data_selector="items"))
    assert is_known(server)
    text = "".join(traceback.format_exception(raised.value))
    assert "items" in text
    assert not shows(text)
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name == "gristmill")
    assert "GET" in ours
    assert not shows(ours)


@pytest.mark.parametrize("name", ["query", "headers"])
def test_not_when_nobody_answers(connect: Any, name: str) -> None:
    client = connect("http://127.0.0.1:1", {"request_max_attempts": 1}, **WAYS[name])
    with pytest.raises(requests.ConnectionError) as raised:
        read(client)
    assert not shows("".join(traceback.format_exception(raised.value)))


def test_not_in_what_the_library_below_logs(server: Faults, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.on("/items", answer({}, 404))
    with pytest.raises(requests.HTTPError) as raised:
        requests.get(f"{server.url}/items", params={"api_key": SECRET, "page": 2})
    assert "page=2" in caplog.text
    assert not shows(caplog.text)
    assert raised.value.__context__ is None


def test_not_in_parameters_that_are_called_secret(server: Faults, connect: Any) -> None:
    server.on("/items", answer({}, 404))
    with pytest.raises(requests.HTTPError) as raised:
        list(connect(server.url).paginate("items", params={"api_key": SECRET, "page": 2}))
    assert "page=2" in str(raised.value)
    assert not shows(str(raised.value))


def test_not_in_a_repr() -> None:
    auths = [way["auth"] for way in WAYS.values() if "auth" in way and not isinstance(way["auth"], tuple)]
    auths.append(OAuth2ClientCredentials(access_token_url="https://a", client_id="ann", client_secret=SECRET))
    auths.append(OAuthJWTAuth(client_id="ann", private_key=SECRET, auth_endpoint="https://a"))
    for auth in auths:
        assert not shows(f"{auth!r} {auth}"), type(auth)


def test_not_in_the_trace_of_a_pipeline(server: Faults, connect: Any, tmp_path: Path) -> None:
    server.on("/items", echoing(401))
    client = connect(server.url, **WAYS["query"])
    pipeline = dlt.pipeline(
        "secret", destination=dlt.destinations.duckdb(str(tmp_path / "a.duckdb")), pipelines_dir=str(tmp_path / "dirs")
    )
    with pytest.raises(Exception, match="401") as raised:
        pipeline.run(dlt.resource(lambda: read(client), name="items"))
    assert not shows("".join(traceback.format_exception(raised.value)))
    assert not shows(str(pipeline.last_trace) + repr(pipeline.last_trace))
    for file in (tmp_path / "dirs").rglob("*"):
        assert not file.is_file() or not shows(file.read_bytes().decode("latin-1")), file


def test_texts_and_urls_are_redacted() -> None:
    assert (
        redacted("at http://me:pw@h/?a=1&access_token=x%2F and ?sig=b", [])
        == "at http://***@h/?a=1&access_token=*** and ?sig=***"
    )
    assert sanitize_url("https://h/p?a=1") == "https://h/p?a=1"
    assert sanitize_url("https://h/p?X-Amz-Signature=1&b=") == "https://h/p?X-Amz-Signature=***&b="
    assert sanitize_url("https://h/?q=z", {"q"}) == "https://h/?q=***"


def test_a_token_that_was_obtained_is_a_secret(server: Faults, connect: Any) -> None:
    server.on("/token", answer({"access_token": SECRET, "expires_in": 60}))
    server.on("/items", echoing(403))
    auth = OAuth2ClientCredentials(access_token_url=f"{server.url}/token", client_id="ann", client_secret="other-one")
    with pytest.raises(requests.HTTPError) as raised:
        read(connect(server.url, {"http_show_error_body": True}, auth=auth))
    assert is_known(server)
    assert not shows(str(raised.value))
    assert "other-one" not in str(raised.value)
    auth.session.close()
