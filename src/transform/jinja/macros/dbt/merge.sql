{# The merge strategy: which rows meet, and what is done with those that do and those that do not. #}

{% macro get_incremental_merge_sql(arg_dict) -%}
    {{ return(adapter.dispatch('get_incremental_merge_sql', 'dbt')(arg_dict)) }}
{%- endmacro %}

{% macro default__get_incremental_merge_sql(arg_dict) -%}
    {{ return(get_merge_sql(arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['unique_key'], arg_dict['dest_columns'], arg_dict['incremental_predicates'])) }}
{%- endmacro %}

{% macro get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
    {{ return(adapter.dispatch('get_merge_sql', 'dbt')(target, source, unique_key, dest_columns, incremental_predicates)) }}
{%- endmacro %}

{% macro default__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
    {%- do validate_merge_config(config, target) -%}
    {%- set clauses = config.get('merge_clauses') or {} -%}
    {%- set matched = clauses['when_matched'] if 'when_matched' in clauses else [merge_update_of_config()] -%}
    {%- set unmatched = clauses['when_not_matched'] if 'when_not_matched' in clauses
        else [{'action': 'insert', 'mode': 'by_name', 'condition': config.get('merge_insert_condition')}] -%}
    {%- set returning = config.get('merge_returning_columns') or [] -%}
    {{ config.get('sql_header') or '' }}
    merge into {{ target }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    {{ merge_rows_that_meet(unique_key, config.get('merge_on_using_columns') or [], normalize_incremental_predicates(incremental_predicates)) }}
    {%- for clause in matched %}
    when matched{{ merge_condition(clause) }} then {{ merge_action(clause, dest_columns) }}
    {%- endfor %}
    {%- for clause in unmatched %}
    when not matched{{ ' by ' ~ clause['by'] if clause.get('by') }}{{ merge_condition(clause) }} then {{ merge_action(clause, dest_columns) }}
    {%- endfor %}
    {%- if returning %}
    returning {{ returning if returning is string else returning | join(', ') }}
    {%- endif %}
{%- endmacro %}

{# What the settings beside `merge_clauses` make of a row that is there already. #}
{% macro merge_update_of_config() -%}
    {%- set columns = {
        'include': config.get('merge_update_columns') or [],
        'exclude': config.get('merge_exclude_columns') or [],
        'set_expressions': config.get('merge_update_set_expressions') or {},
    } -%}
    {%- set explicit = columns['include'] or columns['exclude'] or columns['set_expressions'] -%}
    {{ return({
        'action': 'update', 'mode': 'explicit' if explicit else 'by_name',
        'condition': config.get('merge_update_condition'), 'update': columns,
    }) }}
{%- endmacro %}

{% macro merge_rows_that_meet(unique_key, using_columns, predicates) -%}
    {%- set conditions = [] -%}
    {%- if not using_columns -%}
        {%- for key in ([unique_key] if unique_key is string else unique_key or []) -%}
            {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
        {%- endfor -%}
        {%- if not unique_key -%}{%- do conditions.append('false') -%}{%- endif -%}
    {%- endif -%}
    {%- do conditions.extend(predicates) -%}
    {%- if using_columns %}using ({{ using_columns | join(', ') }}) {% endif -%}
    {%- if conditions %}on ({{ conditions | join(') and (') }}){% endif -%}
{%- endmacro %}

{% macro merge_condition(clause) -%}
    {%- set condition = clause.get('condition') -%}
    {%- if condition %} and {{ condition if condition is string else '(' ~ condition | join(') and (') ~ ')' }}{% endif -%}
{%- endmacro %}

{% macro merge_action(clause, dest_columns) -%}
    {%- set action, mode = clause.get('action'), clause.get('mode') -%}
    {%- set by_mode = {'by_name': ' by name', 'by_position': ' by position'} -%}
    {%- if action == 'update' and mode == 'star' -%}
        update set *
    {%- elif action == 'update' and mode in by_mode -%}
        update{{ by_mode[mode] }}
    {%- elif action == 'update' -%}
        update set {{ merge_assignments(clause, dest_columns) }}
    {%- elif action == 'insert' and mode == 'explicit' -%}
        {%- set wanted = clause.get('insert') or {} -%}
        insert ({{ wanted.get('columns', []) | join(', ') }}) values ({{ wanted.get('values', []) | join(', ') }})
    {%- elif action == 'insert' -%}
        insert{{ by_mode.get(mode, ' *') }}
    {%- elif action == 'error' -%}
        error{% if clause.get('error_message') %} '{{ clause['error_message'] | replace("'", "''") }}'{% endif %}
    {%- elif action in ['delete', 'do_nothing'] -%}
        {{ action | replace('_', ' ') }}
    {%- else -%}
        {{ exceptions.raise_compiler_error('a clause of merge_clauses has the action ' ~ action ~ '; it is update, insert, delete, do_nothing or error') }}
    {%- endif -%}
{%- endmacro %}

{# Expressions first, then the columns that no expression sets. A row that did not match has expressions only. #}
{% macro merge_assignments(clause, dest_columns) -%}
    {%- set matched = clause.get('mode') == 'explicit' -%}
    {%- set wanted = (clause.get('update') or {}) if matched else clause -%}
    {%- set expressions = wanted.get('set_expressions') or {} -%}
    {%- set parts = [] -%}
    {%- for column, expression in expressions.items() -%}
        {%- do parts.append(column ~ ' = ' ~ expression) -%}
    {%- endfor -%}
    {%- for column in (get_merge_update_columns(wanted.get('include'), wanted.get('exclude'), dest_columns) if matched else []) -%}
        {%- if column | replace('"', '') not in expressions -%}
            {%- do parts.append(column ~ ' = DBT_INTERNAL_SOURCE.' ~ column) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(parts | join(', ')) }}
{%- endmacro %}

{% macro get_merge_update_columns(merge_update_columns, merge_exclude_columns, dest_columns) -%}
    {{ return(adapter.dispatch('get_merge_update_columns', 'dbt')(merge_update_columns, merge_exclude_columns, dest_columns)) }}
{%- endmacro %}

{% macro default__get_merge_update_columns(merge_update_columns, merge_exclude_columns, dest_columns) -%}
    {%- if merge_update_columns and merge_exclude_columns -%}
        {{ exceptions.raise_compiler_error('a model takes merge_update_columns or merge_exclude_columns, not both') }}
    {%- endif -%}
    {%- if merge_update_columns -%}
        {{ return(merge_update_columns) }}
    {%- endif -%}
    {%- set left_out = (merge_exclude_columns or []) | map('lower') | list -%}
    {%- set names = [] -%}
    {%- for column in dest_columns if column.name | lower not in left_out -%}
        {%- do names.append(column.quoted) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{% macro normalize_incremental_predicates(incremental_predicates) -%}
    {%- if incremental_predicates is none or incremental_predicates is undefined -%}{{ return([]) }}{%- endif -%}
    {{ return([incremental_predicates] if incremental_predicates is string else incremental_predicates) }}
{%- endmacro %}

{% macro validate_merge_config(config, target_relation=none) -%}
    {%- set kinds = {
        'merge_update_condition': 'a text', 'merge_insert_condition': 'a text',
        'merge_update_columns': 'a list of texts', 'merge_exclude_columns': 'a list of texts',
        'merge_on_using_columns': 'a list of texts', 'merge_returning_columns': 'a list of texts',
        'merge_update_set_expressions': 'a mapping',
    } -%}
    {%- set wrong = [] -%}
    {%- for name, kind in kinds.items() if config.get(name) is not none -%}
        {%- set value = config.get(name) -%}
        {%- set is_list = value is sequence and value is not string and value is not mapping -%}
        {%- set fits = (value is string) if kind == 'a text' else (value is mapping) if kind == 'a mapping'
            else is_list and value | reject('string') | list | length == 0 -%}
        {%- if not fits -%}{%- do wrong.append(name ~ ' takes ' ~ kind) -%}{%- endif -%}
    {%- endfor -%}
    {%- do validate_merge_clauses(config, kinds, wrong) -%}
    {%- if wrong -%}
        {{ exceptions.raise_compiler_error('the settings of this merge cannot be: ' ~ wrong | join('; ')) }}
    {%- endif -%}
{%- endmacro %}

{% macro validate_merge_clauses(config, kinds, wrong) -%}
    {%- set clauses = config.get('merge_clauses') -%}
    {%- if clauses is none -%}{{ return('') }}{%- endif -%}
    {%- if clauses is not mapping -%}
        {%- do wrong.append('merge_clauses takes a mapping of when_matched and when_not_matched') -%}
        {{ return('') }}
    {%- endif -%}
    {%- if 'when_matched' not in clauses and 'when_not_matched' not in clauses -%}
        {%- do wrong.append('merge_clauses says neither when_matched nor when_not_matched') -%}
    {%- endif -%}
    {%- for name in ['when_matched', 'when_not_matched'] if name in clauses -%}
        {%- set given = clauses[name] -%}
        {%- if given is not sequence or given is string or given is mapping or not given or given | reject('mapping') | list -%}
            {%- do wrong.append('merge_clauses.' ~ name ~ ' takes a list of mappings, at least one') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in kinds if name not in ['merge_on_using_columns', 'merge_returning_columns'] and (config.get(name) is string or config.get(name)) -%}
        {%- do wrong.append(name ~ ' says nothing beside merge_clauses: put it into a clause') -%}
    {%- endfor -%}
{%- endmacro %}
