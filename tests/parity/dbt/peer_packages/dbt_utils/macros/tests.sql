{% test unique_combination_of_columns(model, combination_of_columns, quote_columns=false) %}
select {{ combination_of_columns | join(', ') }}
from {{ model }}
group by {{ combination_of_columns | join(', ') }}
having count(*) > 1
{% endtest %}

{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
{% set equals = '=' if inclusive else '' %}
select *
from {{ model }}
where
    {% if min_value is not none %}not ({{ column_name }} >{{ equals }} {{ min_value }}){% else %}false{% endif %}
    or {% if max_value is not none %}not ({{ column_name }} <{{ equals }} {{ max_value }}){% else %}false{% endif %}
{% endtest %}
