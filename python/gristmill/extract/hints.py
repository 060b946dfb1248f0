"""What a resource says about its table, and the partial table schema that comes of it.

A hint may be a function of the item; then the table's name must be one too, since the table depends on the item.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any, Self, cast

from gristmill.common.time import ensure_pendulum_datetime
from gristmill.exceptions import (
    DataItemRequiredForDynamicTableHints,
    InconsistentTableTemplate,
    ValueErrorWithKnownValues,
)
from gristmill.extract.columns import column_dict, column_hint, merged_columns
from gristmill.extract.items import TableNameMeta
from gristmill.extract.table_check import check_nested, check_table
from gristmill.extract.validate import item_validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Hints = dict[str, Any]
TResourceHints = TResourceHintsBase = TResourceNestedHints = Hints

MERGE_STRATEGIES = ("delete-insert", "scd2", "upsert", "insert-only", "cdc")
WRITE_DISPOSITIONS = ("skip", "append", "replace", "merge")
_OPTION_STRATEGIES = {
    "source_filter": ("delete-insert", "scd2", "upsert", "cdc"),
    "destination_scope": ("delete-insert", "scd2", "cdc"),
    "skip_unchanged_rows": ("upsert", "cdc"),
    "row_version_column_name": ("scd2", "upsert", "cdc"),
}
_PLAIN = ("parent_table_name", "schema_contract", "table_format", "file_format", "nested_hints")
_NOT_TABLE_HINTS = ("incremental", "validator", "original_columns", "nested_hints")


def make_hints(
    table_name: Any = None,
    parent_table_name: Any = None,
    write_disposition: Any = None,
    columns: Any = None,
    primary_key: Any = None,
    merge_key: Any = None,
    schema_contract: Any = None,
    table_format: Any = None,
    file_format: Any = None,
    additional_table_hints: dict[str, Any] | None = None,
    references: Any = None,
    incremental: Any = None,
    nested_hints: Any = None,
) -> Hints:
    """Hints from the arguments of the decorator; what is not given is not in them."""
    validator, schema_contract = item_validator(columns, schema_contract)
    hints: Hints = {}
    if table_name:
        hints["table_name"] = table_name
    if write_disposition:
        hints["write_disposition"] = write_disposition
    hints["columns"] = {}
    if columns is not None:
        hints["original_columns"] = columns
        hints["columns"] = column_hint(columns)
    given: Hints = {
        "parent_table_name": parent_table_name,
        "primary_key": primary_key,
        "merge_key": merge_key,
        "schema_contract": schema_contract,
        "table_format": table_format,
        "file_format": file_format,
        "references": references,
        "validator": validator,
        "nested_hints": nested_hints,
        "additional_table_hints": additional_table_hints,
    }
    hints.update({name: value for name, value in given.items() if value is not None})
    _verify(hints)
    if incremental is not None:
        hints["incremental"] = _incremental(incremental)
    return hints


def _incremental(value: Any) -> Any:
    from gristmill.extract.incremental import Incremental

    return Incremental.ensure_instance(value)


def _verify(hints: Hints) -> None:
    names_table = callable(hints.get("table_name"))
    for name, value in hints.items():
        if callable(value) and name != "table_name" and name not in _NOT_TABLE_HINTS and not names_table:
            message = f"hint `{name}` is a function of the item, so `table_name` must be one too"
            raise InconsistentTableTemplate(message)
    disposition = hints.get("write_disposition")
    if isinstance(disposition, dict):
        config = cast("Hints", disposition)
        if config.get("disposition") == "merge" and "strategy" in config and config["strategy"] not in MERGE_STRATEGIES:
            raise ValueErrorWithKnownValues("write_disposition['strategy']", config["strategy"], MERGE_STRATEGIES)
        if config.get("disposition") == "merge":
            _verify_merge(config)


def _verify_merge(config: Hints) -> None:
    strategy = config.get("strategy")
    for option, strategies in _OPTION_STRATEGIES.items():
        if strategy and config.get(option) and strategy not in strategies:
            message = f"the merge strategy `{strategy}` has no option `{option}`: it belongs to {', '.join(strategies)}"
            raise ValueError(message)
    if strategy == "scd2":
        for option in ("active_record_timestamp", "boundary_timestamp"):
            if config.get(option) is not None:
                try:
                    ensure_pendulum_datetime(config[option])
                except (TypeError, ValueError):
                    message = f"`{option}` is `{config[option]}`, which is not a time"
                    raise ValueError(message) from None


class ResourceHints:
    """The hints of one resource: those of its table, and those of tables that items name themselves."""

    name: str

    def __init__(self, hints: Hints | None = None) -> None:
        self._hints: Hints | None = None
        self._hints_variants: dict[str, Hints] = {}
        self._table_name_hint_fun: Callable[[Any], str] | None = None
        self._table_has_other_dynamic_hints = False
        if hints:
            self._set_hints(hints)

    @property
    def table_name(self) -> Any:
        """The table that data goes to, or the function that tells it from an item."""
        return (self._hints or {}).get("table_name") or self.name

    @table_name.setter
    def table_name(self, value: Any) -> None:
        self.apply_hints(table_name=value)

    @property
    def has_dynamic_table_name(self) -> bool:
        """Whether the table depends on the item."""
        return self._table_name_hint_fun is not None

    @property
    def has_other_dynamic_hints(self) -> bool:
        """Whether other hints depend on the item."""
        return self._table_has_other_dynamic_hints

    @property
    def write_disposition(self) -> Any:
        """How data meets data that is there."""
        return (self._hints or {}).get("write_disposition") or "append"

    @write_disposition.setter
    def write_disposition(self, value: Any) -> None:
        self.apply_hints(write_disposition=value)

    @property
    def columns(self) -> Any:
        """Column hints; they may be changed in place."""
        return None if self._hints is None else self._hints.get("columns")

    @property
    def schema_contract(self) -> Any:
        """What is allowed to change."""
        return (self._hints or {}).get("schema_contract")

    @property
    def nested_hints(self) -> Any:
        """Hints of child tables."""
        return (self._hints or {}).get("nested_hints")

    @property
    def table_format(self) -> Any:
        """The destination's own table format."""
        return (self._hints or {}).get("table_format")

    @property
    def parent_table_name(self) -> Any:
        """The parent, for a resource that fills a nested table."""
        return (self._hints or {}).get("parent_table_name")

    def compute_table_schema(self, item: Any = None, meta: Any = None) -> Hints:
        """The partial schema of the table that `item` goes to."""
        template, variant = self._template(meta)
        name = meta.table_name if isinstance(meta, TableNameMeta) else self.name
        if not template:
            return {"name": name, "columns": {}, "resource": self.name}
        resolved = self._resolved(template, item)
        # A name that comes with the item has the last word only over tables without hints of their own.
        resolved["table_name"] = resolved.get("table_name") or name
        if isinstance(meta, TableNameMeta) and variant is None:
            resolved["table_name"] = name
        if "incremental" in template:
            resolved["incremental"] = template["incremental"]
        table = table_of(resolved)
        check_table(table, table["name"])
        if "parent" not in table:
            table["resource"] = self.name
        if variant:
            table["variant_name"] = variant
        return table

    def compute_nested_tables(
        self, root: str, item: Any = None, meta: Any = None
    ) -> list[tuple[tuple[str, ...], Hints]]:
        """The partial schemas of child tables with hints, as (path from the root, table), the shorter paths first."""
        template, _ = self._template(meta)
        nested = (template or {}).get("nested_hints")
        if callable(nested):
            nested = nested(item)
        found: list[tuple[tuple[str, ...], Hints]] = []
        for path, hints in cast("dict[Any, Hints]", nested or {}).items():
            names = (root, path) if isinstance(path, str) else (root, *cast("Iterable[str]", path))
            table = table_of(self._resolved(hints, item))
            table.pop("name", None)
            check_nested(hints, "__".join(names))
            check_table(table, "__".join(names))
            found.append((tuple(names), table))
        return sorted(found, key=lambda pair: len(pair[0]))

    def get_nested_hints(
        self, root_table_name: str, naming: Any, item: Any = None, meta: Any = None
    ) -> Iterator[tuple[str, str, Hints]]:
        """The hints of nested tables, as (table, the table above it, hints), names as `naming` writes them."""
        template, _ = self._template(meta)
        nested = (template or {}).get("nested_hints")
        nested = nested(item) if callable(nested) else nested
        for path, hints in sorted(cast("dict[Any, Hints]", nested or {}).items(), key=lambda pair: _depth(pair[0])):
            names = [root_table_name, *([path] if isinstance(path, str) else path)]
            name, above = (naming.normalize_tables_path(naming.make_path(*part)) for part in (names, names[:-1]))
            yield name, above, hints

    def compute_nested_table_schemas(
        self, root_table_name: str, naming: Any, item: Any = None, meta: Any = None
    ) -> list[Hints]:
        """The partial schemas of nested tables that have hints of their own."""
        found: list[Hints] = []
        for name, above, hints in self.get_nested_hints(root_table_name, naming, item, meta):
            table: Hints = {**table_of(self._resolved(hints, item)), "name": name}
            check_nested(hints, name)
            check_table(table, name)
            # A table with a key of its own stands for itself.
            is_own = any(
                column.get(key) for column in table["columns"].values() for key in ("primary_key", "merge_key")
            )
            if is_own:
                table["resource"] = self.name
            else:
                table.setdefault("parent", above)
            found.append(table)
        return found

    def _template(self, meta: Any) -> tuple[Hints | None, str | None]:
        if isinstance(meta, TableNameMeta) and meta.table_name in self._hints_variants:
            return self._hints_variants[meta.table_name], meta.table_name
        return self._hints, None

    def _resolved(self, template: Hints, item: Any) -> Hints:
        resolved: Hints = {}
        for name, value in template.items():
            if name in _NOT_TABLE_HINTS:
                continue
            if callable(value):
                if item is None:
                    raise DataItemRequiredForDynamicTableHints(self.name, name)
                value = value(item)  # noqa: PLW2901
            resolved[name] = cloned(value)
        return resolved

    def apply_hints(  # noqa: C901, PLR0912
        self,
        table_name: Any = None,
        parent_table_name: Any = None,
        write_disposition: Any = None,
        columns: Any = None,
        primary_key: Any = None,
        merge_key: Any = None,
        incremental: Any = None,
        schema_contract: Any = None,
        additional_table_hints: dict[str, Any] | None = None,
        table_format: Any = None,
        file_format: Any = None,
        references: Any = None,
        create_table_variant: bool = False,
        nested_hints: Any = None,
    ) -> Self:
        """Change hints: None leaves one as it is, an empty value removes it.

        With `create_table_variant` the hints hold for the table `table_name` alone.
        """
        if create_table_variant and not isinstance(table_name, str):
            message = "a table variant needs `table_name` as a string"
            raise ValueError(message)
        before: Hints | None = (
            self._hints_variants.get(cast("str", table_name)) if create_table_variant else self._hints
        )
        if create_table_variant and before is None and self._hints:
            before = {n: v for n, v in self._hints.items() if not callable(v) and n not in ("incremental", "validator")}
        if before is None:
            before = {"columns": {}}
            if not parent_table_name:
                before["write_disposition"] = "append"
        hints = cloned(before)
        given: Hints = {
            "table_name": table_name,
            "parent_table_name": parent_table_name,
            "schema_contract": schema_contract,
            "table_format": table_format,
            "file_format": file_format,
            "nested_hints": nested_hints,
        }
        for name, value in given.items():
            if value is not None:
                if value:
                    hints[name] = value
                else:
                    hints.pop(name, None)
        if write_disposition:
            hints["write_disposition"] = write_disposition
        if columns is not None:
            hints["original_columns"] = columns
            callables = callable(columns) and not isinstance(columns, type)
            if callables or callable(hints.get("columns")):
                hints["columns"] = column_hint(columns)
            else:
                new = column_dict(columns) if columns else {}
                hints["columns"] = merged_columns(hints.get("columns") or {}, new) if columns else {}
        for name, value in (("primary_key", primary_key), ("merge_key", merge_key)):
            if value is not None:
                hints[name] = value
        if additional_table_hints is not None:
            kept = hints.pop("additional_table_hints", None) or {}
            if additional_table_hints:
                hints["additional_table_hints"] = {**kept, **additional_table_hints}
        if references is not None:
            if callable(references) or callable(hints.get("references")):
                hints["references"] = references
            else:
                by_table = {r["referenced_table"]: r for r in [*(hints.get("references") or []), *references]}
                hints["references"] = list(by_table.values())
        if columns is not None or schema_contract is not None:
            validator, contract = item_validator(hints.get("original_columns"), hints.get("schema_contract"))
            hints["validator"] = validator
            if contract is not None:
                hints["schema_contract"] = contract
        if incremental is not None:
            hints["incremental"] = _incremental(incremental)
        self._set_hints(hints, create_table_variant=create_table_variant)
        return self

    def merge_hints(self, hints: Hints, *, create_table_variant: bool = False) -> None:
        """Apply hints that came with an item."""
        known = {n: v for n, v in hints.items() if n not in ("columns", "original_columns", "validator")}
        columns = hints.get("original_columns", hints.get("columns") or None)
        self.apply_hints(**known, columns=columns, create_table_variant=create_table_variant)

    def _set_hints(self, hints: Hints, *, create_table_variant: bool = False) -> None:
        if create_table_variant:
            name = hints["table_name"]
            for hint, value in hints.items():
                if callable(value) and hint not in _NOT_TABLE_HINTS:
                    message = f"hint `{hint}` of table variant `{name}` cannot be a function of the item"
                    raise InconsistentTableTemplate(message)
            if hints.get("incremental"):
                message = f"an incremental belongs to resource `{self.name}`, not to its table variant `{name}`"
                raise InconsistentTableTemplate(message)
            self._hints_variants[name] = hints
            return
        _verify(hints)
        named = hints.get("table_name")
        self._table_name_hint_fun = cast("Callable[[Any], str]", named) if callable(named) else None
        self._table_has_other_dynamic_hints = any(
            callable(v) for n, v in hints.items() if n != "table_name" and n not in _NOT_TABLE_HINTS
        )
        self._hints = hints


def _depth(path: Any) -> int:
    return 1 if isinstance(path, str) else len(path)


def cloned(value: Any) -> Any:
    """A copy of nested dicts and lists; what is in them stays the same object."""
    if type(value) is dict:
        return {k: cloned(v) for k, v in cast("dict[Any, Any]", value).items()}
    return value


def table_of(hints: Hints) -> Hints:
    """A partial table schema from hints that hold no functions any more."""
    table: Hints = {"name": hints.get("table_name"), "columns": hints.get("columns") or {}}
    columns = table["columns"]
    for name in ("primary_key", "merge_key"):
        if name in hints:
            _set_key(columns, name, hints[name])
    disposition = hints.get("write_disposition")
    if isinstance(disposition, dict):
        _set_disposition(table, cast("Hints", disposition))
    elif disposition:
        table["write_disposition"] = disposition
    incremental = hints.get("incremental")
    cursor = incremental.get_cursor_column_name() if incremental is not None else None
    if cursor:
        columns.setdefault(cursor, {"name": cursor})["incremental"] = True
    if hints.get("parent_table_name"):
        table["parent"] = hints["parent_table_name"]
    for name in ("schema_contract", "table_format", "file_format", "references", "x-normalizer", "description"):
        if hints.get(name) is not None:
            table[name] = hints[name]
    table.update(hints.get("additional_table_hints") or {})
    return table


def _set_key(columns: dict[str, Hints], hint: str, keys: Any) -> None:
    # Keys on the table replace those on its columns.
    for column in columns.values():
        column.pop(hint, None)
    for key in [keys] if keys and isinstance(keys, str) else keys or ():
        column = columns.setdefault(key, {"name": key})
        column.setdefault("nullable", False)
        column[hint] = True


_MERGE_OPTIONS = {
    "strategy": "x-merge-strategy",
    "deduplicated": "x-stage-data-deduplicated",
    "source_filter": "x-merge-source-filter",
    "destination_scope": "x-merge-destination-scope",
    "skip_unchanged_rows": "x-merge-skip-unchanged-rows",
}


def _set_disposition(table: Hints, config: Hints) -> None:
    table["write_disposition"] = config["disposition"]
    if config["disposition"] != "merge":
        if config.get("strategy"):
            table["x-replace-strategy"] = config["strategy"]
        return
    for option, hint in _MERGE_OPTIONS.items():
        if config.get(option):
            table[hint] = config[option]
    columns = table["columns"]
    version = config.get("row_version_column_name")
    if config.get("strategy") != "scd2":
        if version and config.get("skip_unchanged_rows"):
            # The key tells rows apart; the version only tells whether one changed.
            known = columns.get(version) or {}
            columns[version] = {**known, "name": version, "nullable": False, "x-row-version": True}
        return
    if "boundary_timestamp" in config:
        table["x-boundary-timestamp"] = _time_text(config["boundary_timestamp"])
    since, until = config.get("validity_column_names") or ("_dlt_valid_from", "_dlt_valid_to")
    columns[since] = {"name": since, "data_type": "timestamp", "nullable": True, "x-valid-from": True}
    columns[until] = {
        "name": until,
        "data_type": "timestamp",
        "nullable": True,
        "x-valid-to": True,
        "x-active-record-timestamp": _time_text(config.get("active_record_timestamp")),
    }
    version = version or "_dlt_id"
    columns[version] = {"name": version, "nullable": False, "x-row-version": True, "unique": False, "row_key": False}


def _time_text(value: Any) -> Any:
    # A schema is JSON, so a time stands in it as text.
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, dt.date) else ensure_pendulum_datetime(value).isoformat()


def compute_tables(resource: Any, item: Any = None) -> Iterable[Hints]:
    """The tables a resource would make; none when their names depend on items and there is no item."""
    with contextlib.suppress(DataItemRequiredForDynamicTableHints):
        yield resource.compute_table_schema(item)
