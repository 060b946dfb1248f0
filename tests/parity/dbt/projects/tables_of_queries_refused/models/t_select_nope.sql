{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.select('nope') %}
{% endif %}
select 1 as id
