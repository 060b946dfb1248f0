{# SQL generators and helpers of dbt_utils. #}

{% macro star(from, relation_alias=False, except=[], prefix='', suffix='', quote_identifiers=True) -%}
    {{ return(adapter.dispatch('star', 'dbt_utils')(from, relation_alias, except, prefix, suffix, quote_identifiers)) }}
{%- endmacro %}

{% macro default__star(from, relation_alias=False, except=[], prefix='', suffix='', quote_identifiers=True) -%}
    {%- do dbt_utils._is_relation(from, 'star') -%}
    {%- do dbt_utils._is_ephemeral(from, 'star') -%}
    {%- set names = dbt_utils.get_filtered_columns_in_relation(from, except) -%}
    {%- if not names -%}
        {{ return('*' if not execute else '/* no columns of ' ~ from ~ ' are left */') }}
    {%- endif -%}
    {%- for name in names -%}
        {{ relation_alias ~ '.' if relation_alias }}{{ adapter.quote(name) if quote_identifiers else name }}
        {%- if prefix or suffix %} as {{ adapter.quote(prefix ~ name ~ suffix) if quote_identifiers else prefix ~ name ~ suffix }}{% endif -%}
        {{ ',\n  ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro get_filtered_columns_in_relation(from, except=[]) -%}
    {{ return(adapter.dispatch('get_filtered_columns_in_relation', 'dbt_utils')(from, except)) }}
{%- endmacro %}

{% macro default__get_filtered_columns_in_relation(from, except=[]) -%}
    {%- do dbt_utils._is_relation(from, 'get_filtered_columns_in_relation') -%}
    {%- do dbt_utils._is_ephemeral(from, 'get_filtered_columns_in_relation') -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set left_out = except | map('lower') | list -%}
    {%- set names = [] -%}
    {%- for column in adapter.get_columns_in_relation(from) if column.name | lower not in left_out -%}
        {%- do names.append(column.name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{% macro generate_surrogate_key(field_list) -%}
    {{ return(adapter.dispatch('generate_surrogate_key', 'dbt_utils')(field_list)) }}
{%- endmacro %}

{% macro default__generate_surrogate_key(field_list) -%}
    {%- set empty = '' if var('surrogate_key_treat_nulls_as_empty_strings', False) else '_dbt_utils_surrogate_key_null_' -%}
    {%- set parts = [] -%}
    {%- for field in field_list -%}
        {%- do parts.append("coalesce(cast(" ~ field ~ " as " ~ dbt.type_string() ~ "), '" ~ empty ~ "')") -%}
        {%- if not loop.last -%}{%- do parts.append("'-'") -%}{%- endif -%}
    {%- endfor -%}
    {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}

{% macro date_spine(datepart, start_date, end_date) %}
    {{ return(adapter.dispatch('date_spine', 'dbt_utils')(datepart, start_date, end_date)) }}
{% endmacro %}

{% macro default__date_spine(datepart, start_date, end_date) %}
    {{ dbt.date_spine(datepart, start_date, end_date) }}
{% endmacro %}

{% macro get_intervals_between(start_date, end_date, datepart) -%}
    {{ return(dbt.get_intervals_between(start_date, end_date, datepart)) }}
{%- endmacro %}

{% macro generate_series(upper_bound) %}
    select cast(generated_number as double) as generated_number from ({{ dbt.generate_series(upper_bound) }}) as numbers
{% endmacro %}

{% macro group_by(n) -%}
    {{ return(adapter.dispatch('group_by', 'dbt_utils')(n)) }}
{%- endmacro %}

{% macro default__group_by(n) -%}
    group by {{ range(1, n + 1) | join(',') }}
{%- endmacro %}

{% macro safe_divide(numerator, denominator) -%}
    {{ return(adapter.dispatch('safe_divide', 'dbt_utils')(numerator, denominator)) }}
{%- endmacro %}

{% macro default__safe_divide(numerator, denominator) -%}
    ({{ numerator }}) / nullif(({{ denominator }}), 0)
{%- endmacro %}

{% macro safe_add(field_list) -%}
    {{ return(adapter.dispatch('safe_add', 'dbt_utils')(field_list)) }}
{%- endmacro %}

{% macro default__safe_add(field_list) -%}
    {%- for field in field_list -%}coalesce({{ field }}, 0){{ ' + ' if not loop.last }}{%- endfor -%}
{%- endmacro %}

{% macro safe_subtract(field_list) -%}
    {{ return(adapter.dispatch('safe_subtract', 'dbt_utils')(field_list)) }}
{%- endmacro %}

{% macro default__safe_subtract(field_list) -%}
    {%- for field in field_list -%}coalesce({{ field }}, 0){{ ' - ' if not loop.last }}{%- endfor -%}
{%- endmacro %}

{% macro get_column_values(table, column, order_by='count(*) desc', max_records=none, default=none, where=none) -%}
    {{ return(adapter.dispatch('get_column_values', 'dbt_utils')(table, column, order_by, max_records, default, where)) }}
{%- endmacro %}

{% macro default__get_column_values(table, column, order_by='count(*) desc', max_records=none, default=none, where=none) -%}
    {%- if not execute -%}{{ return(default or []) }}{%- endif -%}
    {%- do dbt_utils._is_ephemeral(table, 'get_column_values') -%}
    {%- if table.identifier is defined and load_relation(table) is none -%}
        {%- if default is none -%}
            {{ exceptions.raise_compiler_error('get_column_values: ' ~ table ~ ' does not exist, and no default is given') }}
        {%- endif -%}
        {{ return(default) }}
    {%- endif -%}
    {%- set sql -%}
        select {{ column }} as value
        from {{ table }}
        {{ 'where ' ~ where if where is not none }}
        group by {{ column }}
        order by {{ order_by }}
        {{ 'limit ' ~ max_records if max_records is not none }}
    {%- endset -%}
    {%- set values = run_query(sql).columns[0].values() | list -%}
    {{ return(values if values else default or []) }}
{%- endmacro %}

{% macro get_single_value(sql_statement, default=none) -%}
    {{ return(adapter.dispatch('get_single_value', 'dbt_utils')(sql_statement, default)) }}
{%- endmacro %}

{% macro default__get_single_value(sql_statement, default=none) -%}
    {%- if not execute -%}{{ return(default) }}{%- endif -%}
    {%- set rows = run_query(sql_statement) -%}
    {%- set value = rows.columns[0].values()[0] if rows | length > 0 else none -%}
    {{ return(default if value is none else value) }}
{%- endmacro %}

{% macro get_query_results_as_dict(query) -%}
    {{ return(adapter.dispatch('get_query_results_as_dict', 'dbt_utils')(query)) }}
{%- endmacro %}

{% macro default__get_query_results_as_dict(query) -%}
    {%- set answer = {} -%}
    {%- if execute -%}
        {%- for column in run_query(query).columns -%}
            {%- do answer.update({column.name: column.values()}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(answer) }}
{%- endmacro %}

{% macro slugify(string) -%}
    {%- set lower = modules.re.sub('[ -]+', '_', string | string | lower) -%}
    {%- set plain = modules.re.sub('[^a-z0-9_]+', '', lower) -%}
    {{ return(modules.re.sub('^[0-9]', '_' ~ plain[0:1], plain)) }}
{%- endmacro %}

{% macro pivot(column, values, alias=True, agg='sum', cmp='=', prefix='', suffix='', then_value=1, else_value=0, quote_identifiers=True, distinct=False) -%}
    {{ return(adapter.dispatch('pivot', 'dbt_utils')(column, values, alias, agg, cmp, prefix, suffix, then_value, else_value, quote_identifiers, distinct)) }}
{%- endmacro %}

{% macro default__pivot(column, values, alias, agg, cmp, prefix, suffix, then_value, else_value, quote_identifiers, distinct) -%}
    {%- for value in values %}
    {{ agg }}({{ 'distinct ' if distinct }}case when {{ column }} {{ cmp }} '{{ dbt.escape_single_quotes(value) }}' then {{ then_value }} else {{ else_value }} end)
        {%- if alias %} as {{ adapter.quote(prefix ~ value ~ suffix) if quote_identifiers else dbt_utils.slugify(prefix ~ value ~ suffix) }}{% endif -%}
        {{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro unpivot(relation=none, cast_to='varchar', exclude=none, remove=none, field_name='field_name', value_name='value', quote_identifiers=False) -%}
    {{ return(adapter.dispatch('unpivot', 'dbt_utils')(relation, cast_to, exclude, remove, field_name, value_name, quote_identifiers)) }}
{%- endmacro %}

{% macro default__unpivot(relation, cast_to, exclude, remove, field_name, value_name, quote_identifiers) -%}
    {%- do dbt_utils._is_relation(relation, 'unpivot') -%}
    {%- do dbt_utils._is_ephemeral(relation, 'unpivot') -%}
    {%- set kept = exclude or [] -%}
    {%- set dropped = (remove or []) | map('lower') | list -%}
    {%- set kept_lower = kept | map('lower') | list -%}
    {%- set unpivoted = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) if column.name | lower not in dropped + kept_lower -%}
            {%- do unpivoted.append(column) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for column in unpivoted %}
    select
        {%- for name in kept %} {{ adapter.quote(name) if quote_identifiers else name }},{% endfor %}
        cast('{{ column.name }}' as {{ dbt.type_string() }}) as {{ adapter.quote(field_name) if quote_identifiers else field_name }},
        cast({{ adapter.quote(column.name) if quote_identifiers else column.name }} as {{ cast_to }}) as {{ adapter.quote(value_name) if quote_identifiers else value_name }}
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro union_relations(relations, column_override=none, include=[], exclude=[], source_column_name='_dbt_source_relation', where=none) -%}
    {{ return(adapter.dispatch('union_relations', 'dbt_utils')(relations, column_override, include, exclude, source_column_name, where)) }}
{%- endmacro %}

{# Every relation is widened to the columns of all; the first type seen of a column is its type, unless overridden. #}
{% macro default__union_relations(relations, column_override=none, include=[], exclude=[], source_column_name='_dbt_source_relation', where=none) -%}
    {%- if include and exclude -%}
        {{ exceptions.raise_compiler_error('union_relations takes include or exclude, not both') }}
    {%- endif -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set overrides = column_override or {} -%}
    {%- set wanted = include | map('lower') | list -%}
    {%- set unwanted = exclude | map('lower') | list -%}
    {%- set superset = {} -%}
    {%- set present = {} -%}
    {%- for relation in relations -%}
        {%- do dbt_utils._is_relation(relation, 'union_relations') -%}
        {%- do dbt_utils._is_ephemeral(relation, 'union_relations') -%}
        {%- set names = [] -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- set lower = column.name | lower -%}
            {%- if (not wanted or lower in wanted) and lower not in unwanted -%}
                {%- do names.append(lower) -%}
                {%- do superset.setdefault(lower, column) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do present.update({relation | string: names}) -%}
    {%- endfor -%}
    {%- for relation in relations %}
    (
        select
            {%- if source_column_name is not none %}
            cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as {{ source_column_name }}{{ ',' if superset }}
            {%- endif %}
            {%- for name, column in superset.items() %}
            cast({{ adapter.quote(column.name) if name in present[relation | string] else 'null' }} as {{ overrides.get(column.name, column.data_type) }}) as {{ adapter.quote(column.name) }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ relation }}
        {{ 'where ' ~ where if where }}
    )
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro deduplicate(relation, partition_by, order_by) -%}
    {{ return(adapter.dispatch('deduplicate', 'dbt_utils')(relation, partition_by, order_by)) }}
{%- endmacro %}

{% macro default__deduplicate(relation, partition_by, order_by) -%}
    select *
    from {{ relation }}
    qualify row_number() over (partition by {{ partition_by }} order by {{ order_by }}) = 1
{%- endmacro %}

{% macro width_bucket(expr, min_value, max_value, num_buckets) -%}
    {{ return(adapter.dispatch('width_bucket', 'dbt_utils')(expr, min_value, max_value, num_buckets)) }}
{%- endmacro %}

{% macro default__width_bucket(expr, min_value, max_value, num_buckets) -%}
    cast(case
        when {{ expr }} < {{ min_value }} then 0
        when {{ expr }} >= {{ max_value }} then {{ num_buckets }} + 1
        else cast(floor(({{ expr }} - {{ min_value }}) * {{ num_buckets }} / ({{ max_value }} - {{ min_value }})) as integer) + 1
    end as double)
{%- endmacro %}

{% macro nullcheck(cols) %}
    {%- for column in cols %}
    {{ 'nullif(' ~ column.name ~ ", '')" if column.is_string() else column.name }} as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{% macro nullcheck_table(relation) %}
    {%- do dbt_utils._is_relation(relation, 'nullcheck_table') -%}
    {%- do dbt_utils._is_ephemeral(relation, 'nullcheck_table') -%}
    select {{ dbt_utils.nullcheck(adapter.get_columns_in_relation(relation)) }} from {{ relation }}
{% endmacro %}

{% macro get_url_parameter(field, url_parameter) -%}
    nullif({{ dbt.split_part(dbt.split_part(field, "'" ~ url_parameter ~ "='", 2), "'&'", 1) }}, '')
{%- endmacro %}

{% macro get_url_host(field) -%}
    {{ dbt.split_part(dbt.split_part("replace(replace(replace(" ~ field ~ ", 'android-app://', ''), 'http://', ''), 'https://', '')", "'/'", 1), "'?'", 1) }}
{%- endmacro %}

{% macro haversine_distance(lat1, lon1, lat2, lon2, unit='mi') -%}
    2 * 3961 * asin(sqrt(power(sin(radians({{ lat2 }} - {{ lat1 }}) / 2), 2)
        + cos(radians({{ lat1 }})) * cos(radians({{ lat2 }})) * power(sin(radians({{ lon2 }} - {{ lon1 }}) / 2), 2))){{ ' * 1.60934' if unit == 'km' }}
{%- endmacro %}

{% macro pretty_time(format='%H:%M:%S') -%}
    {{ return(modules.datetime.datetime.now().strftime(format)) }}
{%- endmacro %}

{% macro pretty_log_format(message) -%}
    {{ return(dbt_utils.pretty_time() ~ ' + ' ~ message) }}
{%- endmacro %}

{% macro log_info(message) -%}
    {{ log(dbt_utils.pretty_log_format(message), info=True) }}
{%- endmacro %}

{% macro get_tables_by_pattern_sql(schema_pattern, table_pattern, exclude='', database=target.database) -%}
    select distinct table_schema as "table_schema", table_name as "table_name",
        case table_type when 'VIEW' then 'view' else 'table' end as "table_type"
    from {{ database }}.information_schema.tables
    where table_schema ilike '{{ schema_pattern }}' and table_name ilike '{{ table_pattern }}' and table_name not ilike '{{ exclude }}'
{%- endmacro %}

{% macro get_relations_by_pattern(schema_pattern, table_pattern, exclude='', database=target.database) -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for row in run_query(dbt_utils.get_tables_by_pattern_sql(schema_pattern, table_pattern, exclude, database)) -%}
            {%- do found.append(api.Relation.create(database=database, schema=row[0], identifier=row[1], type=row[2])) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{% macro get_relations_by_prefix(schema, prefix, exclude='', database=target.database) -%}
    {{ return(dbt_utils.get_relations_by_pattern(schema, prefix ~ '%', exclude, database)) }}
{%- endmacro %}
