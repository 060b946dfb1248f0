select 'x'::varchar as id
