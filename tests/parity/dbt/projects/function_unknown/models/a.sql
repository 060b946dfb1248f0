select {{ function('nope') }}(1) as x
