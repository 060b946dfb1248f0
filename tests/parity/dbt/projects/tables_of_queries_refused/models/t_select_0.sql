{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.select(0) %}
{% endif %}
select 1 as id
