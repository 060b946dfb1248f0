select 1 as id, 'first version' as name
