{% set made = tables() %}
{% set p = made.p %}
{% if execute %}
    {% do p.to_csv() %}
{% endif %}
select 1 as id
