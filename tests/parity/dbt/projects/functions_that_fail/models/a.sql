select {{ function('summed') }}(1) as x
