"""Where values come from, in which order, and what an error says when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

import gristmill as dlt
from gristmill import context
from gristmill.configuration import (
    BaseConfiguration,
    CredentialsConfiguration,
    configspec,
    providers,
    resolve_configuration,
    with_config,
)
from gristmill.configuration.lookup import lookup, section_paths
from gristmill.exceptions import (
    ConfigFieldMissingException,
    ConfigProviderException,
    ConfigValueCannotBeCoercedException,
    ValueNotSecretException,
)


def toml(name: str, text: str) -> None:
    Path(".dlt").mkdir(exist_ok=True)
    Path(".dlt", name).write_text(text, "utf-8")


def test_most_specific_sections_first() -> None:
    assert section_paths(("sources", "shop", "orders")) == [
        ("sources", "shop", "orders"),
        ("sources", "shop"),
        ("sources", "orders"),
        ("sources",),
        (),
    ]
    assert section_paths(("sources", "shop", "shop")) == [
        ("sources", "shop", "shop"),
        ("sources", "shop"),
        ("sources",),
        (),
    ]


def test_providers_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    toml("config.toml", 'a = "config"\nb = "config"\nc = "config"')
    toml("secrets.toml", 'a = "secrets"\nb = "secrets"')
    monkeypatch.setenv("A", "environment")
    assert [lookup(key).value for key in "abc"] == ["environment", "secrets", "config"]


def test_pipeline_section_beats_the_environment_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    toml("config.toml", '[shop.sources.orders]\nurl = "of the pipeline"')
    monkeypatch.setenv("SOURCES__ORDERS__URL", "of the environment")
    sections = context.Sections("shop", ("sources", "orders"))
    with context.in_sections(sections):
        assert lookup("url").value == "of the pipeline"
    with context.in_sections(context.Sections(None, ("sources", "orders"))):
        assert lookup("url").value == "of the environment"


def test_project_lies_over_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "user").mkdir()
    monkeypatch.setattr(providers, "global_dir", lambda: tmp_path / "user")
    (tmp_path / "user" / "config.toml").write_text('[a]\nx = "user"\ny = "user"', "utf-8")
    toml("config.toml", '[a]\nx = "project"')
    assert (dlt.config["a.x"], dlt.config["a.y"]) == ("project", "user")


def test_changed_file_is_read_again() -> None:
    toml("config.toml", "a = 1")
    assert dlt.config["a"] == 1
    toml("config.toml", "a = 200")
    assert dlt.config["a"] == 200


def test_values_take_the_type_of_the_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIZE", "7")
    monkeypatch.setenv("FLAG", "no")
    monkeypatch.setenv("NAMES", '["a", "b"]')

    @with_config
    def taken(
        size: int = 1, flag: bool = True, names: list[str] | None = None, kept: float = 0.5
    ) -> tuple[object, ...]:
        return size, flag, names, kept

    assert taken() == (7, False, ["a", "b"], 0.5)
    assert taken(size=2, flag=True) == (2, True, ["a", "b"], 0.5)


def test_wrong_type_names_the_key_and_hides_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIZE", "s3cret")

    @with_config
    def taken(size: int = 1) -> int:
        return size

    with pytest.raises(ConfigValueCannotBeCoercedException) as caught:
        taken()
    assert "`size`" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_missing_value_lists_each_key_once() -> None:
    @dlt.source(name="orders", section="shop")
    def orders(api_key: str = dlt.secrets.value) -> object:
        return dlt.resource([api_key], name="rows")

    with pytest.raises(ConfigFieldMissingException) as caught:
        orders()
    lines = str(caught.value).splitlines()
    assert [line.strip() for line in lines if "__" in line] == [
        "SOURCES__SHOP__ORDERS__API_KEY",
        "SOURCES__SHOP__API_KEY",
        "SOURCES__ORDERS__API_KEY",
        "SOURCES__API_KEY",
    ]
    assert len(lines) == len(set(lines))
    assert isinstance(caught.value, KeyError)


def test_secret_in_config_file_is_refused() -> None:
    toml("config.toml", 'api_key = "s3cret"')

    @with_config
    def taken(api_key: str = dlt.secrets.value) -> str:
        return api_key

    with pytest.raises(ValueNotSecretException) as caught:
        taken()
    assert "s3cret" not in str(caught.value)


def test_broken_file_is_named() -> None:
    toml("config.toml", "a = \n")
    with pytest.raises(ConfigProviderException, match="line 1"):
        lookup("a")


@configspec
class ShopCredentials(CredentialsConfiguration):
    user: str = None  # type: ignore[assignment]
    password: dlt.TSecretStrValue = None  # type: ignore[assignment]


@configspec
class Shop(BaseConfiguration):
    url: str = "http://shop"
    credentials: ShopCredentials = None  # type: ignore[assignment]


def test_spec_with_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP__CREDENTIALS__USER", "me")
    monkeypatch.setenv("SHOP__CREDENTIALS__PASSWORD", "s3cret")
    shop = resolve_configuration(Shop(), sections="shop")
    assert (shop.url, shop.credentials.user, shop.credentials.password) == ("http://shop", "me", "s3cret")
    assert "s3cret" not in repr(shop)


def test_values_set_for_a_while() -> None:
    with dlt.config.values({"a.b": 1}):
        assert dlt.config["a.b"] == 1
    assert dlt.config.get("a.b") is None
