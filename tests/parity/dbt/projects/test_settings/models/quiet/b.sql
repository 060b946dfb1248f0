select range::integer as id, 1 as same from range(5)
