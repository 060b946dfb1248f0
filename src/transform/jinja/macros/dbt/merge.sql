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

{# The plain merge of every database, for projects that ask for it by this name. #}
{% macro default__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
    {%- set keys = [unique_key] if unique_key and unique_key is string else unique_key or [] -%}
    {%- set conditions = normalize_incremental_predicates(incremental_predicates) | list -%}
    {%- for key in keys -%}
        {%- do conditions.append(get_merge_unique_key_match('DBT_INTERNAL_SOURCE.' ~ key, 'DBT_INTERNAL_DEST.' ~ key)) -%}
    {%- endfor -%}
    {%- if not keys -%}{%- do conditions.append('false') -%}{%- endif -%}
    {%- set names = get_quoted_csv(dest_columns | map(attribute='name')) -%}
    {{ config.get('sql_header') or '' }}
    merge into {{ target }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    on ({{ conditions | join(') and (') }})
    {%- if keys %}
    when matched then update set
        {%- for column in get_merge_update_columns(config.get('merge_update_columns'), config.get('merge_exclude_columns'), dest_columns) %}
        {{ column }} = DBT_INTERNAL_SOURCE.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- endif %}
    when not matched then insert ({{ names }}) values ({{ names }})
{%- endmacro %}

{% macro get_merge_unique_key_match(source_unique_key, target_unique_key) %}
    {{ return(adapter.dispatch('get_merge_unique_key_match', 'dbt')(source_unique_key, target_unique_key)) }}
{% endmacro %}
{% macro default__get_merge_unique_key_match(source_unique_key, target_unique_key) -%}
    {{ return(equals(source_unique_key, target_unique_key) | trim) }}
{%- endmacro %}

{% macro duckdb__get_incremental_merge_sql(args_dict) -%}
    {{ return(duckdb__get_merge_sql(args_dict['target_relation'], args_dict['temp_relation'], args_dict['unique_key'], args_dict['dest_columns'], args_dict.get('incremental_predicates'))) }}
{%- endmacro %}

{% macro duckdb__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
    {%- do validate_merge_config(config, target) -%}
    {%- set clauses = config.get('merge_clauses') or {} -%}
    {%- set plain = merge_clause_defaults(
        config.get('merge_update_condition'), config.get('merge_insert_condition'), config.get('merge_update_columns') or [],
        config.get('merge_exclude_columns') or [], config.get('merge_update_set_expressions') or {},
    ) -%}
    {%- set explicit = config.get('merge_update_columns') or config.get('merge_exclude_columns') or config.get('merge_update_set_expressions') -%}
    {%- set matched = clauses['when_matched'] if 'when_matched' in clauses
        else [plain.when_matched_update_explicit if explicit else plain.when_matched_update_by_name] -%}
    {%- set unmatched = clauses['when_not_matched'] if 'when_not_matched' in clauses else [plain.when_not_matched_insert_by_name] -%}
    {%- set returning = config.get('merge_returning_columns') or [] -%}
    {{ config.get('sql_header') or '' }}
    merge into {{ target }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    {{ duckdb__merge_join_clause(unique_key, config.get('merge_on_using_columns') or [], incremental_predicates) }}
    {%- for clause in matched %}
    when matched{{ gristmill__merge_condition(clause) }} then {{ gristmill__merge_action(clause, dest_columns) }}
    {%- endfor %}
    {%- for clause in unmatched %}
    when not matched{{ ' by ' ~ clause['by'] if clause.get('by') }}{{ gristmill__merge_condition(clause) }} then {{ gristmill__merge_action(clause, dest_columns) }}
    {%- endfor %}
    {%- if returning %}
    returning {{ returning if returning is string else returning | join(', ') }}
    {%- endif %}
{%- endmacro %}

{# What the settings beside `merge_clauses` make of a row that is there already, and of one that is not. #}
{% macro merge_clause_defaults(merge_update_condition, merge_insert_condition, merge_update_columns=[], merge_exclude_columns=[], merge_update_set_expressions={}) -%}
    {{ return({
        'when_matched_update_by_name': {'action': 'update', 'mode': 'by_name', 'condition': merge_update_condition},
        'when_matched_update_explicit': {
            'action': 'update', 'mode': 'explicit', 'condition': merge_update_condition,
            'update': {'include': merge_update_columns, 'exclude': merge_exclude_columns, 'set_expressions': merge_update_set_expressions},
        },
        'when_not_matched_insert_by_name': {'action': 'insert', 'mode': 'by_name', 'condition': merge_insert_condition},
    }) }}
{%- endmacro %}

{% macro duckdb__merge_join_clause(unique_key, merge_on_using_columns, incremental_predicates) -%}
    {%- set conditions = [] -%}
    {%- if not merge_on_using_columns -%}
        {%- for key in ([unique_key] if unique_key and unique_key is string else unique_key or []) -%}
            {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
        {%- endfor -%}
        {%- if not unique_key -%}{%- do conditions.append('false') -%}{%- endif -%}
    {%- endif -%}
    {%- do conditions.extend(normalize_incremental_predicates(incremental_predicates)) -%}
    {%- if merge_on_using_columns %}using ({{ merge_on_using_columns | join(', ') }}) {% endif -%}
    {%- if conditions %}on ({{ conditions | join(') and (') }}){% endif -%}
{%- endmacro %}

{% macro gristmill__merge_condition(clause) -%}
    {%- set condition = clause.get('condition') -%}
    {%- if condition %} and {{ condition if condition is string else '(' ~ condition | join(') and (') ~ ')' }}{% endif -%}
{%- endmacro %}

{% macro gristmill__merge_action(clause, dest_columns) -%}
    {%- set action, mode = clause.get('action'), clause.get('mode') -%}
    {%- set by_mode = {'by_name': ' by name', 'by_position': ' by position'} -%}
    {%- if action == 'update' and mode == 'star' -%}
        update set *
    {%- elif action == 'update' and mode in by_mode -%}
        update{{ by_mode[mode] }}
    {%- elif action == 'update' -%}
        update set {{ gristmill__merge_assignments(clause, dest_columns) }}
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
{% macro gristmill__merge_assignments(clause, dest_columns) -%}
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

{# The merge of partitions that are replaced whole. #}
{% macro get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header=false) -%}
    {{ adapter.dispatch('get_insert_overwrite_merge_sql', 'dbt')(target, source, dest_columns, predicates, include_sql_header) }}
{%- endmacro %}
{% macro default__get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header) -%}
    {%- set names = get_quoted_csv(dest_columns | map(attribute='name')) -%}
    {{ (config.get('sql_header') or '') if include_sql_header }}
    merge into {{ target }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    on false
    when not matched by source{{ ' and ' ~ predicates | join(' and ') if predicates }} then delete
    when not matched then insert ({{ names }}) values ({{ names }})
{%- endmacro %}
