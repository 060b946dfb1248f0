select {{ not_there(1) }} as id
