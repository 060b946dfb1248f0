select '{{ source('s2', 't') }}' as x
