"""Finding files: on this machine, in a store that the core opens, or through fsspec."""

from __future__ import annotations

import datetime as dt
import glob as globs
import logging
import posixpath
import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from gristmill.exceptions import FileNotReadable
from gristmill.sources.filesystem.configuration import (
    FilesystemConfiguration,
    make_fsspec_url,
    resolved_credentials,
)
from gristmill.sources.filesystem.fsspecs import fsspec_filesystem, is_fsspec
from gristmill.sources.filesystem.items import FileItemDict, guess_mime_type
from gristmill.sources.filesystem.stores import StoreAddress, store_address, store_options

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger("gristmill")
_WILD = re.compile(r"[*?\[]")
# What file systems call the time of the last change.
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "created", "modifiedTime", "Last-Modified", "date_time")


def find_files(
    bucket_url: str,
    credentials: Any,
    file_glob: str,
    kwargs: dict[str, Any] | None = None,
    client_kwargs: dict[str, Any] | None = None,
    *,
    fetch_file_info: bool = False,
) -> Iterator[FileItemDict]:
    """The files under an address that match, by their names."""
    if is_fsspec(credentials):
        yield from _in_fsspec(credentials, bucket_url, file_glob, fetch_file_info=fetch_file_info)
        return
    protocol = FilesystemConfiguration.parse_protocol(bucket_url)
    if protocol == "file" and not kwargs:
        yield from _on_this_machine(bucket_url, file_glob)
        return
    opened = resolved_credentials(protocol, credentials)
    address = store_address(bucket_url)
    options = store_options(address, opened, kwargs, client_kwargs) if address is not None else None
    if address is not None and options is not None:
        for item, stored in _in_store(address, options, bucket_url, file_glob):
            yield item.stored_as(
                stored, lambda: fsspec_filesystem(bucket_url, opened, kwargs=kwargs, client_kwargs=client_kwargs)[0]
            )
        return
    filesystem = fsspec_filesystem(bucket_url, opened, kwargs=kwargs, client_kwargs=client_kwargs)[0]
    yield from _in_fsspec(filesystem, bucket_url, file_glob, fetch_file_info=fetch_file_info)


def _item(relative_path: str, url: str, modified: dt.datetime, size: int | None) -> dict[str, Any]:
    kind, encoding = guess_mime_type(relative_path)
    item: dict[str, Any] = {
        "file_name": posixpath.basename(relative_path),
        "relative_path": relative_path,
        "file_url": url,
        "mime_type": kind,
        "modification_date": modified,
    }
    if size is not None:
        item["size_in_bytes"] = int(size)
    if encoding is not None:
        item["encoding"] = encoding
    return item


def _on_this_machine(bucket_url: str, file_glob: str) -> Iterator[FileItemDict]:
    is_path = FilesystemConfiguration.is_local_path(bucket_url)
    root = Path(bucket_url if is_path else FilesystemConfiguration.make_local_path(bucket_url)).expanduser().absolute()
    if not root.is_dir():
        message = f"there is no folder `{root}` to look for files in"
        raise FileNotReadable(message, hint="`bucket_url` is a folder; `read_file` reads a single file")
    for name in sorted(globs.glob(file_glob, root_dir=root, recursive=True)):  # noqa: PTH207
        path = root / name
        try:
            stat = path.stat()
        except OSError:
            _log.warning("`%s` was there when the folder was listed, and is gone: it is not read", path)
            continue
        if path.is_file():
            modified = dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)
            url = make_fsspec_url("file", str(path), "")
            yield FileItemDict(_item(Path(name).as_posix(), url, modified, stat.st_size))


def _in_store(
    address: StoreAddress, options: dict[str, str], bucket_url: str, file_glob: str
) -> Iterator[tuple[FileItemDict, Any]]:
    from gristmill import _core

    store = _core.ObjectStore(address.kind, address.bucket, options)
    folder, rest = fixed_folder(file_glob)
    prefix = "/".join(filter(None, (address.folder, folder)))
    wanted = glob_pattern(file_glob)
    scheme = urlsplit(bucket_url).scheme
    for key, size, modified, etag in store.list(prefix, "/" in rest or "**" in rest):
        relative = key.removeprefix(address.folder).lstrip("/") if address.folder else key
        if relative and wanted.fullmatch(relative):
            url = make_fsspec_url(scheme, f"{address.bucket}/{key}", bucket_url)
            when = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=modified)
            yield FileItemDict(_item(relative, url, when, size)), store.object(key, size, etag)


def fixed_folder(file_glob: str) -> tuple[str, str]:
    """The folders of a glob that hold no wildcard, and the rest.

    >>> fixed_folder("2024/01/*.csv")
    ('2024/01', '*.csv')
    """
    parts = file_glob.split("/")
    fixed = next((n for n, part in enumerate(parts) if _WILD.search(part)), len(parts) - 1)
    return "/".join(parts[:fixed]), "/".join(parts[fixed:])


def glob_pattern(file_glob: str) -> re.Pattern[str]:
    """A glob as a pattern over keys: `*` and `?` stay in one folder, `**` goes through folders.

    >>> [bool(glob_pattern("a/**/*.csv").fullmatch(key)) for key in ("a/x.csv", "a/b/c/x.csv", "x.csv")]
    [True, True, False]
    """
    pattern, at = "", 0
    while at < len(file_glob):
        char = file_glob[at]
        if file_glob.startswith("**/", at):
            pattern, at = pattern + "(?:[^/]+/)*", at + 3
            continue
        if file_glob.startswith("**", at):
            pattern, at = pattern + ".*", at + 2
            continue
        end = file_glob.find("]", at + 2) if char == "[" else -1
        if char == "[" and end > 0:
            inside = file_glob[at + 1 : end].replace("\\", "\\\\")
            pattern += f"[^{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]"
            at = end + 1
            continue
        pattern += {"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char))
        at += 1
    return re.compile(pattern)


def _in_fsspec(filesystem: Any, bucket_url: str, file_glob: str, *, fetch_file_info: bool) -> Iterator[FileItemDict]:
    for item in glob_files(filesystem, bucket_url, file_glob, fetch_file_info=fetch_file_info):
        yield FileItemDict(item, filesystem)


def glob_files(
    fs_client: Any, bucket_url: str, file_glob: str = "**", fetch_file_info: bool = False
) -> Iterator[dict[str, Any]]:
    """The files of a file system of fsspec that match, as dicts of what is known of them."""
    protocols = fs_client.protocol if isinstance(fs_client.protocol, tuple | list) else (fs_client.protocol,)
    is_local = "file" in protocols
    if is_local and FilesystemConfiguration.is_local_path(bucket_url):
        bucket_url = FilesystemConfiguration.make_file_url(bucket_url)
    scheme = urlsplit(bucket_url).scheme
    root = FilesystemConfiguration.make_local_path(bucket_url) if is_local else fs_client._strip_protocol(bucket_url)
    found: dict[str, Any]
    if is_local:
        names = globs.glob(str(Path(root) / file_glob), recursive=True)  # noqa: PTH207
        found = {name: fs_client.info(name) for name in sorted(names)}
    else:
        found = fs_client.glob(posixpath.join(root, file_glob), detail=True)
    for path, about in found.items():
        if about.get("type") != "file":
            continue
        size, modified = about.get("size"), _modified(about)
        if fetch_file_info and (size is None or modified is None):
            about = fs_client.info(path)  # noqa: PLW2901
            size, modified = about.get("size"), _modified(about)
        relative = Path(path).relative_to(root).as_posix() if is_local else posixpath.relpath(path, root)
        url = make_fsspec_url("file" if is_local else scheme, path, bucket_url)
        yield _item(relative, url, modified or dt.datetime.now(dt.UTC), size)


def _modified(about: dict[str, Any]) -> dt.datetime | None:
    found = next((about[name] for name in _TIMES if about.get(name) is not None), None)
    if found is None and isinstance(commit := about.get("last_commit"), dict):
        found = commit["date"]  # pyright: ignore[reportUnknownVariableType]
    if found is None:
        return None
    if isinstance(found, int | float):
        return dt.datetime.fromtimestamp(found, dt.UTC)
    if isinstance(found, tuple):
        # How archives write it, in a time zone that nobody tells.
        found = dt.datetime(*cast("tuple[int, int, int]", found), tzinfo=dt.UTC)
    if isinstance(found, str):
        found = parsedate_to_datetime(found) if "," in found else dt.datetime.fromisoformat(found)
    when: dt.datetime = found  # pyright: ignore[reportUnknownVariableType]
    return when.replace(tzinfo=dt.UTC) if when.tzinfo is None else when.astimezone(dt.UTC)
