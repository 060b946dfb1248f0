"""What goes wrong between here and Amazon: it is mended, or it ends with one error that says where."""

from __future__ import annotations

import itertools
import socket
from typing import Any

import pytest

from gristmill.exceptions import PipelineStepFailed
from gristmill.sources.amazon import creators, selling_partner_catalog
from gristmill.sources.amazon.mock.server import Mock
from tests.python.amazon.conftest import Loaded, MakeMock, Said, Time

pytestmark = pytest.mark.fault


def rows(mock: Mock, time: Time, *args: Any, **kwargs: Any) -> list[Any]:
    return list(
        selling_partner_catalog(*(args or ("samsung",)), clock=time.clock, **{**mock.selling_partner, **kwargs})
    )


def test_an_expired_token_is_replaced_in_mid_run(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(60)
    found: list[Any] = []
    for row in selling_partner_catalog("samsung", clock=time.clock, **mock.selling_partner):
        found.append(row["asin"])
        if len(found) == 20:
            mock.expire_tokens()
    assert found == [item["asin"] for item in mock.catalog.items]
    assert mock.paths().count("/auth/o2/token") == 2


def test_a_token_is_replaced_before_it_expires(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(60, page_token_life=9000.0)
    found: list[Any] = []
    for row in selling_partner_catalog("samsung", clock=time.clock, **mock.selling_partner):
        found.append(row["asin"])
        if len(found) == 20:
            time.sleep(3590)
    assert found == [item["asin"] for item in mock.catalog.items]
    # Nothing was refused: the token was renewed in time.
    assert mock.paths().count("/auth/o2/token") == 2
    assert mock.paths().count("/catalog/2022-04-01/items") == 3


def test_the_token_endpoint_is_down(make_mock: MakeMock, time: Time) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    url = f"http://127.0.0.1:{port}/auth/o2/token"
    with pytest.raises(Exception, match=r"the token endpoint cannot be reached \(no connection\)") as error:
        rows(make_mock(), time, token_url=url)
    assert url in str(error.value) and len(str(error.value).splitlines()) < 8
    # Five attempts, with a pause after each but the last.
    assert time.seconds == pytest.approx(1 + 2 + 4 + 8)


@pytest.mark.parametrize(("status", "reason"), [(429, "asks for fewer logins"), (503, "keeps failing")])
def test_a_busy_token_endpoint_is_asked_again(make_mock: MakeMock, time: Time, status: int, reason: str) -> None:
    mock = make_mock()
    mock.fault("/auth/o2/token", status, {}, times=3)
    assert len(rows(mock, time)) == 1
    mock.fault("/auth/o2/token", status, {}, times=5)
    with pytest.raises(Exception, match=reason):
        rows(mock, time)
    assert mock.paths().count("/auth/o2/token") == 9


def test_a_token_endpoint_that_gives_none(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock()
    for body in ("<html>maintenance</html>", {"access_token": "two words\n"}, ["token"]):
        mock.fault("/auth/o2/token", 200, body)
        with pytest.raises(Exception, match="answered without an access token") as error:
            rows(mock, time)
        assert "two words" not in str(error.value)


def test_a_token_endpoint_that_leads_elsewhere(make_mock: MakeMock, time: Time) -> None:
    mock, other = make_mock(), make_mock()
    mock.fault("/auth/o2/token", 307, {}, headers={"Location": f"{other.url}/auth/o2/token"})
    with pytest.raises(Exception, match="leads elsewhere, where credentials are not sent"):
        rows(mock, time)
    assert other.requests == []


def test_a_burst_of_429_is_waited_out(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(30)
    mock.fault("/items", 429, {"errors": [{"code": "QuotaExceeded", "message": "You exceeded your quota"}]}, times=5)
    assert len(rows(mock, time)) == 30
    at = [request.at for request in mock.requests if request.method == "GET"]
    waits = [later - earlier for earlier, later in itertools.pairwise(at)][:5]
    assert waits == sorted(waits) and waits[-1] >= 8.0


def test_429_without_end(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock()
    mock.fault("/items", 429, {"errors": [{"code": "QuotaExceeded", "message": "You exceeded your quota"}]}, times=99)
    with pytest.raises(Exception, match="answered 429: QuotaExceeded: You exceeded your quota") as error:
        rows(mock, time)
    assert "(page 1 of keywords `samsung`)" in str(error.value) and "hint: others share this quota" in str(error.value)
    assert mock.paths().count("/catalog/2022-04-01/items") == 10
    assert time.seconds < 300


@pytest.mark.parametrize("status", [500, 503])
def test_failures_of_the_server(make_mock: MakeMock, time: Time, status: int) -> None:
    mock = make_mock(30)
    mock.fault("/items", status, {}, times=4)
    assert len(rows(mock, time)) == 30
    mock.fault("/items", status, {}, times=5)
    with pytest.raises(Exception, match=f"answered {status}") as error:
        rows(mock, time)
    assert "the server kept failing" in str(error.value)


def test_a_page_token_that_expires_starts_the_search_over(
    make_mock: MakeMock, time: Time, loaded: Loaded, said: Said
) -> None:
    mock = make_mock(70, page_token_life=100.0)
    catalog = selling_partner_catalog("samsung", clock=time.clock, **mock.selling_partner)
    number = iter(range(1000))

    def at_leisure(item: dict[str, Any]) -> dict[str, Any]:
        # The second page is read for so long that the token of the third expires.
        if next(number) == 25:
            time.sleep(200.0)
        return item

    loaded.run(catalog.catalog_items.add_map(at_leisure))
    assert loaded.query("select count(*), count(distinct asin) from raw.catalog_items") == [(70, 70)]
    assert loaded.query("select count(*) from raw.catalog_items__images__images") == [(70 * 16,)]
    assert "the page token expired after page 2 of keywords `samsung`: the search starts over" in said()
    assert mock.paths().count("/catalog/2022-04-01/items") == 7


def test_a_page_token_that_always_expires_ends_with_the_place(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(70)
    mock.page_token_life = -1.0
    with pytest.raises(Exception, match="does not take its page token any more, twice at the same page") as error:
        rows(mock, time)
    assert f"{mock.url}/catalog/2022-04-01/items (page 2 of keywords `samsung`)" in str(error.value)


def test_an_invalid_request(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock()
    mock.fault("/items", 400, {"errors": [{"code": "InvalidInput", "message": "No such locale", "details": "xx_XX"}]})
    with pytest.raises(Exception, match="answered 400: InvalidInput: No such locale, xx_XX") as error:
        rows(mock, time, locale="xx_XX")
    assert "(page 1 of keywords `samsung`)" in str(error.value)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"numberOfResults": 1}, "nothing at the data path"),
        ({"items": {"asin": "B1"}, "numberOfResults": 1}, "`items` of the answer is a `dict`"),
        ({"items": [{"asin": "B000000001"}, {"title": "no key"}]}, "item 2 of the page has no `asin`"),
        ({"items": [{"asin": "B000000001"}, "B2"]}, "item 2 of the page is a `str`"),
        ("<html><title>Sign in</title></html>", "looks like a login page"),
    ],
)
def test_a_malformed_page_loads_nothing(
    make_mock: MakeMock, time: Time, loaded: Loaded, body: Any, message: str
) -> None:
    mock = make_mock(30)
    mock.fault("/items", 200, body)
    with pytest.raises(PipelineStepFailed) as error:
        loaded.run(selling_partner_catalog("samsung", clock=time.clock, **mock.selling_partner))
    assert message in str(error.value) and "page 1" in str(error.value), str(error.value)
    assert not loaded.file.exists() or loaded.query("from information_schema.tables where table_schema = 'raw'") == []


def test_a_page_that_breaks_off_is_asked_for_again(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(30)
    mock.fault("/items", 200, '{"items": [{"asin": "B0')
    assert len(rows(mock, time)) == 30


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "expected"),
        ({"somethingElse": {}}, "neither `searchResult` nor `errors`"),
        ({"searchResult": {"items": 7}}, "`searchResult.items` of the answer is a `int`"),
        ({"searchResult": {"items": [{"title": "x"}]}}, "item 1 of the page has no `asin`"),
    ],
)
def test_a_malformed_page_of_creators(make_mock: MakeMock, time: Time, body: Any, message: str) -> None:
    mock = make_mock(30)
    mock.fault("searchItems", 200, body)
    with pytest.raises(Exception, match="page 1") as error:
        list(creators("samsung", clock=time.clock, **mock.creators()))
    assert message in str(error.value), str(error.value)


def test_an_expired_token_of_creators(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(30)
    found: list[Any] = []
    for row in creators("samsung", clock=time.clock, **mock.creators("2.2")):
        found.append(row["asin"])
        if len(found) == 10:
            mock.expire_tokens()
    assert len(found) == 30
    assert mock.paths().count("/oauth2/token") == 2


def test_a_search_that_ends_early(make_mock: MakeMock, time: Time, said: Said) -> None:
    mock = make_mock(1100)
    found = rows(mock, time)
    assert len(found) == 1000
    assert "speaks of 1100 results for keywords `samsung` and gave 1000" in said()
