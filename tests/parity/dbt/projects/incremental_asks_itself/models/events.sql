select i as id, 'v' || i as v from range({{ var('until') }}) t(i)
