"""What a reader does with the page: look around, click, search, zoom, follow a link, print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Open = Callable[..., "Page"]


@pytest.fixture
def show(browser: Browser, page_file: Path) -> Iterator[Open]:
    """Opens the page at an address; at the end, nothing may have been said on the console or asked of a network."""
    said: list[str] = []
    asked: list[str] = []
    contexts: list[Any] = []

    def opened(address: str = "#!/overview", **options: Any) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri() + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
    assert {url.split("#")[0] for url in asked} == {page_file.as_uri()}


def expect(target: Any) -> Any:
    from playwright.sync_api import expect as playwright_expect

    return playwright_expect(target)


def view_box(page: Page) -> list[float]:
    return [float(part) for part in (page.locator("#canvas svg").get_attribute("viewBox") or "").split()]


def test_the_overview_lists_every_node_and_the_tests(show: Open) -> None:
    page = show()
    for name in (
        "amazon_raw.products",
        "category_names",
        "products_history",
        "stg_products",
        "stg_reviews",
        "dim_products",
        "category_performance",
        "weekly_report",
    ):
        expect(page.locator("main .index").get_by_role("link", name=name, exact=True)).to_be_visible()
    models = (
        page.get_by_role("navigation", name="Contents")
        .locator("details", has=page.locator("summary", has_text="Models"))
        .first
    )
    assert models.get_by_role("link").all_inner_texts() == [
        "category_performance",
        "dim_products",
        "stg_products",
        "stg_reviews",
    ]
    expect(page.locator(".verdict")).to_contain_text("12 of 15 passed, 2 failed, 1 warned")


def test_a_model_shows_what_is_known_of_it(show: Open) -> None:
    page = show("#!/model/model.amazon.stg_products")
    expect(page.get_by_role("heading", name="stg_products", level=1)).to_be_visible()
    row = page.locator("tr[data-column=price]")
    expect(row).to_contain_text("DECIMAL(10,2)")
    expect(row.get_by_role("link", name=re.compile("in_range: low 0, high 10000 passed"))).to_be_visible()
    expect(
        page.locator("tr[data-column=category]").get_by_role("link", name=re.compile("accepted_values.*warned"))
    ).to_be_visible()
    expect(page.locator("main")).to_contain_text("</script><script>alert(1)</script>")
    expect(page.locator(".facts")).to_contain_text('"amazon"."main"."stg_products"')
    for link in ("amazon_raw.products", "dim_products", "products_history", "parse_price"):
        expect(page.locator(".sides").get_by_role("link", name=link, exact=True)).to_be_visible()
    assert "{{ parse_price('price') }}" in page.locator(".code pre").inner_text()
    page.get_by_role("button", name="Compiled").click()
    assert "nullif(replace" in page.locator(".code pre").inner_text()


def test_numbers_of_the_catalog_are_shown(show: Open) -> None:
    expect(show("#!/model/model.amazon.dim_products").locator(".facts")).to_contain_text("1,234,567")


def test_a_click_on_a_box_shows_its_columns(show: Open) -> None:
    page = show("#!/lineage")
    expect(page.locator("#panel")).to_be_hidden()
    page.locator("#canvas a.box[aria-label='stg_reviews, model']").click()
    assert page.locator("#panel .panel-columns > li > a:first-child").all_inner_texts() == [
        "review_id",
        "product_id",
        "rating",
        "body",
    ]
    faded = page.locator("#canvas a.box.far").evaluate_all("boxes => boxes.map(box => box.getAttribute('aria-label'))")
    assert sorted(faded) == [
        "amazon_raw.products, source",
        "category_names, seed",
        "products_history, snapshot",
        "stg_products, model",
    ]
    page.keyboard.press("Escape")
    page.locator("#canvas").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_the_graph_closes_up_around_one_node(show: Open) -> None:
    page = show("#!/lineage/model.amazon.stg_reviews")
    expect(page.locator("#canvas a.box")).to_have_count(5)
    page.locator("#depth").select_option("1")
    expect(page.locator("#canvas a.box")).to_have_count(3)
    page.get_by_role("link", name="Whole project").click()
    expect(page.locator("#canvas a.box")).to_have_count(9)


def test_search_finds_a_column_and_jumps_to_it(show: Open) -> None:
    page = show()
    page.keyboard.press("/")
    page.keyboard.type("average_rating")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("column of")
    page.get_by_role("option", name=re.compile("column of dim_products")).click()
    expect(page.locator("tr.sought")).to_have_attribute("data-column", "average_rating")
    expect(page).to_have_url(re.compile(re.escape("#!/model/model.amazon.dim_products?column=average_rating")))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("stg_prod", "stg_products model"),
        ("monday report", "weekly_report exposure"),
        ("daily", "dim_products model"),
        ("try_cast rating", "stg_reviews model"),
        ("nothing_like_this", "Nothing found"),
    ],
)
def test_search_looks_into_names_descriptions_tags_and_code(show: Open, words: str, found: str) -> None:
    page = show()
    page.get_by_role("combobox", name=re.compile("Search")).fill(words)
    expect(page.locator("#found")).to_contain_text(found)


def test_zoom_and_move_by_wheel_buttons_keys_and_dragging(show: Open) -> None:
    page = show("#!/lineage")
    everything = view_box(page)
    page.get_by_role("button", name="Zoom in").click()
    assert view_box(page)[2] < everything[2]
    page.get_by_role("button", name="Fit").click()
    assert view_box(page) == everything
    page.locator("#canvas").hover()
    page.mouse.wheel(0, 200)
    page.wait_for_function(
        "width => document.querySelector('#canvas svg').viewBox.baseVal.width > width", arg=everything[2]
    )
    page.locator("#canvas").focus()
    page.keyboard.press("0")
    assert view_box(page) == everything
    page.keyboard.press("ArrowRight")
    assert view_box(page)[0] > everything[0]
    before = view_box(page)
    page.mouse.move(700, 700)
    page.mouse.down()
    page.mouse.move(600, 650)
    page.mouse.up()
    after = view_box(page)
    assert after[0] > before[0]
    assert after[1] > before[1]


def test_boxes_are_reached_and_opened_by_keyboard(show: Open) -> None:
    page = show("#!/lineage")
    page.locator("#canvas").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("amazon_raw.products")


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("#!/source/source.amazon.amazon_raw.products", "amazon_raw.products"),
        ("#!/seed/seed.amazon.category_names", "category_names"),
        ("#!/snapshot/snapshot.amazon.products_history", "products_history"),
        ("#!/exposure/exposure.amazon.weekly_report", "weekly_report"),
        ("#!/macro/macro.amazon.parse_price", "parse_price"),
        ("#!/test/test.amazon.assert_reviews_have_products", "assert_reviews_have_products"),
        ("#!/tests", "Tests"),
        ("#!/model/model.amazon.gone", "Not in this catalogue"),
        ("", "amazon"),
    ],
)
def test_every_address_leads_somewhere(show: Open, address: str, heading: str) -> None:
    expect(show(address).get_by_role("heading", level=1)).to_have_text(heading)


def test_it_reads_well_on_a_phone_and_in_the_dark(show: Open) -> None:
    page = show("#!/model/model.amazon.stg_products", viewport={"width": 390, "height": 844}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(25, 26, 28)"
    page.get_by_role("button", name="Contents").click()
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="dim_products").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("dim_products")
    expect(page.get_by_role("navigation", name="Contents")).to_be_hidden()


def test_the_code_is_copied(show: Open) -> None:
    page = show("#!/macro/macro.amazon.parse_price")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name=re.compile("Copied"))).to_be_visible()


def test_nothing_but_the_content_is_printed(show: Open) -> None:
    page = show("#!/model/model.amazon.stg_products")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("navigation", name="Contents")).to_be_hidden()
    expect(page.locator("header.top")).to_be_hidden()
