"""What `run` is given, as a list of sources: resources join the pipeline's own schema, plain data becomes a resource."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, cast

from gristmill.extract.decorators import SourceFactory
from gristmill.extract.reference import SourceReference
from gristmill.extract.resource import DltResource
from gristmill.extract.source import DltSource
from gristmill.names import schema_name_of
from gristmill.schema import Schema


@dataclasses.dataclass
class Overrides:
    """Arguments of `run` that apply to every resource it loads."""

    table_name: str | None = None
    parent_table_name: str | None = None
    write_disposition: Any = None
    columns: Any = None
    primary_key: Any = None
    schema_contract: Any = None
    table_format: str | None = None
    file_format: str | None = None

    def given(self) -> dict[str, Any]:
        """Those that were given."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {name: value for name, value in values.items() if value is not None}


def data_to_sources(data: Any, pipeline: Any, schema: Schema | None, overrides: Overrides) -> list[DltSource]:  # noqa: C901, PLR0912
    """The sources in `data`, by the name of their schema."""
    sources: list[DltSource] = []
    resources: list[DltResource] = []
    plain: list[DltResource] = []
    for item in _items(data):
        if isinstance(item, str) and "." in item:
            item = SourceReference.from_reference(item)  # noqa: PLW2901
        if isinstance(item, SourceFactory):
            item = item()  # noqa: PLW2901
        if isinstance(item, DltSource):
            if schema is not None:
                item.schema = schema
            sources.append(item)
        elif isinstance(item, DltResource):
            resources.append(item)
        else:
            made = DltResource.from_data(item, name=overrides.table_name, section=pipeline.pipeline_name)
            made.apply_hints()
            plain.append(made)
    for group in _without_doubles(resources):
        sections = {resource.section for resource in group}
        section = (sections.pop() if len(sections) == 1 else None) or pipeline.pipeline_name
        sources.append(DltSource(schema or _own_schema(pipeline), section, group))
    if plain:
        sources.append(DltSource(schema or _own_schema(pipeline), pipeline.pipeline_name, plain))
    given = overrides.given()
    for source in sources:
        if overrides.schema_contract is not None:
            source.schema_contract = overrides.schema_contract
        if given:
            for resource in source.resources.extracted:
                resource.apply_hints(**given)
    return sorted(sources, key=lambda s: s.name)


def _items(data: Any) -> list[Any]:
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        items: list[Any] = list(cast("Sequence[Any]", data))
        if items and isinstance(items[0], (DltResource, DltSource, SourceFactory)):
            return items
    return [data]


def _without_doubles(resources: list[DltResource]) -> list[list[DltResource]]:
    # Resources of one name cannot stand in one source, so the second of a name opens another group.
    groups: list[list[DltResource]] = []
    for resource in resources:
        group = next((g for g in groups if all(r.name != resource.name for r in g)), None)
        if group is None:
            groups.append([resource])
        else:
            group.append(resource)
    return groups


def _own_schema(pipeline: Any) -> Schema:
    made = Schema(pipeline.default_schema_name or schema_name_of(pipeline.pipeline_name))
    known = pipeline.schemas.get(made.name)
    if known is not None:
        # What comes without a schema of its own follows the settings, and the contract in them, of earlier runs.
        made.settings.clear()
        made.settings.update(known.settings)
    return made


def describe(data: Any) -> list[dict[str, str]]:
    """What was given, for the trace."""
    found: list[dict[str, str]] = []
    for item in _items(data):
        if isinstance(item, (DltResource, DltSource)):
            kind = "resource" if isinstance(item, DltResource) else "source"
            found.append({"name": item.name, "data_type": kind})
        elif item is not None:
            return [*found, {"name": "", "data_type": type(item).__name__}]
    return found
