# What one types here. `make` alone lists the targets; set-up happens by itself.
PYTHON ?= python3
PY := .venv/bin/python
ARGS ?=
AT_ONCE ?= 4
# Tests among real processes get a second try, listed at the end (tests/conftest.py says how many).
SECOND_TRY := --reruns 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo demo-check test test-compose check lint code secrets types unit chaos bench clean

# What is searched for secrets: all but what is not ours or is generated (checksums, ids of examples).
SCANNED := .
CODE := contracts kernel ops services
NO_SECRETS := -path './.git' -o -path './.run' -o -name '.venv*' -o -name '*.egg-info' -o -name '.*_cache' -o -path './contracts/schemas' -o -path './contracts/examples' -o -name 'package-lock.json' -o -name '*asyncapi.yaml' -o -name CATALOGUE.md
# Invented for tests, and saying so; alphabets of codes; and the last: names of secrets in manifests.
INVENTED := --exclude-secrets '(test|invented|provider|nobody|guest|hidden|wrong|another|shared|secret1$$|^token-of-the|^keeper$$|^password$$|^xiangxin-)' --exclude-lines '(ALPHABET|_RFC_4648|_CROCKFORD) ='
# Hashes and ids in hexadecimal stand here by the hundred and would hide what is found. The others
# look for keys of makers with whom we have nothing to do, and take most of the time.
NOT_OURS := HexHighEntropyString ArtifactoryDetector AzureStorageKeyDetector CloudantDetector DiscordBotTokenDetector GitLabTokenDetector IbmCloudIamDetector IbmCosHmacDetector IPPublicDetector MailchimpDetector NpmDetector OpenAIDetector PypiTokenDetector SendGridDetector SlackDetector SoftlayerDetector SquareOAuthDetector StripeDetector TelegramBotTokenDetector TwilioKeyDetector
DETECT := --no-verify $(addprefix --disable-plugin ,$(NOT_OURS))

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
	  printf '%-20s %s\n' "$$name" "$$text"; done

setup: ## install what the demo needs (only what is missing); done by the other targets as well
	@$(PYTHON) -m ops.setup demo

setup-test:
	@$(PYTHON) -m ops.setup test

demo: setup ## start everything, replay the 2021 season, keep running; Ctrl-C ends it
	@$(PY) -m ops up --season $(ARGS)

demo-check: setup ## the same unattended; compare with the published figures; exit 1 on a difference
	@$(PY) -m ops check $(ARGS)

test: setup-test ## all tests on a real broker, database, SMS gateway and browser
	@$(PY) -m ops.setup.versions
	@$(PY) -m pytest -n $(AT_ONCE) --dist loadfile --no-loadscope-reorder -m "not compose and not chaos and not bench" $(SECOND_TRY) $(ARGS)

test-compose: setup-test ## docker compose with a real Docker engine (stand-in images where no registry is)
	@$(PY) -m pytest -m compose $(ARGS)

check: setup ## lint (style, weaknesses, secrets), types and unit tests side by side
	@$(MAKE) --no-print-directory --jobs=3 --output-sync lint types unit

lint: code secrets
	@$(PY) -m ruff check .
	@$(PY) -m contracts.export --check

code:
	@$(PY) -m bandit --quiet --configfile pyproject.toml --recursive $(CODE)

secrets:
	@find $(SCANNED) \( $(NO_SECRETS) \) -prune -o -type f -print0 | xargs -0 -P 2 -n 400 $(PY) -m detect_secrets.pre_commit_hook $(DETECT) $(INVENTED)

types:
	@$(PY) -m mypy

unit:
	@$(PY) -m pytest tests/unit -q -n 2 --dist loadfile -m "not slow" $(ARGS)

chaos: setup-test ## seeded kills and freezes, ours beside stock nameko
	@$(PY) -m pytest -m chaos -s $(ARGS)

bench: setup-test ## how fast one process is, on this machine
	@$(PY) -m pytest tests/bench/bench_*.py -m bench -s $(ARGS)

clean: ## remove everything that set-up and runs made here
	rm -rf .run .venv .venv-3.* *.egg-info build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
