{% set kinds = [] %}
{% if execute %}{% set kinds = run_query('select kind from main.kinds order by 1').columns[0].values() %}{% endif %}
select {% for kind in kinds %}'{{ kind }}' as kind_{{ kind }}, {% endfor %} {{ kinds | length }} as n
