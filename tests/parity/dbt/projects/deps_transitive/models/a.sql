select {{ one.of_one() }} as one, {{ two.of_two() }} as two
