select 7 as h
