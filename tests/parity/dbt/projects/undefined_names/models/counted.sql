select {{ reads_graph() if execute else graph.nodes.values() | list | length }} as nodes
