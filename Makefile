# `make run` starts the app, `make test` runs every check; both need nothing but Python 3.11.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: run test format

run: .venv/.run
	$(BIN)/streamlit run app.py

test: .venv/.test
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m scripts.check

format: .venv/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.run: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

.venv/.test: requirements-dev.txt .venv/.run
	$(BIN)/pip install --quiet -r requirements-dev.txt
	touch $@
