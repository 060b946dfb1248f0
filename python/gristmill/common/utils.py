"""Small helpers that user code imports."""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import itertools
import os
import sys
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

from gristmill import names
from gristmill.names import callable_name, is_inner, unique_id

if TYPE_CHECKING:
    from types import ModuleType

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D", bound=dict[Any, Any])
F = TypeVar("F", bound=Callable[..., Any])

__all__ = [
    "chunks",
    "clone_dict_nested",
    "compressed_b64decode",
    "compressed_b64encode",
    "concat_strings_with_limit",
    "custom_environ",
    "dict_remove_nones_in_place",
    "digest128",
    "digest128b",
    "digest256",
    "encoding_for_mode",
    "exclude_keys",
    "extend_list_deduplicated",
    "filter_env_vars",
    "flatten_list_of_str_or_dicts",
    "flatten_list_or_items",
    "get_callable_name",
    "get_full_callable_name",
    "get_module_name",
    "group_dict_of_lists",
    "identity",
    "increase_row_count",
    "is_inner_callable",
    "is_interactive",
    "main_module_file_path",
    "many_uniq_ids_base64",
    "map_nested_keys_in_place",
    "map_nested_values_in_place",
    "merge_row_counts",
    "order_deduped",
    "set_working_dir",
    "simple_repr",
    "str2bool",
    "uniq_id",
    "uniq_id_base64",
    "update_dict_nested",
    "update_dict_with_prune",
    "with_custom_environ",
    "without_none",
]


def uniq_id(len_: int = 16) -> str:
    """Random hex of so many bytes."""
    return unique_id(len_)


def uniq_id_base64(len_: int = 16) -> str:
    """Random base64 of so many bytes."""
    return base64.b64encode(os.urandom(len_)).decode("ascii").rstrip("=")


def many_uniq_ids_base64(n_ids: int, len_: int = 16) -> list[str]:
    """Several of them."""
    return [uniq_id_base64(len_) for _ in range(n_ids)]


def digest128(v: str, len_: int = 15) -> str:
    """A short content hash of text."""
    return names.digest128(v, len_)


def digest128b(v: bytes, len_: int = 15) -> str:
    """A short content hash of bytes."""
    return base64.b64encode(hashlib.shake_128(v).digest(len_)).decode("ascii").rstrip("=")


def digest256(v: str) -> str:
    """A content hash."""
    return base64.b64encode(hashlib.sha3_256(v.encode()).digest()).decode("ascii")


def compressed_b64encode(value: bytes) -> str:
    """Bytes as text, compressed."""
    return base64.b64encode(zlib.compress(value, level=9)).decode("ascii")


def compressed_b64decode(value: str) -> bytes:
    """The bytes again."""
    return zlib.decompress(base64.b64decode(value, validate=True))


def chunks(iterable: Iterable[T], n: int) -> Iterator[Sequence[T]]:
    """A sequence in pieces.

    >>> list(chunks([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    rest = iter(iterable)
    while piece := list(itertools.islice(rest, n)):
        yield piece


def str2bool(v: str | bool) -> bool:
    """A truth from one of its usual spellings.

    >>> str2bool("yes"), str2bool("0")
    (True, False)
    """
    if isinstance(v, bool):
        return v
    if v.lower() in ("yes", "true", "t", "y", "1"):
        return True
    if v.lower() in ("no", "false", "f", "n", "0"):
        return False
    message = f"`{v}` is neither true nor false"
    raise ValueError(message)


def flatten_list_of_str_or_dicts(seq: Sequence[Mapping[str, Any] | str]) -> dict[str, Any]:
    """Names and dicts of names as one dict.

    >>> flatten_list_of_str_or_dicts(["a", {"b": 1}])
    {'a': None, 'b': 1}
    """
    found: dict[str, Any] = {}
    for entry in seq:
        for key, value in [(entry, None)] if isinstance(entry, str) else entry.items():
            if key in found:
                message = f"`{key}` stands twice in the list"
                raise KeyError(message)
            found[key] = value
    return found


def flatten_list_or_items(_iter: Iterable[Any]) -> Iterator[Any]:
    """The items of the lists, and what is no list.

    >>> list(flatten_list_or_items([[1, 2], 3]))
    [1, 2, 3]
    """
    for items in _iter:
        if isinstance(items, list):
            yield from cast("list[Any]", items)
        else:
            yield items


def concat_strings_with_limit(strings: list[str], separator: str, limit: int) -> Iterator[str]:
    """Joined strings, none longer than the limit."""
    joined = ""
    for index, text in enumerate(strings):
        longer = joined + separator + text if index else text
        if index and len(longer) > limit:
            yield joined
            joined = text
        else:
            joined = longer
    if strings:
        yield joined


def filter_env_vars(envs: list[str]) -> dict[str, str]:
    """Those that are set, by their names in lower case."""
    return {name.lower(): os.environ[name] for name in envs if name in os.environ}


def update_dict_with_prune(dest: dict[str, Any], update: Mapping[str, Any]) -> None:
    """Set what is given, and remove what is given as None."""
    for key, value in update.items():
        if value is not None:
            dest[key] = value
        else:
            dest.pop(key, None)


def update_dict_nested(dst: D, src: D, copy_src_dicts: bool = False) -> D:
    """Lay a dict over another one, dicts within dicts included.

    >>> update_dict_nested({"a": {"b": 1}}, {"a": {"c": 2}})
    {'a': {'b': 1, 'c': 2}}
    """
    for key, value in src.items():
        if isinstance(value, dict) and (copy_src_dicts or isinstance(dst.get(key), dict)):
            at = dst.get(key)
            dst[key] = update_dict_nested(at if isinstance(at, dict) else {}, cast("Any", value), copy_src_dicts)
        else:
            dst[key] = value
    return dst


def clone_dict_nested(src: D) -> D:
    """A copy, of the dicts within too."""
    return update_dict_nested(cast("D", {}), src, copy_src_dicts=True)


def map_nested_values_in_place(func: Callable[..., Any], _nested: Any, *args: Any, **kwargs: Any) -> Any:
    """Replace each value in dicts and lists by what the function makes of it.

    >>> map_nested_values_in_place(str, {"a": [1, {"b": 2}]})
    {'a': ['1', {'b': '2'}]}
    """

    def mapped(value: Any) -> Any:
        if isinstance(value, (dict, list, tuple)):
            return map_nested_values_in_place(func, value, *args, **kwargs)
        return func(value, *args, **kwargs)

    if isinstance(_nested, tuple):
        return tuple(mapped(value) for value in cast("tuple[Any, ...]", _nested))
    pairs: Any = list(_nested.items()) if isinstance(_nested, dict) else list(enumerate(_nested))
    for key, value in pairs:
        _nested[key] = mapped(value)
    return _nested


map_nested_in_place = map_nested_values_in_place


def map_nested_keys_in_place(func: Callable[..., Any], _nested: Any, *args: Any, **kwargs: Any) -> Any:
    """Replace each key of nested dicts by what the function makes of it."""
    if isinstance(_nested, dict):
        entries = list(cast("dict[Any, Any]", _nested).items())
        _nested.clear()
        for key, value in entries:
            _nested[func(key, *args, **kwargs)] = map_nested_keys_in_place(func, value, *args, **kwargs)
    elif isinstance(_nested, list):
        for index, value in enumerate(cast("list[Any]", _nested)):
            _nested[index] = map_nested_keys_in_place(func, value, *args, **kwargs)
    return _nested


def is_interactive() -> bool:
    """Whether a person types at this Python."""
    return hasattr(sys, "ps1") or not hasattr(sys.modules.get("__main__"), "__file__")


def dict_remove_nones_in_place(d: dict[Any, Any]) -> dict[Any, Any]:
    """Remove what is None."""
    for key in [key for key, value in d.items() if value is None]:
        del d[key]
    return d


def without_none(d: Mapping[K, V | None]) -> dict[K, V]:
    """A mapping without the keys whose value is None.

    >>> without_none({"a": 1, "b": None})
    {'a': 1}
    """
    return {key: value for key, value in d.items() if value is not None}


def exclude_keys(mapping: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """A mapping without these keys."""
    left_out = set(keys)
    return {key: value for key, value in mapping.items() if key not in left_out}


def simple_repr(object_name: str, **kwargs: Any) -> str:
    """The name, and the arguments that are set."""
    return f"<{object_name}({', '.join(f'{k}={v}' for k, v in kwargs.items() if v is not None)})>"


@contextlib.contextmanager
def custom_environ(env: Mapping[str, str]) -> Generator[None]:
    """Environment variables for a while."""
    before = {name: os.environ.get(name) for name in env}
    os.environ.update(env)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def with_custom_environ(f: F) -> F:
    """A function whose changes of the environment end with it."""

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        before = dict(os.environ)
        try:
            return f(*args, **kwargs)
        finally:
            os.environ.clear()
            os.environ.update(before)

    return cast("F", call)


@contextlib.contextmanager
def set_working_dir(path: str | None) -> Generator[str | None]:
    """Another working directory for a while."""
    before = Path.cwd()
    try:
        if path:
            os.chdir(path)
        yield path
    finally:
        os.chdir(before)


def encoding_for_mode(mode: str) -> str | None:
    """UTF-8, unless bytes are read."""
    return None if "b" in mode else "utf-8"


def main_module_file_path() -> str | None:
    """The script that runs."""
    return sys.argv[0] if sys.argv and Path(sys.argv[0]).is_file() else None


def get_callable_name(f: Any, name_attr: str = "__name__") -> str | None:
    """The name of a function, or of a callable's class."""
    return callable_name(f, name_attr)


def is_inner_callable(f: Any) -> bool:
    """Whether it was defined within another function."""
    return is_inner(f)


def get_full_callable_name(f: Any) -> str:
    """Its module and name."""
    name = callable_name(f, "__qualname__")
    return name if f.__module__ == "builtins" else f"{f.__module__}.{name}"


def get_module_name(m: ModuleType) -> str:
    """A module's last name; of the script that runs, the file's."""
    if m.__name__ == "__main__" and getattr(m, "__file__", None):
        return Path(str(m.__file__)).stem
    return m.__name__.rsplit(".", 1)[-1]


def identity(x: T) -> T:
    """What was given."""
    return x


def increase_row_count(row_counts: MutableMapping[str, int], counter_name: str, count: int) -> None:
    """Count rows."""
    row_counts[counter_name] = row_counts.get(counter_name, 0) + count


def merge_row_counts(row_counts_1: MutableMapping[str, int], row_counts_2: Mapping[str, int]) -> None:
    """Count the rows of the second with the first."""
    for name, count in row_counts_2.items():
        increase_row_count(row_counts_1, name, count)


def extend_list_deduplicated(
    original_list: list[Any], extending_list: Iterable[Any], normalize_f: Callable[[str], str] = identity
) -> list[Any]:
    """Append what is not there yet."""
    known = {normalize_f(item) for item in original_list}
    for item in extending_list:
        if normalize_f(item) not in known:
            known.add(normalize_f(item))
            original_list.append(item)
    return original_list


def order_deduped(lst: list[Any]) -> list[Any]:
    """Each once, in the order in which they came first."""
    return list(dict.fromkeys(lst))


def group_dict_of_lists(input_dict: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """The first of all lists, then the second of all, and so on."""
    length = max((len(values) for values in input_dict.values()), default=0)
    return [
        {key: values[index] for key, values in input_dict.items() if index < len(values)} for index in range(length)
    ]


@contextlib.contextmanager
def maybe_context(manager: contextlib.AbstractContextManager[T] | None) -> Generator[T | None]:
    """A context, or none at all.

    >>> with maybe_context(None) as nothing:
    ...     print(nothing)
    None
    """
    if manager is None:
        yield None
    else:
        with manager as given:
            yield given


def removeprefix(text: str, prefix: str) -> str:
    """The text without its beginning, where it begins so."""
    return text.removeprefix(prefix)


def digest256_file_stream(stream: IO[bytes], chunk_size: int = 4096) -> str:
    """A content hash of a file."""
    stream.seek(0)
    digest = hashlib.sha3_256()
    while piece := stream.read(chunk_size):
        digest.update(piece)
    return base64.b64encode(digest.digest()).decode("ascii")
