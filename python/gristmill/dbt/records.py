"""JSON objects whose entries are attributes: what nodes, manifests and events of the runner are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, cast

__all__ = ["EventMsg", "Record", "each", "moment", "one", "plain"]

Part = Callable[[Any], Any]
"""Makes what an attribute gives of a JSON value."""


class Record(dict[str, Any]):
    """A dict whose entries are attributes as well, at any depth; `to_dict()` is plain dicts and lists all through.

    >>> record = Record({"name": "a", "config": {"materialized": "table"}})
    >>> record.config.materialized, record["name"]
    ('table', 'a')
    """

    # The attributes that were made of their values already.
    __slots__ = ("_made",)

    # What some attributes are, where they are more than records.
    parts: ClassVar[dict[str, Part]] = {}

    _made: set[str]

    def __init__(self, entries: dict[str, Any]) -> None:
        super().__init__(entries)
        self._made = set()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self:
            message = f"`{type(self).__name__}` has no `{name}`; it has {', '.join(self)}"
            raise AttributeError(message, name=name, obj=self)
        value = self[name]
        if name in self._made:
            return value
        made = (self.parts.get(name) or self.nested)(value)
        if isinstance(made, (dict, list)):
            # What a caller changes in it is changed here.
            self[name] = made
            self._made.add(name)
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(type(self), name):
            object.__setattr__(self, name, value)
        else:
            self[name] = value

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self]

    def nested(self, value: Any) -> Any:
        """An entry that nothing more is known of: objects become records, at any depth."""
        if isinstance(value, dict):
            return value if isinstance(value, Record) else Record(cast("dict[str, Any]", value))
        if isinstance(value, list):
            return [self.nested(item) for item in cast("list[Any]", value)]
        return value

    def to_dict(self, omit_none: bool = False) -> dict[str, Any]:
        """Plain dicts, lists and scalars; without the entries that are None, if that is asked for."""
        return {name: plain(value) for name, value in self.items() if not (omit_none and value is None)}


class Typed(Record):
    """A record that is shown as dbt shows the like: `FileHash(name='sha256', checksum='...')`."""

    __slots__ = ()

    def __repr__(self) -> str:
        names = (name.replace("-", "_") for name in self)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


def plain(value: Any) -> Any:
    """The value in the words of JSON."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in cast("list[Any]", value)]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() + "Z" if isinstance(value, datetime) else value


def one(kind: type[Record]) -> Part:
    """The part that is a record of a kind."""
    return lambda value: kind(value) if isinstance(value, dict) and not isinstance(value, kind) else value


def each(part: Part) -> Part:
    """The part that is a list or a dict of such."""

    def made(value: Any) -> Any:
        if isinstance(value, list):
            return [part(item) for item in cast("list[Any]", value)]
        if isinstance(value, dict):
            return {name: part(item) for name, item in cast("dict[str, Any]", value).items()}
        return value

    return made


def as_it_is(value: Any) -> Any:
    """The part that is a plain value: what users write into `meta` is theirs."""
    return value


def moment(text: Any) -> Any:
    """A time of an artifact, in UTC without a zone, as dbt holds it."""
    if not isinstance(text, str):
        return text
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=None)


class Timestamp(str):
    """The time of an event: its text, with the methods that callbacks know from protobuf's."""

    __slots__ = ()

    @property
    def seconds(self) -> int:
        """Whole seconds since 1970."""
        return int(self._utc().timestamp())

    @property
    def nanos(self) -> int:
        """What is left, in billionths of a second."""
        return self._utc().microsecond * 1000

    def ToDatetime(self, tzinfo: Any = None) -> datetime:  # noqa: N802
        """The time in UTC; without a zone, or in one."""
        return self._utc().replace(tzinfo=None) if tzinfo is None else self._utc().astimezone(tzinfo)

    def ToJsonString(self) -> str:  # noqa: N802
        """The text."""
        return str(self)

    def _utc(self) -> datetime:
        return datetime.fromisoformat(self)


class Message(Record):
    """A part of an event.

    Where protobuf is installed, `google.protobuf.json_format.MessageToDict` takes it as dbt's events are taken.
    """

    __slots__ = ()

    parts: ClassVar[dict[str, Part]] = {"ts": Timestamp}

    def __getattr__(self, name: str) -> Any:
        if name not in self:
            if name == "DESCRIPTOR":
                return _structure().DESCRIPTOR
            if name == "fields":
                structure = _structure()()
                structure.update(self)
                return structure.fields
        return super().__getattr__(name)

    def nested(self, value: Any) -> Any:
        """The objects in a message are messages."""
        if isinstance(value, dict) and not isinstance(value, Message):
            return Message(cast("dict[str, Any]", value))
        return super().nested(value)

    def HasField(self, name: str) -> bool:  # noqa: N802
        """Whether there is something under the name."""
        return bool(self.get(name))


# Protobuf's own message for any JSON object; `MessageToDict` asks for its descriptor and its fields.
def _structure() -> Any:
    import importlib

    return importlib.import_module("google.protobuf.struct_pb2").Struct


class EventMsg(Message):
    """One event of a run as callbacks get it: `event.info.name`, `event.info.msg`, `event.data.node_info.unique_id`."""

    __slots__ = ()
