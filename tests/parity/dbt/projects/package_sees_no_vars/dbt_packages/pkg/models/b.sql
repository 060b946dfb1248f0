select '{{ var('mat', 'none') }}' as seen
