{{ config(materialized='external', location="out/placed/{{ this.name }}_{{ var('suffix', 'x') }}.parquet", options={'compression': 'zstd', 'row_group_size': '1000'}) }}
select 3 as id
