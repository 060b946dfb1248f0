{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.columns[0].items() %}
{% endif %}
select 1 as id
