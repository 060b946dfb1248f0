select '{{ adapter.list_relations(target.database, target.schema) | length }}' as relations
