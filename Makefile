# make demo   play the walkthrough on a real engine
# make test   lint, types and all tests, on real engines
#
# Both bring what they need: on Debian, nothing has to be there before but make.

.PHONY: demo test clean

demo: .venv/installed
	@.ci/install docker.io busybox-static nginx-light curl
	@.ci/demo

test: .venv/installed-dev
	@.ci/install docker.io busybox-static nginx-light curl podman uidmap zsh fish docker-registry \
		golang-docker-credential-helpers pass gnupg openssl openssh-client openssh-server
	@.ci/fetch-engines .engines
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	# Where the environment lets no run keep its bytecode, each would compile dsock anew.
	@.venv/bin/python -m compileall -q dsock
	# Four at a time on two cores, real engines starve each other now and then: what failed is run
	# once more by itself, and what fails then has failed.
	.venv/bin/pytest --numprocesses 4 --dist loadfile || .venv/bin/pytest --last-failed -v

.venv/installed: pyproject.toml
	@.ci/install python3-venv
	python3 -m venv .venv
	.venv/bin/pip install --quiet --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	.venv/bin/pip install --quiet --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv .engines build dist *.egg-info
