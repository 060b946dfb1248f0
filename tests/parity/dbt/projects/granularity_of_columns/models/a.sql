select '{{ graph.nodes.values() | map(attribute="columns") | map(attribute="day") | map(attribute="granularity") | first if execute }}' as said, date '2024-01-01' as day
