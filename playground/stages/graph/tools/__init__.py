"""The tools of the graph stage: panels beside the graph, each in a file of its own."""
