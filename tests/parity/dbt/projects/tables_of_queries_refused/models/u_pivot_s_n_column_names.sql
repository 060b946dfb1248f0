{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.pivot(('s',), 'n').column_names %}
{% endif %}
select 1 as id
