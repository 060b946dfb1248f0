{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.rename(row_names='n').row_names %}
{% endif %}
select 1 as id
