select '{{ must_be(model, 'view') }}' as owner
