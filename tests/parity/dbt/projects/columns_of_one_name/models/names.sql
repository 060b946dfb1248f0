{% set one = run_query("select 1 as a, 2 as a, 3 as A, 4 as a, 5 as b") %}
{% set joined = run_query("select * from (select 1 as id, 2 as n) x join (select 1 as id, 3 as n) y on x.id = y.id") %}
{% set taken = run_query("select 1 as a, 2 as a, 3 as a_1") %}
{% call statement('rows', fetch_result=true) %}select 1 as a, 2 as a{% endcall %}
{% if execute %}
select '{{ one.column_names | join(" ") }}' as one, '{{ joined.column_names | join(" ") }}' as joined,
    '{{ taken.column_names | join(" ") }}' as taken, '{{ one.rows[0]["a_2"] }} {{ one.rows[0]["a_3"] }}' as second,
    '{{ load_result("rows").table.column_names | join(" ") }}' as of_statement
{% endif %}
