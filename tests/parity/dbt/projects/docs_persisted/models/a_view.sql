select 1 as id, 2 as undescribed, 3 as "Odd Name", 4 as CaseD
