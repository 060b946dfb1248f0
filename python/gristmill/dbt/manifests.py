"""The documents that describe a project: the manifest that a parse gives, and the catalog of the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from gristmill.dbt.nodes import Node, resource
from gristmill.dbt.records import Part, Typed, as_it_is, each, moment, one

if TYPE_CHECKING:
    import os
    from typing import Self

    from gristmill import _core

__all__ = ["CatalogArtifact", "Manifest", "WritableManifest"]


class Metadata(Typed):
    """When and by what an artifact was made."""

    __slots__ = ()

    parts: ClassVar[dict[str, Part]] = {
        "generated_at": moment,
        "invocation_started_at": moment,
        "run_started_at": moment,
        "env": as_it_is,
        "quoting": as_it_is,
    }


class ManifestMetadata(Metadata):
    """When and by what a manifest was made, and of which project."""

    __slots__ = ()


class Artifact(Typed):
    """A document of the target folder."""

    __slots__ = ()

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """The document in a file."""
        return cls(json.loads(Path(path).read_text(encoding="utf-8")))

    @classmethod
    def read_and_check_versions(cls, path: str | os.PathLike[str]) -> Self:
        """The document in a file."""
        return cls.read(path)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The document that was read from JSON."""
        return cls(data)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write it as JSON."""
        Path(path).write_text(json.dumps(self.to_dict()), encoding="utf-8")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {', '.join(self)}>"


# Of a manifest: resources by their unique ids.
_SECTIONS = (
    *("nodes", "sources", "macros", "docs", "exposures", "metrics", "groups", "saved_queries", "semantic_models"),
    *("unit_tests", "functions"),
)


class WritableManifest(Artifact):
    """`manifest.json`: `manifest.nodes["model.shop.orders"].depends_on.nodes`."""

    __slots__ = ()

    parts: ClassVar[dict[str, Part]] = {
        "metadata": one(ManifestMetadata),
        **dict.fromkeys(_SECTIONS, each(resource)),
        "disabled": each(each(resource)),
        **dict.fromkeys(["parent_map", "child_map", "group_map", "selectors"], as_it_is),
    }


class Manifest(WritableManifest):
    """What `dbtRunner().invoke(["parse"]).result` is: the manifest, which `dbtRunner(manifest=...)` takes."""

    __slots__ = ("parsed",)

    # What the core has of it, so that `dbtRunner(manifest=...)` parses nothing.
    parsed: _core.Parsed | None

    def __init__(self, entries: dict[str, Any] | None = None, parsed: _core.Parsed | None = None) -> None:
        super().__init__(entries or {})
        self.parsed = parsed

    def __reduce__(self) -> tuple[Any, ...]:
        # What is read back in another process is parsed anew there.
        return type(self), (dict(self),)

    @classmethod
    def from_writable_manifest(cls, manifest: WritableManifest) -> Self:
        """The manifest that was read from a file."""
        return cls(manifest)

    def writable_manifest(self) -> WritableManifest:
        """As it is written to `manifest.json`."""
        return WritableManifest(self)

    def deepcopy(self) -> Self:
        """A copy that shares nothing that can be changed."""
        return type(self)(self.to_dict(), self.parsed)

    def expect(self, unique_id: str) -> Node:
        """The resource of an id; KeyError when there is none."""
        for section in (self.nodes, self.sources, self.exposures, self.metrics, self.functions, self.unit_tests):
            if unique_id in section:
                return section[unique_id]
        raise KeyError(unique_id)

    @property
    def flat_graph(self) -> dict[str, Any]:
        """Plain dicts of nodes and sources, as templates see them in `graph`."""
        names = ["nodes", "sources", "exposures", "groups", "metrics", "semantic_models", "saved_queries"]
        return {name: {key: resource(entry).to_dict() for key, entry in self.get(name, {}).items()} for name in names}

    def build_flat_graph(self) -> None:
        """There is nothing to build: `flat_graph` is made when it is asked for."""

    def build_parent_and_child_maps(self) -> None:
        """There is nothing to build: `parent_map` and `child_map` are there."""

    def get_used_schemas(self, resource_types: Any = None) -> frozenset[tuple[str | None, str]]:
        """The databases and schemas that nodes stand in."""
        wanted = (node for node in self.nodes.values() if not resource_types or node.resource_type in resource_types)
        return frozenset((node.database, node.schema) for node in wanted)


class TableMetadata(Typed):
    """What a relation of the catalog is."""

    __slots__ = ()


class ColumnMetadata(Typed):
    """A column of the catalog."""

    __slots__ = ()


class CatalogTable(Typed):
    """A relation of the catalog with its columns."""

    __slots__ = ()

    parts: ClassVar[dict[str, Part]] = {"metadata": one(TableMetadata), "columns": each(one(ColumnMetadata))}


class CatalogMetadata(Metadata):
    """When and by what a catalog was made."""

    __slots__ = ()


class CatalogArtifact(Artifact):
    """`catalog.json` as `dbtRunner().invoke(["docs", "generate"]).result`."""

    __slots__ = ()

    parts: ClassVar[dict[str, Part]] = {
        "metadata": one(CatalogMetadata),
        "nodes": each(one(CatalogTable)),
        "sources": each(one(CatalogTable)),
    }
