{% set made = tables() %}
{% set p = made.p %}
{% if execute %}
    {% do p.to_csv(namespace(write=[].append), nope=3) %}
{% endif %}
select 1 as id
