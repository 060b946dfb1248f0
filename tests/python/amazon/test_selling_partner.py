"""The catalogue by the Selling Partner API, against the mock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gristmill.sources.amazon import AmazonError, UnknownMarketplace, selling_partner_catalog
from gristmill.sources.amazon.mock.catalog import example
from gristmill.sources.amazon.mock.server import Mock
from tests.python.amazon.conftest import Loaded, MakeMock, Said, Time


def catalog(mock: Mock, time: Time, *args: Any, **kwargs: Any) -> Any:
    return selling_partner_catalog(*args, clock=time.clock, **{**mock.selling_partner, **kwargs})


def test_the_example_becomes_tables(make_mock: MakeMock, time: Time, loaded: Loaded) -> None:
    mock = make_mock()
    loaded.run(catalog(mock, time, ["samsung", "tv"]))
    item = example("search")["items"][0]
    assert loaded.query("select asin, marketplace_id from raw.catalog_items") == [("B07N4M94X4", "ATVPDKIKX0DER")]
    assert loaded.query("select item_name, brand, package_quantity from raw.catalog_items__summaries") == [
        (item["summaries"][0]["itemName"], "SAMSUNG", 1)
    ]
    images = item["images"][0]["images"]
    assert loaded.query("select link, height from raw.catalog_items__images__images order by _dlt_list_idx") == [
        (image["link"], image["height"]) for image in images
    ]
    assert loaded.query("select rank from raw.catalog_items__sales_ranks__display_group_ranks") == [(72855,)]
    sent = mock.requests[-1]
    assert sent.query["marketplaceIds"] == "ATVPDKIKX0DER"
    assert sent.query["keywords"] == "samsung,tv"
    assert "attributes" not in sent.query["includedData"] and "vendorDetails" not in sent.query["includedData"]


def test_attributes_are_tables_where_they_are_asked_for(make_mock: MakeMock, time: Time, loaded: Loaded) -> None:
    loaded.run(catalog(make_mock(), time, "samsung", included_data=["Attributes", "summaries"]))
    assert loaded.query("select value, currency from raw.catalog_items__attributes__list_price") == [(3799.99, "USD")]
    assert loaded.query("select count(*) from raw.catalog_items__attributes__bullet_point") == [(6,)]


def test_whole_numbers_and_fractions_share_a_column(make_mock: MakeMock, time: Time, loaded: Loaded) -> None:
    loaded.run(catalog(make_mock(4), time, "samsung"))
    heights = "select item__height__value from raw.catalog_items__dimensions order by 1"
    assert loaded.query(heights) == [(41.0,), (41.4,), (42.5,), (43.0,)]


def test_pages_follow_tokens_at_the_pace_of_the_bucket(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(95)
    rows = list(catalog(mock, time, "samsung"))
    assert [row["asin"] for row in rows] == [item["asin"] for item in mock.catalog.items]
    pages = [request for request in mock.requests if request.method == "GET"]
    assert [request.at for request in pages] == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.5])
    assert all(request.query["pageSize"] == "20" for request in pages)
    assert "pageToken" not in pages[0].query and len({request.query.get("pageToken") for request in pages}) == 5
    assert mock.paths().count("/auth/o2/token") == 1


def test_the_pace_follows_the_rate_that_answers_name(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(95, rate=0.5, burst=2)
    assert len(list(catalog(mock, time, "samsung"))) == 95
    pages = [request.at for request in mock.requests if request.method == "GET"]
    # Two at once, and then one in two seconds: not a single request too many.
    assert pages == pytest.approx([0.0, 0.0, 2.0, 4.0, 6.0])


def test_more_identifiers_than_a_request_takes(make_mock: MakeMock, time: Time, said: Said) -> None:
    mock = make_mock(45)
    asins = [item["asin"] for item in mock.catalog.items]
    rows = list(catalog(mock, time, identifiers=[*asins, asins[0], "b0nothere1"], page_size=7))
    assert sorted(row["asin"] for row in rows) == sorted(asins)
    asked = [request.query["identifiers"].split(",") for request in mock.requests if request.method == "GET"]
    assert max(map(len, asked)) == 20
    assert {asin for batch in asked for asin in batch} == {*asins, "B0NOTHERE1"}
    assert "not in the catalogue of US: `B0NOTHERE1`" in said()


def test_more_keywords_than_a_request_takes(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(3)
    rows = list(catalog(mock, time, ["samsung", *(f"word{n}" for n in range(19)), "tv"]))
    asked = [len(request.query["keywords"].split(",")) for request in mock.requests if request.method == "GET"]
    assert asked == [20, 1]
    assert [row["asin"] for row in rows] == [item["asin"] for item in mock.catalog.items]


def test_other_identifiers(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock(5)
    rows = list(catalog(mock, time, identifiers="0887276302195", identifiers_type="ean"))
    assert [row["asin"] for row in rows] == ["B07N4M94X4"]
    assert mock.requests[-1].query["identifiersType"] == "EAN"


def test_a_second_run_refreshes_what_is_there(make_mock: MakeMock, time: Time, loaded: Loaded) -> None:
    mock = make_mock(5)
    loaded.run(catalog(mock, time, "samsung"))
    mock.catalog.items[1]["summaries"][0]["itemName"] = "Samsung QLED TV, renamed"
    mock.catalog.items[1]["images"][0]["images"] = []
    del mock.catalog.items[4]
    loaded.run(catalog(mock, time, "samsung"))
    assert loaded.query("select count(*), count(distinct asin) from raw.catalog_items") == [(5, 5)]
    assert loaded.query("select count(*) from raw.catalog_items__summaries where item_name like '%renamed'") == [(1,)]
    assert loaded.query("select count(*) from raw.catalog_items__images__images") == [(4 * 16,)]


def test_sets_that_were_not_asked_for_do_not_stop_the_next_load(
    make_mock: MakeMock, time: Time, loaded: Loaded
) -> None:
    mock = make_mock(3)
    for sets in ("summaries", "summaries", "summaries,dimensions"):
        loaded.run(catalog(mock, time, "samsung", included_data=sets))
    assert loaded.query("select count(*) from raw.catalog_items__summaries") == [(3,)]
    assert loaded.query("select count(*) from raw.catalog_items__dimensions") == [(3,)]
    assert loaded.query("select count(*) from raw._dlt_loads where status = 0") == [(3,)]


def test_each_marketplace_has_its_rows(make_mock: MakeMock, time: Time, loaded: Loaded) -> None:
    mock = make_mock(2)
    for marketplace in ("US", "amazon.de", "Japan"):
        loaded.run(catalog(mock, time, "samsung", marketplace=marketplace))
    assert loaded.query("select marketplace_id, count(*) from raw.catalog_items group by 1 order by 1") == [
        ("A1PA6795UKMFR9", 2),
        ("A1VC38T7YXB528", 2),
        ("ATVPDKIKX0DER", 2),
    ]


@pytest.mark.parametrize(
    ("marketplace", "host"),
    [
        ("US", "sellingpartnerapi-na.amazon.com"),
        ("GB", "sellingpartnerapi-eu.amazon.com"),
        ("in", "sellingpartnerapi-eu.amazon.com"),
        ("A39IBJ37TRP1C6", "sellingpartnerapi-fe.amazon.com"),
    ],
)
def test_each_region_has_an_address(monkeypatch: pytest.MonkeyPatch, marketplace: str, host: str) -> None:
    asked: list[str] = []

    def send(self: Any, request: Any, **kwargs: Any) -> Any:
        asked.append(request.url)
        raise KeyboardInterrupt

    monkeypatch.setattr("gristmill.sources.amazon.session.PacedSession.send", send)
    monkeypatch.setattr("gristmill.sources.amazon.login.Login._token", lambda self: "token")
    credentials = {"client_id": "id", "client_secret": "secret", "refresh_token": "refresh"}
    for sandbox in (False, True):
        with pytest.raises(KeyboardInterrupt):
            list(selling_partner_catalog("tv", marketplace=marketplace, credentials=credentials, sandbox=sandbox))
    assert [url.split("/")[2] for url in asked] == [host, f"sandbox.{host}"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "by `keywords` or by `identifiers`, and neither is given"),
        ({"keywords": "a", "identifiers": "b"}, "and both are given"),
        ({"keywords": " , "}, "neither is given"),
        ({"identifiers": ["B1"], "identifiers_type": "ASINS"}, "did you mean `ASIN`?"),
        ({"identifiers": ["B1"], "identifiers_type": "SKU"}, "needs `seller_id`"),
        ({"identifiers": [42]}, "`identifiers` holds a `int`, where texts were expected"),
        ({"identifiers": ["B1"], "brand_names": "x"}, "narrow a search by keywords"),
        ({"keywords": "a", "included_data": ["summary"]}, "did you mean `summaries`?"),
        ({"keywords": "a", "page_size": 21}, "`page_size` is 21, and a page has 1 to 20 items"),
        ({"keywords": "a", "base_url": "http://example.com"}, "credentials would travel there in the clear"),
        ({"keywords": "a", "token_url": "api.amazon.com"}, "`token_url` is no address"),
    ],
)
def test_what_the_api_would_not_take(arguments: dict[str, Any], message: str) -> None:
    credentials = {"client_id": "id", "client_secret": "secret", "refresh_token": "refresh"}
    with pytest.raises(AmazonError) as error:
        selling_partner_catalog(credentials=credentials, **arguments)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Germnay", "`DE` (Germany"), ("amazon.cmo", "`US` (United States"), ("ATVPDKIKX0DR", "ATVPDKIKX0DER")],
)
def test_an_unknown_marketplace(name: str, meant: str) -> None:
    with pytest.raises(UnknownMarketplace, match="there is no marketplace") as error:
        selling_partner_catalog("tv", marketplace=name)
    assert meant in str(error.value)


def test_settings_come_from_configuration(
    make_mock: MakeMock, time: Time, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mock = make_mock(2)
    (tmp_path / ".dlt").mkdir()
    (tmp_path / ".dlt/config.toml").write_text('[sources.amazon]\nkeywords = ["samsung", "tv"]\nmarketplace = "DE"\n')
    for name, value in mock.environment.items():
        monkeypatch.setenv(name, value)
    rows = list(selling_partner_catalog(clock=time.clock))
    assert {row["marketplace_id"] for row in rows} == {"A1PA6795UKMFR9"}
    assert mock.requests[-1].query["keywords"] == "samsung,tv"


def test_a_search_that_finds_nothing_says_so(make_mock: MakeMock, time: Time, loaded: Loaded, said: Said) -> None:
    mock = make_mock(2)
    loaded.run(catalog(mock, time, "samsung"))
    loaded.run(catalog(mock, time, "nothing-like-it"))
    assert loaded.query("select count(*) from raw.catalog_items") == [(2,)]
    assert "nothing in the catalogue of US for keywords `nothing-like-it`" in said()


def test_a_list_in_an_environment_variable(make_mock: MakeMock, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    mock = make_mock(2)
    monkeypatch.setenv("SOURCES__AMAZON__KEYWORDS", '["samsung", "tv"]')
    assert len(list(catalog(mock, time))) == 2
    monkeypatch.setenv("SOURCES__AMAZON__KEYWORDS", "samsung")
    assert len(list(catalog(mock, time))) == 2
    assert [r.query["keywords"] for r in mock.requests if r.method == "GET"] == ["samsung,tv", "samsung"]
