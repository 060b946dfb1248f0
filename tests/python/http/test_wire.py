"""What stands between a client and a server: encodings, TLS, proxies, connections that are kept, redirects, cookies."""

from __future__ import annotations

import base64
import contextlib
import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gristmill.sources.helpers import requests
from gristmill.sources.helpers.rest_client.auth import BearerTokenAuth
from gristmill.sources.helpers.rest_client.paginators import JSONLinkPaginator, PageNumberPaginator, SinglePagePaginator
from tests.python.http.certificates import Certificate, made
from tests.python.http.faults import Asked, Faults, answer

pytestmark = pytest.mark.fault

BODY = b'{"items": [{"id": 1}, {"id": 2}]}'
ROWS = [{"id": 1}, {"id": 2}]
Connect = Callable[..., Any]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither proxies nor certificates of the machine."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


def read(client: Any, path: str = "items", **options: Any) -> list[Any]:
    pages = client.paginate(path, paginator=SinglePagePaginator(), data_selector="items", **options)
    return [row for page in pages for row in page]


# -- encodings ----------------------------------------------------------------------------------------------------------


def packed(codec: str) -> bytes:
    if codec == "gzip":
        return gzip.compress(BODY)
    if codec == "deflate":
        return zlib.compress(BODY)
    if codec == "raw deflate":
        return zlib.compress(BODY, wbits=-15)
    pa = pytest.importorskip("pyarrow")
    return bytes(pa.compress(BODY, codec={"br": "brotli"}.get(codec, codec), asbytes=True))


def test_names_of_headers_are_written_as_old_servers_expect_them(server: Faults, connect: Connect) -> None:
    server.on("/items", answer(BODY))
    client = connect(server.url, headers={"X-Shop-Id": "7"}, auth=BearerTokenAuth("t"))
    assert read(client) == ROWS
    assert {"X-Shop-Id", "Authorization", "Accept-Encoding", "Host"} <= set(server.asked[0].names)


@pytest.mark.parametrize("codec", ["gzip", "deflate", "raw deflate", "br", "zstd"])
def test_packed_answers_are_unpacked_when_they_were_asked_for(server: Faults, connect: Connect, codec: str) -> None:
    """A server packs with what the client says that it can unpack, and with nothing else."""
    name = codec.removeprefix("raw ")

    def pack(asked: Asked) -> None:
        accepted = asked.headers["accept-encoding"].replace(" ", "").split(",")
        is_packed = name in accepted
        asked.send(answer(packed(codec), headers={"Content-Encoding": name}) if is_packed else answer(BODY))

    server.on("/items", pack)
    assert read(connect(server.url)) == ROWS


@pytest.mark.parametrize("path", ["core"])
@pytest.mark.parametrize("codec", ["gzip", "deflate", "br", "zstd"])
def test_the_core_unpacks_them_all(server: Faults, connect: Connect, codec: str) -> None:
    server.on("/items", answer(packed(codec), headers={"Content-Encoding": codec}))
    assert read(connect(server.url)) == ROWS
    assert codec in server.asked[0].headers["accept-encoding"].replace(" ", "").split(",")


@pytest.mark.parametrize("path", ["core"])
@pytest.mark.parametrize("codec", ["gzip", "deflate", "br", "zstd"])
def test_damage_to_a_packed_answer_is_asked_for_again(server: Faults, connect: Connect, codec: str) -> None:
    broken = packed(codec)
    server.on("/items", answer(broken[: len(broken) // 2], headers={"Content-Encoding": codec}), answer(BODY))
    assert read(connect(server.url)) == ROWS


def test_pieces_of_gzip_one_behind_the_other(server: Faults, connect: Connect) -> None:
    pieces = gzip.compress(BODY[:9]) + gzip.compress(BODY[9:])
    for body, encoding in ((pieces, "gzip"), (pieces + b"\0\0", "gzip"), (gzip.compress(pieces), "gzip, gzip")):
        server.on("/items", answer(body, headers={"Content-Encoding": encoding}))
        assert read(connect(server.url)) == ROWS


@pytest.mark.parametrize("path", ["core"])
def test_a_header_that_is_none_is_passed_over(server: Faults, connect: Connect) -> None:
    said = answer(BODY).replace(b"\r\n\r\n", b"\r\nX-Space : 1\r\nnonsense\r\n\r\n", 1)
    server.on("/items", said)
    assert read(connect(server.url)) == ROWS


# -- TLS ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path) -> Certificate:
    return made(tmp_path, "authority")


@contextlib.contextmanager
def serving(certificate: Certificate, clients_of: Certificate | None = None) -> Iterator[Faults]:
    server = Faults(tls=certificate.serving(clients_of))
    server.on("/items", answer(BODY))
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def secure(tmp_path: Path, authority: Certificate) -> Iterator[Faults]:
    with serving(made(tmp_path, "server", authority)) as server:
        yield server


def test_a_bundle_of_the_environment_is_trusted(
    secure: Faults, connect: Connect, authority: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.certificate))
    assert read(connect(secure.url)) == ROWS
    assert read(connect(secure.url.replace("127.0.0.1", "localhost"))) == ROWS


@pytest.mark.parametrize("is_authority", [True, False])
def test_a_server_that_signed_its_own_certificate(
    tmp_path: Path, connect: Connect, monkeypatch: pytest.MonkeyPatch, is_authority: bool
) -> None:
    """What `openssl req -x509` makes is an authority and a server at once."""
    own = made(tmp_path, "own", is_authority=is_authority)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(own.certificate))
    with serving(own) as server:
        assert read(connect(server.url)) == ROWS


def test_certificates_may_be_given_with_the_call(secure: Faults, connect: Connect, authority: Certificate) -> None:
    assert read(connect(secure.url), verify=str(authority.certificate)) == ROWS


def test_a_session_brings_its_certificates(secure: Faults, connect: Connect, authority: Certificate) -> None:
    client = connect(secure.url)
    client.session.verify = str(authority.certificate)
    assert read(client) == ROWS


def test_an_unknown_authority_is_refused_at_once(secure: Faults, connect: Connect) -> None:
    with pytest.raises(requests.requests.exceptions.SSLError, match=r"(.|\n)*/items \(page 1\)"):
        # Waiting between attempts would end in the timeout of the tests.
        read(connect(secure.url, {"request_backoff_factor": 1000.0, "request_max_retry_delay": 1000.0}))
    assert not secure.asked


def test_a_certificate_for_another_host_is_refused(
    tmp_path: Path, connect: Connect, authority: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.certificate))
    server = Faults(host="127.0.0.2", tls=made(tmp_path, "server", authority).serving())
    server.on("/items", answer(BODY))
    try:
        with pytest.raises(requests.requests.exceptions.SSLError):
            read(connect(server.url))
    finally:
        server.close()


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_who_wants_no_check_gets_none(secure: Faults, connect: Connect) -> None:
    assert read(connect(secure.url), verify=False) == ROWS


def test_a_client_may_show_a_certificate(tmp_path: Path, connect: Connect, authority: Certificate) -> None:
    mine = made(tmp_path, "mine", authority)
    with serving(made(tmp_path, "server", authority), clients_of=authority) as server:
        shown = (str(mine.certificate), str(mine.key))
        assert read(connect(server.url), verify=str(authority.certificate), cert=shown) == ROWS


# -- proxies ------------------------------------------------------------------------------------------------------------


class Tunnel:
    """A proxy that connects whoever asks; tells to where."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.logins: list[str | None] = []
        self.server = Faults()
        self.server.scripts = Scripts(self)  # pyright: ignore[reportAttributeAccessIssue]

    @property
    def url(self) -> str:
        return self.server.url

    def serve(self, asked: Asked) -> bool | None:
        self.logins.append(asked.headers.get("proxy-authorization"))
        if asked.method != "CONNECT":
            self.opened.append(asked.target)
            asked.send(answer(BODY))
            return None
        self.opened.append(f"CONNECT {asked.target}")
        host, _, port = asked.target.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            asked.send(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=copied, args=(there, asked.connection))
            back.start()
            copied(asked.connection, there)
            back.join()
        return False


class Scripts(dict[str, Any]):
    """Whatever is asked for, the proxy answers."""

    def __init__(self, tunnel: Tunnel) -> None:
        super().__init__()
        self._tunnel = tunnel

    def get(self, key: str, default: Any = None) -> Any:
        del key, default
        return [self._tunnel.serve]


def copied(come: socket.socket, go: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := come.recv(65536):
            go.sendall(data)
    with contextlib.suppress(OSError):
        go.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy() -> Iterator[Tunnel]:
    tunnel = Tunnel()
    yield tunnel
    tunnel.server.close()


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment(
    server: Faults, proxy: Tunnel, connect: Connect, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, proxy.url.replace("http://", "http://ann:s3cret@"))
    assert read(connect("http://shop.example")) == ROWS
    assert proxy.opened == ["http://shop.example/items"]
    assert proxy.logins == ["Basic " + base64.b64encode(b"ann:s3cret").decode()]
    assert not server.asked


@pytest.mark.parametrize("exception", ["127.0.0.1", "*", "127.0.0.0/8", "shop.example,127.0.0.1"])
def test_hosts_that_need_no_proxy(
    server: Faults, proxy: Tunnel, connect: Connect, monkeypatch: pytest.MonkeyPatch, exception: str
) -> None:
    server.on("/items", answer(BODY))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", exception)
    assert read(connect(server.url)) == ROWS
    monkeypatch.setenv("NO_PROXY", f"localhost:{server.port}")
    assert read(connect(f"http://localhost:{server.port}")) == ROWS
    assert not proxy.opened


def test_other_hosts_need_it_still(proxy: Tunnel, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "localhost, other.example")
    assert read(connect("http://shop.example")) == ROWS
    assert proxy.opened == ["http://shop.example/items"]


def test_a_tunnel_for_tls(
    secure: Faults, proxy: Tunnel, connect: Connect, authority: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.certificate))
    assert read(connect(secure.url)) == ROWS
    assert proxy.opened == [f"CONNECT 127.0.0.1:{secure.port}"]
    assert len(secure.asked) == 1


def test_a_proxy_of_the_call(proxy: Tunnel, connect: Connect) -> None:
    assert read(connect("http://shop.example"), proxies={"http": proxy.url}) == ROWS
    assert proxy.opened == ["http://shop.example/items"]


def test_a_proxy_out_of_reach_shows_no_password(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://ann:s3cret@127.0.0.1:1")
    with pytest.raises(requests.ConnectionError) as raised:
        read(connect("http://shop.example", {"request_max_attempts": 1}))
    assert "s3cret" not in str(raised.value)


# -- connections --------------------------------------------------------------------------------------------------------


def test_a_connection_is_kept(server: Faults, connect: Connect) -> None:
    for number in range(1, 6):
        following = f"/{number + 1}" if number < 5 else None
        server.on(f"/{number}", answer({"items": [number], "next": following}))
    pages = connect(server.url).paginate("1", paginator=JSONLinkPaginator(), data_selector="items")
    assert [row for page in pages for row in page] == [1, 2, 3, 4, 5]
    assert server.connections == 1


def test_a_connection_that_the_server_closed_meanwhile(server: Faults, connect: Connect) -> None:
    server.on("/1", answer({"items": [1], "next": "/2"}, headers={"Connection": "close"}))
    server.on("/2", answer({"items": [2]}))
    pages = connect(server.url).paginate("1", paginator=JSONLinkPaginator(), data_selector="items")
    assert [row for page in pages for row in page] == [1, 2]


def test_the_loopback_of_ipv6(connect: Connect) -> None:
    try:
        server = Faults(host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    try:
        server.on("/items", answer({"items": [1], "next": "/more"}))
        server.on("/more", answer({"items": [2]}))
        client = connect(server.url, auth=BearerTokenAuth(token="t0ken"))
        pages = client.paginate("items", paginator=JSONLinkPaginator(), data_selector="items")
        assert [row for page in pages for row in page] == [1, 2]
        assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer t0ken"] * 2
        assert server.asked[0].headers["host"] == f"[::1]:{server.port}"
    finally:
        server.close()


def test_a_trusted_origin_of_ipv6(server: Faults, connect: Connect) -> None:
    try:
        there = Faults(host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    try:
        server.on("/items", answer({"items": [1], "next": f"{there.url}/more"}))
        there.on("/more", answer({"items": [2]}))
        client = connect(server.url, auth=BearerTokenAuth(token="t0ken"), trusted_origins=[there.url])
        assert len(list(client.paginate("items", paginator=JSONLinkPaginator(), data_selector="items"))) == 2
        assert there.asked[0].headers["authorization"] == "Bearer t0ken"
    finally:
        there.close()


# -- redirects, logins, cookies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "method", "keeps_body"),
    [(301, "GET", False), (302, "GET", False), (303, "GET", False), (307, "POST", True), (308, "POST", True)],
)
def test_redirects_of_a_question_in_a_body(
    server: Faults, connect: Connect, status: int, method: str, keeps_body: bool
) -> None:
    server.on("/items", answer(b"", status, {"Location": "/moved"}))
    server.on("/moved", answer(BODY))
    assert read(connect(server.url), method="POST", json={"q": 1}) == ROWS
    moved = server.asked[1]
    assert (moved.method, bool(moved.body)) == (method, keeps_body)
    assert ("content-type" in moved.headers) is keeps_body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_of_a_read(server: Faults, connect: Connect, status: int) -> None:
    server.on("/items", answer(b"", status, {"Location": "moved?page=2"}))
    server.on("/moved", answer(BODY))
    assert read(connect(server.url), params={"a": 1}) == ROWS
    assert [asked.target for asked in server.asked] == ["/items?a=1", "/moved?page=2"]


def test_a_redirect_that_is_not_followed_is_the_answer(server: Faults, connect: Connect) -> None:
    server.on("/items", answer(BODY, 302, {"Location": "/moved"}))
    assert read(connect(server.url), allow_redirects=False) == ROWS


def test_a_login_in_the_url(server: Faults, connect: Connect) -> None:
    server.on("/items", answer({"items": [1], "next": "/more"}))
    server.on("/more", answer({}, 403))
    client = connect(server.url.replace("http://", "http://ann:p%40ss@"))
    with pytest.raises(requests.HTTPError, match="page 2") as raised:
        list(client.paginate("items", paginator=JSONLinkPaginator(), data_selector="items"))
    login = "Basic " + base64.b64encode(b"ann:p@ss").decode()
    assert server.asked[0].headers["authorization"] == login
    assert "p%40ss" not in str(raised.value)
    assert "p@ss" not in str(raised.value)


def test_cookies_of_the_session_and_of_a_redirect(server: Faults, connect: Connect) -> None:
    server.on("/items", answer(b"", 302, {"Location": "/in", "Set-Cookie": "ticket=7; Path=/"}))
    server.on("/in", answer({"items": [1], "total": 2}, headers={"Set-Cookie": "seen=yes; Path=/items"}))
    client = connect(server.url)
    client.session.cookies.set("shop", "a")
    assert read(client) == [1]
    assert server.asked[0].headers["cookie"] == "shop=a"
    assert sorted(server.asked[1].headers["cookie"].split("; ")) == ["shop=a", "ticket=7"]
    server.on("/items", answer({"items": [2]}))
    assert read(client) == [2]
    assert sorted(server.asked[2].headers["cookie"].split("; ")) == ["seen=yes", "shop=a", "ticket=7"]


def test_a_cookie_may_be_taken_back(server: Faults, connect: Connect) -> None:
    server.on("/1", answer({"items": [1], "next": "/2"}, headers={"Set-Cookie": "ticket=7; Path=/"}))
    server.on("/2", answer({"items": [2], "next": "/3"}, headers={"Set-Cookie": "ticket=; Path=/; Max-Age=0"}))
    server.on("/3", answer({"items": [3]}))
    list(connect(server.url).paginate("1", paginator=JSONLinkPaginator(), data_selector="items"))
    assert [asked.headers.get("cookie") for asked in server.asked] == [None, "ticket=7", None]


def test_numbered_pages_share_what_a_session_says(server: Faults, connect: Connect) -> None:
    server.on("/items", answer({"items": [1], "total": 3}))
    client = connect(server.url)
    client.session.headers["X-Team"] = "blue"
    client.session.params = {"v": "2"}
    numbered = PageNumberPaginator(base_page=1, total_path="total")
    assert len(list(client.paginate("items", paginator=numbered, data_selector="items"))) == 3
    assert {asked.headers["x-team"] for asked in server.asked} == {"blue"}
    assert sorted(asked.target for asked in server.asked) == [f"/items?v=2&page={n}" for n in (1, 2, 3)]
