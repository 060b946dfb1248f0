select {{ var('size') }} as size, '{{ var("colour") }}' as colour
