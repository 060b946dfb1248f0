{# Views with parameters: macros of DuckDB that give a table. #}

{% materialization table_function, adapter='duckdb' %}
    {%- set target = api.Relation.create(identifier=model['alias'], schema=schema, database=database, type='view') -%}
    {%- set parameters = config.get('parameters') or '' -%}
    {%- if parameters is not string and parameters is not number -%}{%- set parameters = parameters | join(', ') -%}{%- endif -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        create or replace function {{ target.render() }}({{ parameters }}) as table (
{{ sql }}
        );
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
