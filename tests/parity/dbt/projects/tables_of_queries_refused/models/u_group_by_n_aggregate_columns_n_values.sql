{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.group_by('n').aggregate([]).columns['n'].values() %}
{% endif %}
select 1 as id
