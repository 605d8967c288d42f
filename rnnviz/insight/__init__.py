"""Instruments on a trained model: what it does at each step, and where its gradient goes."""
