{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.normalize(('s', 'n'), ['w']).column_names %}
{% endif %}
select 1 as id
