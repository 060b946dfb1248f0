{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.rows.dict() %}
{% endif %}
select 1 as id
