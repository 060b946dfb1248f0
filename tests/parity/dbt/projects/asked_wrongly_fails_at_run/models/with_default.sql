select {{ var(nothing, 1) }} as id
