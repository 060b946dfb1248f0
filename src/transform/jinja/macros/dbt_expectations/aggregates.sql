{# Tests of what a column's values come to. #}

{% test expect_column_distinct_count_to_equal(model, column_name, value, quote_values=False, group_by=None, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, 'count(distinct ' ~ column_name ~ ') = ' ~ value, group_by_columns=group_by, row_condition=row_condition) }}
{% endtest %}
{% test expect_column_distinct_count_to_be_greater_than(model, column_name, value, quote_values=False, group_by=None, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, 'count(distinct ' ~ column_name ~ ') > ' ~ value, group_by_columns=group_by, row_condition=row_condition) }}
{% endtest %}
{% test expect_column_distinct_count_to_be_less_than(model, column_name, value, quote_values=False, group_by=None, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, 'count(distinct ' ~ column_name ~ ') < ' ~ value, group_by_columns=group_by, row_condition=row_condition) }}
{% endtest %}
{% test expect_column_distinct_count_to_equal_other_table(model, compare_model, column_name, compare_column_name, row_condition=None, compare_row_condition=None) %}
    {{ dbt_expectations.equal_expression(model, 'count(distinct ' ~ column_name ~ ')', compare_model, 'count(distinct ' ~ compare_column_name ~ ')', row_condition=row_condition, compare_row_condition=compare_row_condition) }}
{% endtest %}

{% macro _distinct(model, column_name, row_condition) -%}
    select distinct cast({{ column_name }} as varchar) as value_field from {{ model }} {{ dbt_expectations._where([row_condition]) }}
{%- endmacro %}
{% macro _set(value_set, quote_values) -%}
    {%- for value in value_set %}select cast({{ dbt_expectations._literals([value], quote_values) }} as varchar) as value_field{{ ' union ' if not loop.last }}{% endfor -%}
{%- endmacro %}
{% test expect_column_distinct_values_to_be_in_set(model, column_name, value_set, quote_values=True, row_condition=None) %}
select * from ({{ dbt_expectations._distinct(model, column_name, row_condition) }}) where value_field not in (select value_field from ({{ dbt_expectations._set(value_set, quote_values) }}))
{% endtest %}
{% test expect_column_distinct_values_to_contain_set(model, column_name, value_set, quote_values=True, row_condition=None) %}
({{ dbt_expectations._set(value_set, quote_values) }}) except ({{ dbt_expectations._distinct(model, column_name, row_condition) }})
{% endtest %}
{% test expect_column_distinct_values_to_equal_set(model, column_name, value_set, quote_values=True, row_condition=None) %}
(({{ dbt_expectations._set(value_set, quote_values) }}) except ({{ dbt_expectations._distinct(model, column_name, row_condition) }}))
union all
(({{ dbt_expectations._distinct(model, column_name, row_condition) }}) except ({{ dbt_expectations._set(value_set, quote_values) }}))
{% endtest %}
{% test expect_column_most_common_value_to_be_in_set(model, column_name, value_set, top_n, quote_values=True, data_type='decimal', row_condition=None) %}
with ranked as (
    select {{ column_name }} as value_field, row_number() over (order by count(*) desc) as value_count_rank
    from {{ model }} {{ dbt_expectations._where([row_condition]) }} group by {{ column_name }}
)
select value_field from ranked
where value_count_rank <= {{ top_n }} and cast(value_field as varchar) not in (select value_field from ({{ dbt_expectations._set(value_set, quote_values) }}))
{% endtest %}

{% test expect_column_max_to_be_between(model, column_name, min_value=None, max_value=None, group_by=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, 'max(' ~ column_name ~ ')', min_value, max_value, group_by, row_condition, strictly) }}
{% endtest %}
{% test expect_column_min_to_be_between(model, column_name, min_value=None, max_value=None, group_by=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, 'min(' ~ column_name ~ ')', min_value, max_value, group_by, row_condition, strictly) }}
{% endtest %}
{% test expect_column_mean_to_be_between(model, column_name, min_value=None, max_value=None, group_by=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, 'avg(' ~ column_name ~ ')', min_value, max_value, group_by, row_condition, strictly) }}
{% endtest %}
{% test expect_column_median_to_be_between(model, column_name, min_value=None, max_value=None, group_by=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, dbt_expectations.median(column_name), min_value, max_value, group_by, row_condition, strictly) }}
{% endtest %}
{% test expect_column_quantile_values_to_be_between(model, column_name, quantile, min_value=None, max_value=None, group_by=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, dbt_expectations.percentile_cont(column_name, quantile), min_value, max_value, group_by, row_condition, strictly) }}
{% endtest %}
{% test expect_column_stdev_to_be_between(model, column_name, min_value=None, max_value=None, group_by=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, 'stddev(' ~ column_name ~ ')', min_value, max_value, group_by, row_condition, strictly) }}
{% endtest %}
{% test expect_column_sum_to_be_between(model, column_name, min_value=None, max_value=None, group_by=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, 'sum(' ~ column_name ~ ')', min_value, max_value, group_by, row_condition, strictly) }}
{% endtest %}
{% test expect_column_unique_value_count_to_be_between(model, column_name, min_value=None, max_value=None, group_by=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, 'count(distinct ' ~ column_name ~ ')', min_value, max_value, group_by, row_condition, strictly) }}
{% endtest %}
{% test expect_column_proportion_of_unique_values_to_be_between(model, column_name, min_value=None, max_value=None, group_by=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, 'count(distinct ' ~ column_name ~ ') * 1.0 / count(' ~ column_name ~ ')', min_value, max_value, group_by, row_condition, strictly) }}
{% endtest %}
