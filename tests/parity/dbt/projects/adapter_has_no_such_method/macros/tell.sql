{% macro tell() %}{% do log(adapter.list_relations_without_caching(this), info=true) %}{% endmacro %}
{% macro asks_first() %}{% if adapter.list_relations %}{% do adapter.list_relations(target.database, target.schema) %}{% endif %}{% endmacro %}
