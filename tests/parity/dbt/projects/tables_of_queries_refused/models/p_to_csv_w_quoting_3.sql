{% set made = tables() %}
{% set p = made.p %}
{% if execute %}
    {% do p.to_csv(namespace(write=[].append), quoting=3) %}
{% endif %}
select 1 as id
