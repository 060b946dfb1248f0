select 'own' as a
