{# How a template speaks to the database. The caller's text is the SQL; what comes back is kept under `name` for load_result. #}

{%- macro statement(name=None, fetch_result=False, auto_begin=True, language='sql') -%}
    {%- if execute -%}
        {%- set code = caller() -%}
        {%- if name == 'main' -%}
            {%- do write(code) -%}
        {%- endif -%}
        {%- if language == 'python' -%}
            {%- set response = submit_python_job(model, code) -%}
            {%- if name is not none -%}
                {%- do store_raw_result(name, message=response | string, code='OK', rows_affected=none) -%}
            {%- endif -%}
        {%- else -%}
            {%- set response, table = adapter.execute(code, auto_begin=auto_begin, fetch=fetch_result) -%}
            {%- if name is not none -%}
                {%- do store_result(name, response=response, agate_table=table) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{# Keeps a result under `name` without asking the database. #}
{%- macro noop_statement(name=None, message=None, code=None, rows_affected=None, res=None) -%}
    {%- set sql = caller() -%}
    {%- if name == 'main' -%}
        {%- do write(sql) -%}
    {%- endif -%}
    {%- if name is not none -%}
        {%- do store_raw_result(name, message=message, code=code, rows_affected=rows_affected, agate_table=res) -%}
    {%- endif -%}
{%- endmacro -%}

{# Gives a table of the rows; nothing while the project is being parsed. #}
{%- macro run_query(sql) -%}
    {%- call statement('run_query_statement', fetch_result=true, auto_begin=false) -%}
        {{ sql }}
    {%- endcall -%}
    {%- do return(load_result('run_query_statement').table) -%}
{%- endmacro -%}

{%- macro run_hooks(hooks, inside_transaction=True) -%}
    {%- for hook in hooks | selectattr('transaction', 'equalto', inside_transaction) -%}
        {%- set rendered = render(hook.get('sql')) | trim -%}
        {%- if rendered -%}
            {%- call statement(auto_begin=inside_transaction) -%}{{ rendered }}{%- endcall -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}

{# The blanks around are dbt's: they are seen in the manifest. #}
{% macro make_hook_config(sql, inside_transaction) %}
    {{ tojson({'sql': sql, 'transaction': inside_transaction}) }}
{% endmacro %}

{% macro before_begin(sql) %}
    {{ make_hook_config(sql, inside_transaction=False) }}
{% endmacro %}

{% macro in_transaction(sql) %}
    {{ make_hook_config(sql, inside_transaction=True) }}
{% endmacro %}

{% macro after_commit(sql) %}
    {{ make_hook_config(sql, inside_transaction=False) }}
{% endmacro %}

{%- macro set_sql_header(config) -%}
    {{ config.set('sql_header', caller()) }}
{%- endmacro -%}

{%- macro validate_sql(sql) -%}
    {{ return(adapter.dispatch('validate_sql', 'dbt')(sql)) }}
{%- endmacro -%}

{%- macro default__validate_sql(sql) -%}
    {%- call statement('validate_sql') -%}explain {{ sql }}{%- endcall -%}
    {{ return(load_result('validate_sql')) }}
{%- endmacro -%}
