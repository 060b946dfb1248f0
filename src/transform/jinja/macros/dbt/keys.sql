{# Tables with keys that other tables name, and tables that name them: what a materialization has to do before it replaces one. #}

{% macro enforced_constraint_types() -%}
    {%- set types = [] -%}
    {%- if (config.get('contract') or {}).get('enforced') -%}
        {%- for constraint in model.get('constraints', []) -%}{%- do types.append(constraint.type) -%}{%- endfor -%}
        {%- for column in model.get('columns', {}).values() -%}
            {%- for constraint in column.get('constraints', []) -%}{%- do types.append(constraint.type) -%}{%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(types) }}
{%- endmacro %}

{% macro existing_constraint_types(relation) -%}
    {{ return(adapter.existing_key_constraint_types(relation) if relation and relation.is_table else []) }}
{%- endmacro %}

{# A table that names another one keeps its own name: DuckDB does not follow a change of it. #}
{% macro has_foreign_key_constraints(relation=none) -%}
    {%- if not adapter.catalog_supports_foreign_keys(this.database) -%}{{ return(false) }}{%- endif -%}
    {{ return('foreign_key' in enforced_constraint_types() + existing_constraint_types(relation)) }}
{%- endmacro %}

{% macro may_be_foreign_key_target(relation=none) -%}
    {%- if not adapter.catalog_supports_foreign_keys(this.database) -%}{{ return(false) }}{%- endif -%}
    {%- set types = enforced_constraint_types() + existing_constraint_types(relation) -%}
    {{ return('primary_key' in types or 'unique' in types) }}
{%- endmacro %}

{# Sets the rows of the tables that name `relation` aside, when this run builds those tables again; restore_foreign_key_dependents takes what this gives. #}
{% macro drop_foreign_key_dependents(relation) -%}
    {%- set aside = [] -%}
    {%- for table, waiting in adapter.set_foreign_keys_aside(relation) -%}{%- do aside.append({'relation': table, 'backup': waiting}) -%}{%- endfor -%}
    {{ return(aside) }}
{%- endmacro %}

{% macro restore_foreign_key_dependents(dropped) -%}
    {%- for one in dropped | reverse -%}{%- do adapter.rename_relation(one['backup'], one['relation']) -%}{%- endfor -%}
{%- endmacro %}

{% macro drop_relation_for_rebuild(relation) -%}
    {%- do adapter.ensure_transaction() -%}
    {%- set dropped = drop_foreign_key_dependents(relation) if relation.is_table and may_be_foreign_key_target(relation) else [] -%}
    {%- do adapter.drop_relation(relation) -%}
    {{ return(dropped) }}
{%- endmacro %}
