select {{ var(none) }} as id
