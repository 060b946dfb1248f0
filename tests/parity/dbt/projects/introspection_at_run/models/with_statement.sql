{% call statement('biggest', fetch_result=True) %}select max(kind), count(*) from main.kinds{% endcall %}
{% set result = load_result('biggest') %}
select '{{ result["data"][0][0] if execute else "" }}' as biggest, {{ result['data'][0][1] if execute else 0 }} as n
