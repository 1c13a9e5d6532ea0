"""The losses stage: errors, margins, likelihoods and entropies, each with what it punishes."""
