{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.group_by('s').index(5) %}
{% endif %}
select 1 as id
