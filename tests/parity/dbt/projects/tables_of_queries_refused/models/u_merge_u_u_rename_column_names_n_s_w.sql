{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.merge([u, u.rename(column_names=['n', 's', 'w'])]) %}
{% endif %}
select 1 as id
