"""What is taken home: a run as a script and a notebook in plain PyTorch, a comparison as one file."""
