{# Functions that live in the database. #}

{% macro function_execute_build_sql(build_sql, existing_relation, target_relation) %}
    {{ return(adapter.dispatch('function_execute_build_sql', 'dbt')(build_sql, existing_relation, target_relation)) }}
{% endmacro %}
{% macro default__function_execute_build_sql(build_sql, existing_relation, target_relation) %}
    {%- call statement(name='main') -%}{{ build_sql }}{%- endcall -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
{% endmacro %}

{% macro scalar_function_sql(target_relation) %}
    {{ return(adapter.dispatch('scalar_function_sql', 'dbt')(target_relation)) }}
{% endmacro %}
{% macro default__scalar_function_sql(target_relation) %}
    {{ scalar_function_create_replace_signature_sql(target_relation) }}
    {{ scalar_function_body_sql() }};
{% endmacro %}

{% macro scalar_function_create_replace_signature_sql(target_relation) %}
    {{ return(adapter.dispatch('scalar_function_create_replace_signature_sql', 'dbt')(target_relation)) }}
{% endmacro %}
{% macro default__scalar_function_create_replace_signature_sql(target_relation) %}
    create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }})
    returns {{ model.returns.data_type }} {{ scalar_function_volatility_sql() }} as
{% endmacro %}

{% macro formatted_scalar_function_args_sql() %}
    {{ return(adapter.dispatch('formatted_scalar_function_args_sql', 'dbt')()) }}
{% endmacro %}
{% macro default__formatted_scalar_function_args_sql() %}
    {%- for argument in model.arguments %}{{ argument.name }} {{ argument.data_type }}{{ ', ' if not loop.last }}{% endfor -%}
{% endmacro %}

{% macro formatted_scalar_function_args_javascript() %}
    {{ return(adapter.dispatch('formatted_scalar_function_args_javascript', 'dbt')()) }}
{% endmacro %}
{% macro default__formatted_scalar_function_args_javascript() %}
    {%- do exceptions.raise_compiler_error('functions in JavaScript are not there for ' ~ adapter.type()) -%}
{% endmacro %}

{% macro scalar_function_body_sql() %}{{ return(adapter.dispatch('scalar_function_body_sql', 'dbt')()) }}{% endmacro %}
{% macro default__scalar_function_body_sql() %}
    $$
    {{ model.compiled_code }}
    $$ language sql
{% endmacro %}

{% macro scalar_function_volatility_sql() %}
    {{ return(adapter.dispatch('scalar_function_volatility_sql', 'dbt')()) }}
{% endmacro %}
{% macro default__scalar_function_volatility_sql() %}
    {%- set volatility = model.config.get('volatility') -%}
    {%- set words = {'deterministic': 'immutable', 'stable': 'stable', 'non-deterministic': 'volatile'} -%}
    {%- if volatility in words -%}{{ words[volatility] }}
    {%- elif volatility is not none -%}{%- do unsupported_volatility_warning(volatility) -%}
    {%- endif -%}
{% endmacro %}

{% macro scalar_function_volatility_javascript() %}
    {{ return(adapter.dispatch('scalar_function_volatility_javascript', 'dbt')()) }}
{% endmacro %}
{% macro default__scalar_function_volatility_javascript() %}
    {%- set volatility = model.config.get('volatility') -%}
    {%- if volatility is not none -%}{%- do unsupported_volatility_warning(volatility) -%}{%- endif -%}
{% endmacro %}

{% macro unsupported_volatility_warning(volatility) %}
    {{ return(adapter.dispatch('unsupported_volatility_warning', 'dbt')(volatility)) }}
{% endmacro %}
{% macro default__unsupported_volatility_warning(volatility) %}
    {%- do exceptions.warn('the volatility `' ~ volatility ~ '` of the function ' ~ model.name ~ ' means nothing to ' ~ adapter.type() ~ ' and is left out') -%}
{% endmacro %}

{% macro get_aggregate_function_create_replace_signature(target_relation) %}
    {{ return(adapter.dispatch('get_aggregate_function_create_replace_signature', 'dbt')(target_relation)) }}
{% endmacro %}
{% macro default__get_aggregate_function_create_replace_signature(target_relation) %}
    create or replace aggregate function {{ target_relation.render() }} ({{ get_formatted_aggregate_function_args() }})
    returns {{ model.returns.data_type }} {{ get_function_language_specifier() }} {{ get_aggregate_function_volatility_specifier() }}
    {{ get_function_python_options() if model.get('language') == 'python' }} as
{% endmacro %}

{% macro get_formatted_aggregate_function_args() %}
    {{ return(adapter.dispatch('get_formatted_aggregate_function_args', 'dbt')()) }}
{% endmacro %}
{% macro default__get_formatted_aggregate_function_args() %}{{ formatted_scalar_function_args_sql() }}{% endmacro %}

{% macro get_function_language_specifier() %}
    {{ return(adapter.dispatch('get_function_language_specifier', 'dbt')()) }}
{% endmacro %}
{% macro default__get_function_language_specifier() %}
    {%- set language = model.get('language') -%}
    {{- '' if language == 'sql' else 'language ' ~ ('js' if language == 'javascript' else language) -}}
{% endmacro %}

{% macro get_aggregate_function_volatility_specifier() %}
    {{ return(adapter.dispatch('get_aggregate_function_volatility_specifier', 'dbt')()) }}
{% endmacro %}
{% macro default__get_aggregate_function_volatility_specifier() %}{{ scalar_function_volatility_sql() }}{% endmacro %}

{% macro get_function_python_options() %}
    {{ return(adapter.dispatch('get_function_python_options', 'dbt')()) }}
{% endmacro %}
{% macro default__get_function_python_options() %}
    runtime_version = '{{ model.config.get('runtime_version') }}' handler = '{{ model.config.get('entry_point') }}'
    {%- if model.config.get('packages') %} packages = ('{{ model.config.get('packages') | join("', '") }}'){% endif %}
{% endmacro %}

{% macro resolve_model_name(input_model_name) %}
    {{ return(adapter.dispatch('resolve_model_name', 'dbt')(input_model_name)) }}
{% endmacro %}
{%- macro default__resolve_model_name(input_model_name) -%}
    {{ input_model_name | string | replace('"', '\\"') }}
{%- endmacro -%}

{# A project may say more about its Python models here. #}
{% macro py_script_comment() %}{% endmacro %}

{# A Python model that a macro materializes: its code, and a function that makes a table of the rows. #}
{% macro py_write_table(temporary, relation, compiled_code, partitioned_by=none, sorted_by=none) -%}
{%- set in_order = (duckdb__alter_table_set_partitioned_by(relation, partitioned_by) if partitioned_by else '')
    ~ (duckdb__alter_table_set_sorted_by(relation, sorted_by) if sorted_by else '') -%}
{{ compiled_code }}


def materialize(rows, session):
    name = {{ tojson('__dbt_python_rows_' ~ relation.identifier) }}
    table = {{ tojson(relation | string) }}
    session.register(name, rows)
    session.execute('create {{ 'temporary ' if temporary }}table ' + table + ' as select * from ' + name + ' limit 0')
    {%- if in_order %}
    session.execute({{ tojson(in_order) }})
    {%- endif %}
    session.execute('insert into ' + table + ' select * from ' + name)
    session.unregister(name)
{% endmacro %}

{% materialization function, default, supported_languages=['sql', 'python', 'javascript'] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=this.Function) -%}
    {{ run_hooks(pre_hooks) }}
    {%- set wanted = this.get_function_macro_name(this.get_function_config(model)) -%}
    {#- Under another name, because which macro is meant is known only now. -#}
    {%- set dispatch = adapter.dispatch -%}
    {{ function_execute_build_sql(dispatch(wanted, 'dbt')(target), existing, target) }}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# DuckDB's functions are macros: they have neither a declared answer nor a language. #}
{% macro duckdb__scalar_function_create_replace_signature_sql(target_relation) %}
    create or replace function {{ target_relation.render() }}({{ formatted_scalar_function_args_sql() }}) as
{% endmacro %}

{% macro duckdb__formatted_scalar_function_args_sql() %}
    {%- for argument in model.arguments -%}
        {{ argument.name }} {{ argument.data_type }}
        {%- if argument.default_value is defined %} := {{ argument.default_value }}{% endif -%}
        {{ ', ' if not loop.last }}
    {%- endfor -%}
{% endmacro %}

{% macro duckdb__scalar_function_body_sql() %}
    {%- set returned = model.returns.data_type if model.returns.data_type != 'INVALID_TYPE' -%}
    {{ 'cast(' if returned }}(
    {{ model.compiled_code }}
    ){% if returned %} as {{ returned }}){% endif %}
{% endmacro %}
