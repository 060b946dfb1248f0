{% macro drawn() %}
    {% for query in [
        "select 1234567 as n, 1.50::decimal(9, 2) as d, 1234567.25::double as f, 'x' as t, date '2024-01-02' as dt, true as b, null as z
         union all select 2, 100000.10, 2.5, 'yy', date '2024-01-03', false, null",
        "select 'a' as a_very_long_name_of_a_column, 'a text that is longer than twenty signs' as t, 1.23456789 as x, -12.5 as y",
        "select 1.5::double as x, 'a' as y where false",
        "select 1e20::double as a, 1e-9::double as b, -0.0::double as c, 'nan'::double as d, 'inf'::double as e, 100::double as f",
        "select 12345678901234567890.12345::decimal(38, 5) as a, 0.5 as b, [1, 2] as c, {'a': 1} as d, time '01:02:03' as t,
                timestamp '2024-01-01' as s",
        "select i, i * 1.5 as y, 'Grüße' as g from range(30) t(i)"
    ] %}
        {% set table = run_query(query) %}
        {% do table.print_table() %}
        {% do table.print_table(max_rows=2, max_columns=2, max_column_width=8, max_precision=1) %}
        {% do table.print_table(max_rows=none, max_columns=none, max_column_width=none, max_precision=none) %}
        {% do table.print_structure() %}
    {% endfor %}
{% endmacro %}
