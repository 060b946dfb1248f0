"""The catalogue by the Creators API, against the mock."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from gristmill.sources.amazon import AmazonError, creators
from gristmill.sources.amazon.mock.server import Mock
from tests.python.amazon.conftest import Loaded, MakeMock, Said, Time


def ask(mock: Mock, time: Time, *args: Any, version: str = "3.1", **kwargs: Any) -> Any:
    return creators(*args, clock=time.clock, **{**mock.creators(version), **kwargs})


def posts(mock: Mock, operation: str) -> list[Any]:
    return [request for request in mock.requests if request.path.endswith(operation)]


@pytest.mark.parametrize("version", ["2.1", "3.1"])
def test_both_versions_of_credentials_log_in(make_mock: MakeMock, time: Time, version: str) -> None:
    mock = make_mock(3)
    assert len(list(ask(mock, time, "samsung", version=version))) == 3
    login, search = mock.requests
    assert login.headers["content-type"].startswith(
        "application/json" if version == "3.1" else "application/x-www-form-urlencoded"
    )
    assert search.headers["x-marketplace"] == "www.amazon.com"
    assert search.body["partnerTag"] == "mock-20"
    assert search.headers["authorization"].endswith(", Version 2.1") == (version == "2.1")


def test_a_version_that_is_none() -> None:
    credentials = {"client_id": "id", "client_secret": "secret", "version": "4.0", "partner_tag": "tag"}
    with pytest.raises(AmazonError, match=r"`version` of the credentials .* is `4.0`") as error:
        creators("tv", credentials=credentials)
    assert "`2.1`" in str(error.value) and "`3.3`" in str(error.value)


def test_search_reads_page_after_page_once_a_second(make_mock: MakeMock, time: Time, loaded: Loaded) -> None:
    mock = make_mock(45)
    loaded.run(ask(mock, time, "samsung", search_index="Electronics", search={"sortBy": "Featured"}))
    assert loaded.query("select count(*), count(distinct asin), min(marketplace) from raw.creators_items") == [
        (45, 45, "www.amazon.com")
    ]
    assert loaded.query("select price__money__amount from raw.creators_items__offers_v2__listings limit 1") == [
        (3799.99,)
    ]
    asked = posts(mock, "searchItems")
    assert [request.body["itemPage"] for request in asked] == [1, 2, 3, 4, 5]
    assert [request.at for request in asked] == pytest.approx([0.0, 1.0, 2.0, 3.0, 4.0])
    assert asked[0].body["searchIndex"] == "Electronics" and asked[0].body["sortBy"] == "Featured"


def test_more_pages_than_the_api_gives(make_mock: MakeMock, time: Time, said: Said) -> None:
    mock = make_mock(130)
    assert len(list(ask(mock, time, "samsung"))) == 100
    assert [request.body["itemPage"] for request in posts(mock, "searchItems")] == list(range(1, 11))
    assert "has 130 results for keywords `samsung`, of which 100 were read" in said()


def test_fewer_pages_where_they_are_enough(make_mock: MakeMock, time: Time, said: Said) -> None:
    mock = make_mock(130)
    assert len(list(ask(mock, time, "samsung", maximum_page=2, page_size=5))) == 10
    assert "were read" not in said()


def test_an_address_that_is_another(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock()
    mock.fault("searchItems", 404, {"message": "no Route matched with those values"})
    with pytest.raises(Exception, match="answered 404: no Route matched") as error:
        list(ask(mock, time, "samsung"))
    assert "check `base_url`" in str(error.value)


def test_items_are_asked_for_ten_at_a_time(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(25)
    asins = [item["asin"] for item in mock.catalog.items]
    rows = list(ask(mock, time, item_ids=asins))
    assert [row["asin"] for row in rows] == asins
    assert [len(request.body["itemIds"]) for request in posts(mock, "getItems")] == [10, 10, 5]


def test_errors_beside_items_are_rows_and_a_warning(
    make_mock: MakeMock, time: Time, loaded: Loaded, said: Said
) -> None:
    mock = make_mock(2)
    loaded.run(ask(mock, time, item_ids=["B07N4M94X4", "B0NOTHERE1", "dummy"]))
    assert loaded.query("select asin from raw.creators_items") == [("B07N4M94X4",)]
    errors = "select operation, code, item_id, message from raw.creators_errors order by code desc"
    assert loaded.query(errors) == [
        (
            "getItems",
            "ItemNotAccessible",
            "B0NOTHERE1",
            "The ItemId B0NOTHERE1 is not accessible through the Creators API.",
        ),
        ("getItems", "InvalidParameterValue", None, "The ItemId dummy provided in the request is invalid."),
    ]
    assert "answered with errors for items `B07N4M94X4`, `B0NOTHERE1`, `dummy` (2, kept in `creators_errors`)" in said()
    # Errors are added to, items are not.
    loaded.run(ask(mock, time, item_ids=["B07N4M94X4", "B0NOTHERE1", "dummy"]))
    assert loaded.query("select count(*) from raw.creators_errors") == [(4,)]
    assert loaded.query("select count(*) from raw.creators_items") == [(1,)]
    # The table holds what an error is, and nothing of an item.
    columns = "select column_name from information_schema.columns where table_name = 'creators_errors'"
    assert {name for (name,) in loaded.query(columns)} == {
        *("operation", "marketplace", "code", "message", "item_id"),
        *("_dlt_id", "_dlt_load_id"),
    }


def test_nothing_but_errors(make_mock: MakeMock, time: Time, loaded: Loaded) -> None:
    mock = make_mock()
    loaded.run(ask(mock, time, "nothing-like-it", item_ids=["B0NOTHERE1"]))
    assert loaded.query("select operation, code from raw.creators_errors order by 1") == [
        ("getItems", "ItemNotAccessible"),
        ("searchItems", "NoResults"),
    ]


def test_what_is_neither_given_nor_explained_is_an_error(make_mock: MakeMock, time: Time, loaded: Loaded) -> None:
    mock = make_mock()
    mock.fault("getItems", 200, {"itemsResult": {"items": [{"asin": "B07N4M94X4"}]}})
    loaded.run(ask(mock, time, item_ids=["B07N4M94X4", "B0NOTHERE1"]))
    assert loaded.query("select code, item_id from raw.creators_errors") == [("NotReturned", "B0NOTHERE1")]


def test_variations_and_browse_nodes(make_mock: MakeMock, time: Time, loaded: Loaded) -> None:
    mock = make_mock(12)
    loaded.run(ask(mock, time, variations_of="B08J7TQ9FL", browse_node_ids=["21489946011", "1"]))
    assert loaded.query("select count(*), min(parent_asin) from raw.creators_variations") == [(12, "B08J7TQ9FL")]
    assert [request.body["variationPage"] for request in posts(mock, "getVariations")] == [1, 2]
    assert loaded.query("select id, display_name from raw.creators_browse_nodes") == [("21489946011", "QLED TVs")]
    assert loaded.query("select operation from raw.creators_errors") == [("getBrowseNodes",)]


def test_throttled(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(3)
    mock.fault("searchItems", 429, {"type": "ThrottleException", "message": "slow down"}, times=3)
    assert len(list(ask(mock, time, "samsung"))) == 3
    at = [request.at for request in posts(mock, "searchItems")]
    waits = [later - earlier for earlier, later in itertools.pairwise(at)]
    assert len(waits) == 3 and waits == sorted(waits) and waits[0] >= 1.0


def test_an_invalid_request_says_which_field(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(3)
    field = {"name": "searchIndex", "message": "is not one of this marketplace"}
    invalid = {"type": "ValidationException", "message": "The request is not valid.", "fieldList": [field]}
    mock.fault("searchItems", 400, invalid)
    with pytest.raises(Exception, match="ValidationException: The request is not valid") as error:
        list(ask(mock, time, "samsung"))
    assert "`searchIndex`: is not one of this marketplace" in str(error.value)
    assert f"{mock.url}/catalog/v1/searchItems (page 1 of keywords `samsung`)" in str(error.value)


def test_nothing_is_asked_for() -> None:
    with pytest.raises(AmazonError, match="nothing is asked for"):
        creators()
