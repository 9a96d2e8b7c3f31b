SHELL := /bin/sh
.DEFAULT_GOAL := help

python := .venv/bin/python
projects := $(wildcard libs/*/pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml)

.PHONY: help
help:
	@echo "make up         everything on this machine (DETACH=1: in the background)"
	@echo "make down       ends what make up DETACH=1 started"

.venv: .venv/.ready
.venv/.ready: requirements.lock deploy/local/environment.sh $(projects)
	@echo "Installing the Python environment (.venv) ..."
	@sh deploy/local/environment.sh

.PHONY: lock
lock: ## newest versions of everything into requirements.lock
	sh deploy/local/lock.sh
