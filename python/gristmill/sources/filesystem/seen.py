"""Files that an earlier load had: remembered by their addresses, with size and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gristmill.sources.filesystem.items import FileItemDict


def only_new(found: Iterator[FileItemDict], key: str) -> Iterator[FileItemDict]:
    """The files that were not there before, or are not what they were.

    What is remembered belongs to the running resource and travels with its load: a load that fails remembers nothing.
    """
    from gristmill.extract.state import resource_state

    loaded: dict[str, str] = resource_state().setdefault("loaded_files", {}).setdefault(key, {})
    for item in found:
        mark = f"{item.get('size_in_bytes')}@{item['modification_date'].isoformat()}"
        if loaded.get(item["file_url"]) != mark:
            loaded[item["file_url"]] = mark
            yield item
