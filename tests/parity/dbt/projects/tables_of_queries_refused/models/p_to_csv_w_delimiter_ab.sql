{% set made = tables() %}
{% set p = made.p %}
{% if execute %}
    {% do p.to_csv(namespace(write=[].append), delimiter='ab') %}
{% endif %}
select 1 as id
