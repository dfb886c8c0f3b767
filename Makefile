# make run     make the environment, then open the window on sample data with a fit running
# make test    make the environment, compile all kernels, then run all tests
# make check   lint, types and import contracts
# make proofs  longer proofs of what the tests show in short
# make bench   how fast fits are beside other programs, then bench-window; quiet machine, half an hour
# make bench-quick   a minute's worth of it
# make bench-window  how fast the window comes, how smooth it stays, how soon it stops
# make bench-reading how fast a large text file is read beside DuckDB, and how soon that stops

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup run test check proofs bench bench-quick bench-window bench-reading pictures clean

setup:
	@$(PYTHON) tools/setup_environment.py

run: setup
	@$(BIN)/python main.py --fit -k 5 --seed 0 gmm_app/samples/gvhd_control.csv

test: setup
	@echo "compiling kernels"
	@$(BIN)/python -m kernels.warmup > /dev/null
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

proofs: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m proof

bench: setup
	@$(BIN)/python -m benchmarks.fits
	@$(BIN)/python -m benchmarks.window

bench-quick: setup
	@$(BIN)/python -m benchmarks.fits --quick

bench-window: setup
	@$(BIN)/python -m benchmarks.window

bench-reading: setup
	@$(BIN)/python -m benchmarks.reading

pictures: setup
	$(BIN)/python tools/make_pictures.py

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f fit.png model.json
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
