{# Rows with values of all types, and with nulls. #}
{% macro tables() %}
    {% do return({
        't': run_query("select 2 as i, 1.5::decimal(10, 2) as d, 'x' as s, date '2024-01-01' as dt, timestamp '2024-01-01 01:02:03' as ts, true as b, null as z
            union all select 1, 2.5, 'y', null, null, false, null
            union all select 2, null, 'x', null, null, null, null order by s, i, d"),
        'u': run_query("select * from (values ('x', 10, 'one'), ('y', 20, 'two'), ('y', 30, 'three'), ('q', 40, null)) v(s, n, w)"),
        'e': run_query("select 1 as a, 'x' as b where false"),
        'f': run_query("select i::decimal(10, 2) * 1234.5 - 20000 as v, 'row ' || i as l, i % 3 as m, ('k' || (i % 2)) as k
            from range(30) r(i) order by i"),
        'p': run_query("select 0.5::double as v, 'a' as group, 3::decimal(5,1) as \"Count\"
            union all select 7.25, 'b,\"q\"', 12.5
            union all select null, 'c', 0 order by 2"),
        'q': run_query("select 'a b' as \"Some Name\", 'l1' || chr(10) || 'l2' as \"Some-name\", 'x,y' as \"1,000 x\", chr(13) || 'r' as \"none\""),
    }) %}
{% endmacro %}

{% macro first_cell(row) %}{{ return(row[0]) }}{% endmacro %}
{% macro is_y(row) %}{{ return(row.s == 'y') }}{% endmacro %}
{% macro never(anything) %}{{ return(false) }}{% endmacro %}
{% macro is_large(found) %}{{ return(found.total > 15) }}{% endmacro %}
{% macro filled(difference) %}{{ return([difference[0], 5, 'd']) }}{% endmacro %}

{# What has the methods of an aggregation or of a computation is one. #}
{% macro sum_of_n(table) %}{{ return(table.columns.n.values() | sum) }}{% endmacro %}
{% macro type_of_n(table) %}{{ return(table.columns.n.data_type) }}{% endmacro %}
{% macro twice_n(table) %}
    {% set found = [] %}
    {% for value in table.columns.n %}{% do found.append(value * 2) %}{% endfor %}
    {{ return(found) }}
{% endmacro %}
{% macro summing() %}{{ return(namespace(validate=never, run=sum_of_n, get_aggregate_data_type=type_of_n)) }}{% endmacro %}
{% macro doubling() %}{{ return(namespace(validate=never, run=twice_n, get_computed_data_type=type_of_n)) }}{% endmacro %}
