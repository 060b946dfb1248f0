{% materialization twice, default %}
    {% set target_relation = this.incorporate(type='table') %}
    {% call statement('main') %}
        create or replace table {{ target_relation }} as ({{ sql }}) union all ({{ sql }})
    {% endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
