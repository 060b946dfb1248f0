select '{{ adapter.list_relations is defined }} {{ adapter.list_relations_without_caching is defined }} {{ adapter.get_relation is defined }}' as there
