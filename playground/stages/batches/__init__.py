"""The batches stage: one linear classifier trained in three lanes, which differ only in the size of a batch."""
