{{ config({'materialized': 'table', 'my_own': 'kept'}) }}
select '{{ config.get("materialized") }}' as m, '{{ config.get("my_own") }}' as own, '{{ config.get("absent", "default") }}' as absent, '{{ config.get("absent") is none }}' as is_none
