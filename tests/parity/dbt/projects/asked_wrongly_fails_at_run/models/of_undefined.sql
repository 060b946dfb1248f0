select {{ var(nothing) }} as id
