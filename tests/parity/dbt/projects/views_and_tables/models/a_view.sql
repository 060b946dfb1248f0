{{ config(materialized='view') }} select 1 as id, 'a' as name, 1.5::double as d, date '2026-01-02' as on_day, null::int as nothing
