select {{ one() }} as a
