{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.to_csv(namespace(write=[].append), none) %}
{% endif %}
select 1 as id
