"""The interface: page set-up, language, session state, shared widgets."""
