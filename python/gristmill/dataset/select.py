"""A query over a table, part by part: what a relation's methods add to, and what is sent to DuckDB in the end."""

from __future__ import annotations

from dataclasses import dataclass, replace

AGGREGATED = "_col_0"
"""What the only column of an aggregate is called."""


def quoted(name: str) -> str:
    """A name as SQL has it.

    >>> quoted("order id")
    '"order id"'
    """
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Order:
    """One sort key, and the column of the result that it is, if it is one."""

    expression: str
    direction: str
    output: str | None

    def sql(self) -> str:
        """As a part of `ORDER BY`."""
        return f"{self.expression} {self.direction.upper()}"


@dataclass(frozen=True)
class Select:
    """One `SELECT`; each method gives a new one."""

    source: str
    """A table's full name, or a query in brackets."""
    alias: str
    columns: tuple[tuple[str, str], ...] = ()
    """Expressions and the names that they get; none stands for all columns of the source."""
    known: tuple[str, ...] = ()
    """The columns of the source."""
    joins: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    """The names of the tables that are joined."""
    conditions: tuple[str, ...] = ()
    order: tuple[Order, ...] = ()
    rows: int | None = None
    is_aggregate: bool = False

    @classmethod
    def of(cls, source: str, alias: str, columns: list[str]) -> Select:
        """All columns of a table or a query."""
        made = cls(source, alias, known=tuple(columns))
        return replace(made, columns=tuple((made.own(name), name) for name in columns))

    def own(self, name: str) -> str:
        """A column of the source."""
        return f"{quoted(self.alias)}.{quoted(name)}"

    @property
    def outputs(self) -> list[str]:
        """The names of the columns that it gives."""
        return [name for _, name in self.columns]

    def expression(self, name: str) -> str | None:
        """What a name stands for: a column that it gives, or one of its source."""
        for expression, output in self.columns:
            if output == name:
                return expression
        return self.own(name) if name in self.known and not self.is_aggregate else None

    @property
    def is_plain(self) -> bool:
        """Whether it gives columns of its source as they are, so that others may be chosen in their place."""
        return not self.joins and not self.is_aggregate

    def choosing(self, names: list[str]) -> Select:
        """Some of the columns, all of them known."""
        if self.is_plain:
            return replace(self, columns=tuple((self.own(name), name) for name in names))
        around = self.wrapped()
        return replace(around, columns=tuple((around.own(name), name) for name in names))

    def wrapped(self) -> Select:
        """The query as the source of another; its order and its limit go along where its columns tell the order."""
        moves = all(order.output is not None for order in self.order)
        inner = replace(self, order=(), rows=None) if moves else self
        around = Select.of(f"({inner.sql()})", self.alias, self.outputs)
        if not moves:
            return around
        order = tuple(replace(o, expression=around.own(o.output or "")) for o in self.order)
        return replace(around, order=order, rows=self.rows)

    def where(self, condition: str) -> Select:
        """With one more condition."""
        return replace(self, conditions=(*self.conditions, condition))

    def ordered(self, expression: str, direction: str, output: str | None) -> Select:
        """With one more sort key."""
        return replace(self, order=(*self.order, Order(expression, direction, output)))

    def limited(self, rows: int) -> Select:
        """At most so many rows."""
        return replace(self, rows=rows)

    def aggregated(self, function: str) -> Select:
        """A function of the only column."""
        [(expression, name)] = self.columns
        if self.is_plain:
            expression = quoted(name)
        return self.value(f"{function}({expression})")

    def value(self, expression: str) -> Select:
        """One value that is made of all rows."""
        return replace(self, columns=((expression, AGGREGATED),), order=(), is_aggregate=True)

    def joining(self, kind: str, source: str, alias: str, condition: str) -> Select:
        """With one more table; its columns are not given yet."""
        text = f"{kind.upper()} JOIN {source} AS {quoted(alias)} ON {condition}"
        return replace(self, joins=(*self.joins, text), joined=(*self.joined, alias))

    def giving(self, columns: list[tuple[str, str]]) -> Select:
        """With more columns behind those that there are."""
        return replace(self, columns=(*self.columns, *columns))

    def sql(self, *, pretty: bool = False) -> str:
        """The text, on one line or laid out."""
        listed = [f"{expression} AS {quoted(name)}" for expression, name in self.columns]
        conditions = _joined(self.conditions)
        order = [key.sql() for key in self.order]
        source = f"FROM {self.source} AS {quoted(self.alias)}"
        limit = [] if self.rows is None else [f"LIMIT {self.rows}"]
        if not pretty:
            parts = ["SELECT " + ", ".join(listed), source, *self.joins]
            parts += ["WHERE " + " AND ".join(conditions)] if conditions else []
            parts += ["ORDER BY " + ", ".join(order)] if order else []
            return " ".join([*parts, *limit])
        lines = ["SELECT", _indented(",\n", listed), source]
        for join in self.joins:
            head, _, condition = join.rpartition(" ON ")
            lines += [head, f"  ON {condition}"]
        lines += ["WHERE", _indented("\nAND ", conditions)] if conditions else []
        lines += ["ORDER BY", _indented(",\n", order)] if order else []
        return "\n".join([*lines, *limit])


def _joined(conditions: tuple[str, ...]) -> list[str]:
    # Each that comes is joined to those that were there, as one: brackets keep an `or` of the user's together.
    if len(conditions) < 2:  # noqa: PLR2004
        return list(conditions)
    *before, last = conditions
    return [_bracketed(" AND ".join(_joined(tuple(before)))), _bracketed(last)]


def _bracketed(condition: str) -> str:
    words = condition.lower()
    return f"({condition})" if " or " in words or " and " in words else condition


def _indented(between: str, parts: list[str]) -> str:
    return "  " + between.join(parts).replace("\n", "\n  ")
