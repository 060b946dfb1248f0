select '{{ var('w') }}' as w, '{{ var('v', 'none') }}' as v
