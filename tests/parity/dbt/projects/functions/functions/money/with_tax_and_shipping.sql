{{ function('with_tax') }}(amount) + 5
