{# Stand-ins that ask as dbt_utils does what they were given, in the same order, and do little else. #}
{% macro _is_relation(obj, macro) -%}
    {%- set type = obj.get('metadata', {}).get('type', '') if obj is mapping else '' -%}
    {%- if not type.endswith('Relation') -%}{%- do exceptions.raise_compiler_error(macro ~ ' wants a relation, not ' ~ obj) -%}{%- endif -%}
{%- endmacro %}

{% macro _is_ephemeral(obj, macro) -%}
    {%- if obj.is_cte -%}{%- do exceptions.raise_compiler_error(macro ~ ' cannot look into ' ~ obj.name) -%}{%- endif -%}
{%- endmacro %}

{% macro get_filtered_columns_in_relation(from, except=[]) -%}
    {%- do dbt_utils._is_relation(from, 'get_filtered_columns_in_relation') -%}
    {%- do dbt_utils._is_ephemeral(from, 'get_filtered_columns_in_relation') -%}
    {{ return(adapter.get_columns_in_relation(from) | map(attribute='name') | list if execute else []) }}
{%- endmacro %}

{% macro star(from) -%}
    {%- do dbt_utils._is_relation(from, 'star') -%}
    {%- do dbt_utils._is_ephemeral(from, 'star') -%}
    {{ return(dbt_utils.get_filtered_columns_in_relation(from) | join(', ') if execute else '*') }}
{%- endmacro %}

{% macro unpivot(relation=none) -%}
    {%- do dbt_utils._is_relation(relation, 'unpivot') -%}
    {%- do dbt_utils._is_ephemeral(relation, 'unpivot') -%}
{%- endmacro %}

{% macro union_relations(relations) -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- for relation in relations -%}
        {%- do dbt_utils._is_relation(relation, 'union_relations') -%}
        {%- do dbt_utils._is_ephemeral(relation, 'union_relations') -%}
    {%- endfor -%}
{%- endmacro %}

{% macro nullcheck_table(relation) -%}
    {%- do dbt_utils._is_relation(relation, 'nullcheck_table') -%}
    {%- do dbt_utils._is_ephemeral(relation, 'nullcheck_table') -%}
{%- endmacro %}

{% macro get_column_values(table, column) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- do dbt_utils._is_ephemeral(table, 'get_column_values') -%}
{%- endmacro %}
