{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.rows.items() %}
{% endif %}
select 1 as id
