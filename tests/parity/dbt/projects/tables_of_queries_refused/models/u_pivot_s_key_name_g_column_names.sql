{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.pivot(['s'], key_name='g').column_names %}
{% endif %}
select 1 as id
