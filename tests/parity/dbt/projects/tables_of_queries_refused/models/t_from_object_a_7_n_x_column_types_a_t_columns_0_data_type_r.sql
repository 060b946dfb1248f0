{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.from_object([{'a': '7', 'n': 'x'}], column_types={'a': t.columns[0].data_type}).rows[0].values() %}
{% endif %}
select 1 as id
