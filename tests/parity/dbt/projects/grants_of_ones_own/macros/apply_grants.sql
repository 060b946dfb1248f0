{% macro apply_grants(relation, grant_config, should_revoke) %}
  {% for privilege, names in grant_config.items() %}
    {% do run_query("insert into granted values ('" ~ relation.identifier ~ "', '" ~ privilege ~ " " ~ names | join(' ') ~ "')") %}
  {% endfor %}
{% endmacro %}
