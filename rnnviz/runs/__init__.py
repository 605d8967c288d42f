"""Runs: checkpoints on disk, training on workers, and what a running training tells."""
