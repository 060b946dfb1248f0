select 'one' as a_column_with_a_long_name
