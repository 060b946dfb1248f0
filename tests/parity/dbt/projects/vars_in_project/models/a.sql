select
    {{ var('limit_to') }} as limit_to,
    '{{ var("names") | join("-") }}' as names,
    {{ var('nested').deep.value }} as deep,
    '{{ var("own") }}' as own,
    '{{ var("absent", "fallback") }}' as absent,
    '{{ var("none_given", none) }}' as nothing
