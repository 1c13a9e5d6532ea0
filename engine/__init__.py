"""The engine: record a network as a listing of operations, run it, step it, rewind it."""
