select {{ dbt.not_there() }} as id, {{ not_a_package.macro() }} as other
