"""The nets: cells written out step by step, and the classifier that trains on `torch.nn`."""
