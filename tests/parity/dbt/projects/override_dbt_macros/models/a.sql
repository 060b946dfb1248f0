select {{ dbt.concat(['1', '2']) }} as a, {{ dbt.datediff('1', '2', 'day') }} as b
