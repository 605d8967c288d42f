"""From a configuration to a trained model: a plain generator of events."""
