select '{{ source('s1', 't') }}' as x
