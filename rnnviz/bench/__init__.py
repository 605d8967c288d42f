"""Benches: the speed of the app, measured against named yardsticks in one run."""
