select {{ one() }} as id
