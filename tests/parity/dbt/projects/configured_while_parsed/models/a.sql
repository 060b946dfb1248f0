select '{{ must_be(model, 'table') }}' as owner
