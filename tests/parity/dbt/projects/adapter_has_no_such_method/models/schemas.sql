select '{{ adapter.list_schemas(target.database) | length }}' as schemas
