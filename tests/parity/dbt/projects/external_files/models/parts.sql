{{ config(materialized='external', location='out/parts', options={'partition_by': 'year, month', 'overwrite_or_ignore': true}) }}
select 2023 as year, 1 as month, 'a' as name union all select 2024, 2, 'b'
