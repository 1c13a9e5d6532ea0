"""The graph stage: a formula as a graph, on which a student follows and does back-propagation."""
