select {{ two() }} as id
