{# Whether the settings of a merge can be: each check adds to `errors` what is wrong. #}

{%- macro normalize_incremental_predicates(incremental_predicates) -%}
    {{ return(normalize_string_or_list(incremental_predicates or none, 'incremental_predicates')) }}
{%- endmacro -%}

{% macro validate_merge_config(config, target_relation=none) -%}
    {%- set kinds = {
        'merge_update_condition': 'string', 'merge_insert_condition': 'string', 'merge_on_using_columns': 'sequence',
        'merge_update_columns': 'sequence', 'merge_update_set_expressions': 'mapping', 'merge_exclude_columns': 'sequence',
        'merge_returning_columns': 'sequence',
    } -%}
    {%- set errors = [] -%}
    {%- for name, kind in kinds.items() -%}
        {%- if kind == 'string' -%}{%- do validate_string_field(config.get(name), name, errors) -%}
        {%- elif kind == 'sequence' -%}{%- do validate_string_list_field(config.get(name), name, errors) -%}
        {%- else -%}{%- do validate_dict_field(config.get(name), name, errors) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do validate_merge_clauses(config, kinds, errors) -%}
    {%- if not errors -%}{%- do validate_ducklake_restrictions(config, target_relation, errors) -%}{%- endif -%}
    {%- if errors -%}
        {{ exceptions.raise_compiler_error('the settings of this merge cannot be: ' ~ errors | join('; ')) }}
    {%- endif -%}
{%- endmacro %}

{%- macro validate_string_field(field_value, field_name, errors) -%}
    {%- if field_value is not none and field_value is not string -%}{%- do errors.append(field_name ~ ' takes a text') -%}{%- endif -%}
{%- endmacro -%}

{%- macro validate_string_list_field(field_value, field_name, errors) -%}
    {%- if field_value is not none -%}
        {%- set is_list = field_value is sequence and field_value is not string and field_value is not mapping -%}
        {%- if not is_list or field_value | reject('string') | list -%}{%- do errors.append(field_name ~ ' takes a list of texts') -%}{%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{%- macro validate_dict_field(field_value, field_name, errors) -%}
    {%- if field_value is not none and field_value is not mapping -%}{%- do errors.append(field_name ~ ' takes a mapping') -%}{%- endif -%}
{%- endmacro -%}

{%- macro validate_merge_clauses(config, base_configuration_fields, errors) -%}
    {%- set clauses = config.get('merge_clauses') -%}
    {%- if clauses is none -%}{{ return('') }}{%- endif -%}
    {%- if clauses is not mapping -%}
        {%- do errors.append('merge_clauses takes a mapping of when_matched and when_not_matched') -%}
        {{ return('') }}
    {%- endif -%}
    {%- if 'when_matched' not in clauses and 'when_not_matched' not in clauses -%}
        {%- do errors.append('merge_clauses says neither when_matched nor when_not_matched') -%}
    {%- endif -%}
    {%- for clause_type in ['when_matched', 'when_not_matched'] if clause_type in clauses -%}
        {%- do validate_merge_clause_list(clauses, clause_type, errors) -%}
    {%- endfor -%}
    {%- for name in base_configuration_fields if name not in ['merge_on_using_columns', 'merge_returning_columns'] and (config.get(name) is string or config.get(name)) -%}
        {%- do errors.append(name ~ ' says nothing beside merge_clauses: put it into a clause') -%}
    {%- endfor -%}
{%- endmacro -%}

{%- macro validate_merge_clause_list(merge_clauses, clause_type, errors) -%}
    {%- set given = merge_clauses[clause_type] -%}
    {%- if given is not sequence or given is string or given is mapping or not given or given | reject('mapping') | list -%}
        {%- do errors.append('merge_clauses.' ~ clause_type ~ ' takes a list of mappings, at least one') -%}
    {%- endif -%}
{%- endmacro -%}

{# DuckLake gives nothing back, and takes one clause that updates or deletes. #}
{%- macro validate_ducklake_restrictions(config, target_relation, errors) -%}
    {%- if not target_relation or not adapter.is_ducklake(target_relation) -%}{{ return(none) }}{%- endif -%}
    {%- if config.get('merge_returning_columns') -%}
        {%- do errors.append('merge_returning_columns is not there in DuckLake, which gives no rows back') -%}
    {%- endif -%}
    {%- set clauses = config.get('merge_clauses') or {} -%}
    {%- set changing = [] -%}
    {%- for clause in clauses.get('when_matched', []) + clauses.get('when_not_matched', []) if clause.get('action') in ['update', 'delete'] -%}
        {%- do changing.append(clause) -%}
    {%- endfor -%}
    {%- if changing | length > 1 -%}
        {%- do errors.append('DuckLake takes one clause of a merge that updates or deletes, not ' ~ changing | length) -%}
    {%- endif -%}
{%- endmacro -%}
