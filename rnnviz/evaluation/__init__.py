"""How good a model is: reports and confusion matrices."""
