select '{{ var('v') }}' as v, '{{ var('w') }}' as w, '{{ var('x') }}' as x
