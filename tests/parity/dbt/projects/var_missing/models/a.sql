select '{{ var("nobody_knows") }}' as a
