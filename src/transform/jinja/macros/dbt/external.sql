{# Models whose rows are files, with a view over them. A model may read the file that it is about to replace: its rows are
   whole in a table before the file is written. Everything is one transaction, so that no table is left behind. #}

{% materialization external, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set options = render_write_options(config) -%}
    {%- set location = render(config.get('location', external_location(this, config))) -%}
    {%- set write_options = adapter.external_write_options(location, options) -%}
    {%- set known = ['csv', 'parquet', 'json'] -%}
    {%- set format = config.get('format') -%}
    {%- if format and format not in known -%}
        {%- do exceptions.raise_compiler_error('an external model cannot be of format ' ~ format ~ ', only of ' ~ known | join(', ')) -%}
    {%- elif not format -%}
        {%- set format = options.format | lower if options.format | lower in known else 'parquet' -%}
    {%- endif -%}
    {%- set target = this.incorporate(type='view') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set rows = make_intermediate_relation(this.incorporate(type='table')) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- do adapter.ensure_transaction() -%}
    {%- do drop_relation_if_exists(load_cached_relation(rows)) -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- call statement('create_table', language=model.language) -%}
        {{- create_table_as(False, rows, compiled_code, model.language) -}}
    {%- endcall -%}
    {%- set is_empty = run_query('select 1 from ' ~ rows ~ ' limit 1') | length == 0 -%}
    {%- set columns = adapter.get_columns_in_relation(rows) -%}
    {%- if is_empty -%}
        {# A row of nulls, which the view leaves out: partitions would have no file, and CSV no types. #}
        {%- do run_query('insert into ' ~ rows ~ ' values (' ~ (['null'] * columns | length) | join(', ') ~ ')') -%}
    {%- endif -%}
    {{ write_to_file(rows, adapter.place_in_project(location), write_options) }}

    {%- if existing is not none and not existing.is_view -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
    {%- call statement('main') -%}
        create or replace view {{ target }} as (
            select * from {{ gristmill__external_reader(format, adapter.external_read_location(location, options), options) }}
            {%- if is_empty %}
            where 1
            {%- for column in columns %} and {{ adapter.quote(column.name) }} is not null{% endfor %}
            {%- endif %}
        );
    {%- endcall -%}
    {%- do adapter.drop_relation(rows) -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=True)) -%}
    {%- do persist_docs(target, model) -%}
    {{ adapter.commit() }}

    {%- set plugin = config.get('plugin') -%}
    {%- if config.get('glue_register', false) -%}{%- set plugin = 'glue|' ~ config.get('glue_database', 'default') -%}{%- endif -%}
    {%- if plugin is not none -%}{%- do store_relation(plugin, target, location, format, config) -%}{%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# The function of DuckDB that reads the files back, with the options of its format. #}
{% macro gristmill__external_reader(format, location, options) -%}
    {%- set defaults = {'parquet': {'union_by_name': False}, 'json': {'auto_detect': True}, 'csv': {'auto_detect': True}} -%}
    {%- set arguments = dict(config.get(format ~ '_read_options', defaults[format])) -%}
    {%- if options.get('compression') and format != 'parquet' and 'compression' not in arguments -%}
        {%- do arguments.update({'compression': options['compression']}) -%}
    {%- endif -%}
    read_{{ format }}('{{ location }}'
    {%- for name, value in arguments.items() -%}
        , {{ name }}={% if value is string %}'{{ value }}'{% else %}{{ value }}{% endif %}
    {%- endfor -%}
    )
{%- endmacro %}
