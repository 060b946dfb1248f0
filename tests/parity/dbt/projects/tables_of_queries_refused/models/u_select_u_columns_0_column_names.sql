{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.select(u.columns[0]).column_names %}
{% endif %}
select 1 as id
