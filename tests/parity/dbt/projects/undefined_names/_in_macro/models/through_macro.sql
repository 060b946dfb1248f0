select {{ calls_what_is_not_there() }} as id
