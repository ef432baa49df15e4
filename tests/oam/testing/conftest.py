"""Suites put together in the tests."""

from __future__ import annotations

import pytest

from oam.testing import SuiteRun, read_suite
from pycue.source import Source

WEB = """
web: {
	type: "component"
	attributes: status: {
		healthPolicy: isHealth: context.output.status.ready == context.output.spec.replicas
		customStatus: message: "\\(context.output.status.ready) of \\(context.output.spec.replicas)"
		details: version: context.output.status.version
	}
}
template: {
	output: {
		apiVersion: "apps/v1"
		kind:       "Deployment"
		spec: {
			replicas: parameter.replicas
			image:    parameter.image
			if parameter.port != _|_ {
				port: parameter.port
			}
		}
	}
	outputs: {
		if parameter.expose {
			service: {
				apiVersion: "v1"
				kind:       "Service"
				spec: ports: [for p in parameter.ports {port: p.port}]
			}
		}
	}
	errs: [if parameter.replicas > 9 {"too many"}]
	parameter: {
		image:    string
		replicas: *1 | int
		port?:    int
		expose:   *false | bool
		ports:    *[] | [...{port: int, name?: string}]
	}
}
"""


@pytest.fixture
def files() -> dict[str, str]:
    """Files beside the suite, by path."""
    return {"defs/web.cue": WEB}


@pytest.fixture
def suite_of(files):
    """Reads the text of a suite."""

    def read(text: str, name: str = "defs/web.test.yaml"):
        def get(path: str) -> str:
            if path not in files:
                raise FileNotFoundError(2, "No such file or directory", path)
            return files[path]

        return read_suite(Source(name, text), get)

    return read


@pytest.fixture
def results_of(suite_of):
    """Runs a suite; gives the results by the name of the case."""

    def run(text: str, name: str = "defs/web.test.yaml", **options):
        suite = suite_of(text, name)
        running = SuiteRun(suite, **options)
        return {case.name: running.run(case) for case in suite.cases}

    return run
