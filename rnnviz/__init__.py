"""See a recurrent network think: train, step through, follow the gradient, compare."""

__version__ = "0.1.0"
