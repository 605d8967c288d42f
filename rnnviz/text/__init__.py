"""From a file to batches of token numbers: sources, cleaning, tokens, vocabulary, splits."""
