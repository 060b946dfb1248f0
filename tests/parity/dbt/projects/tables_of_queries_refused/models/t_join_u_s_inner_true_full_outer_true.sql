{% set made = tables() %}
{% set t, u = made.t, made.u %}
{% if execute %}
    {% do t.join(u, 's', inner=true, full_outer=true) %}
{% endif %}
select 1 as id
