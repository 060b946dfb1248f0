{{ config(materialized='external', location='out/placed/by_extension.CSV.gz', options={'header': 0}, csv_read_options={'header': false, 'names': ['a', 'b']}) }}
select 1 as id, 'one' as name
