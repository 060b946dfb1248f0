select 1 as a_id
