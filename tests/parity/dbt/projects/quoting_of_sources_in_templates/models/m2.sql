select '{{ source('s1', 'u') }}' as x
