"""Cases of the four types of definitions."""

from __future__ import annotations

import pytest

from oam.testing.running import CaseResult
from oam.testing.telling import failure_lines
from pycue import Limits


def told(result: CaseResult, suite) -> list[str]:
    return [line for failure in result.failures for line in failure_lines(suite, failure)]


def outcomes(results: dict[str, CaseResult]) -> dict[str, str]:
    return {name: result.outcome for name, result in results.items()}


def test_components(results_of):
    results = results_of("""
given: {context: {name: shop, appName: app, namespace: prod}}
cases:
- name: defaults
  given: {parameter: {image: nginx}}
  expect:
    output: {metadata: {name: shop, namespace: prod}, spec: {replicas: 1}}
    output.spec.port: {absent: true}
    outputs: {length: 0}
    labels: contract
    errors: []
- name: exposed
  given: {parameter: {image: nginx, expose: true, ports: [{port: 80}]}}
  expect: {outputs.service.spec: {equals: {ports: [{port: 80}]}}}
- name: refused
  given: {parameter: {image: nginx, replicas: 10}}
  expect: {errors: [too many]}
- name: mistyped
  given: {parameter: {image: 5}}
  expect: {errors: [{path: parameter.image, matches: "conflicting values", code: oam.parameter}]}
- {name: left out, skip: not now, expect: {errors: []}}
""")
    assert outcomes(results) == {
        "defaults": "passed",
        "exposed": "passed",
        "refused": "passed",
        "mistyped": "passed",
        "left out": "skipped",
    }


def test_failures_tell_both_sides_and_both_lines(suite_of, results_of):
    text = "cases: [{name: a, given: {parameter: {image: x}}, expect: {output.spec.replicas: 3, output.spec.prot: 1}}]"
    assert told(results_of(text)["a"], suite_of(text)) == [
        "output.spec.replicas is 1, not 3",
        "  expected: 3   defs/web.test.yaml:1:82",
        "  found:    1   defs/web.cue:15:14",
        "output.spec.prot is not there",
        "  expected: 1         defs/web.test.yaml:1:103",
        "  found:    nothing   defs/web.cue:14:9",
        "  hint: output.spec has replicas, image",
    ]


def test_what_cannot_be_rendered(suite_of, results_of):
    text = "cases: [{name: a, given: {parameter: {image: 5}}, expect: {output.spec.replicas: 3}}]"
    lines = told(results_of(text)["a"], suite_of(text))
    assert lines[:3] == [
        "it cannot be rendered:",
        "  parameter.image: conflicting values string and 5 (mismatched types string and int)",
        "      defs/web.test.yaml:1:46",
    ]


def test_errors_that_are_not_there(suite_of, results_of):
    text = "cases: [{name: a, given: {parameter: {image: 5}}, expect: {errors: [{path: parameter.port}]}}]"
    lines = told(results_of(text)["a"], suite_of(text))
    assert lines[:2] == [
        "errors: no error is like this",
        '  expected: {"path": "parameter.port"}  defs/web.test.yaml:1:69',
    ]
    assert lines[2].startswith("  found:    parameter.image: conflicting values")


def test_health_is_judged_on_what_is_rendered_with_the_live_object_laid_over(results_of):
    results = results_of("""
given: {parameter: {image: nginx, replicas: 2}}
cases:
- name: healthy
  live: {output: {status: {ready: 2, version: "1.2"}}}
  expect: {health: true, message: /^2 of/, details: {version: "1.2"}}
- name: not yet
  live: {output: {status: {ready: 1}}}
  expect: {health: false, message: 1 of 2, details.version: _|_}
- name: without parameters
  given: {parameter: {image: 7}}
  live: {output: {spec: {replicas: 2}, status: {ready: 2}}}
  expect: {health: true}
""")
    assert outcomes(results) == dict.fromkeys(results, "passed")


TRAIT = """
t: type: "trait"
template: {
	patch: {
		// +patchKey=name
		spec: containers: [{name: context.name, image: parameter.image}]
	}
	patchOutputs: svc: metadata: annotations: by: context.componentType
	outputs: extra: {apiVersion: "v1", kind: "ConfigMap", data: text: "\\(context.output.spec.containers[0].old)"}
	parameter: image: string
}
"""


def test_traits_work_on_what_is_given(results_of, files):
    files["t.cue"] = TRAIT
    results = results_of(
        """
cases:
- name: base
  given:
    parameter: {image: "nginx:2"}
    context: {name: shop, componentType: server}
    outputs: {svc: {apiVersion: v1, kind: Service, metadata: {name: x}}}
  base: {apiVersion: apps/v1, kind: Deployment, spec: {containers: [{name: shop, old: 1}, {name: other}]}}
  expect:
    patch.spec.containers[0].image: nginx:2
    patchResult.spec.containers: [{name: shop, old: 1, image: "nginx:2"}, {name: other}]
    output.spec.containers[0].old: 1
    outputs.svc.metadata.annotations.by: server
    outputs.extra.data.text: "1"
    labels: contract
- name: component
  given:
    parameter: {image: "nginx:2"}
    component: {type: webservice, properties: {image: nginx}}
  expect: {errors: [{matches: "undefined field: containers"}]}
""",
        "t.test.yaml",
    )
    assert outcomes(results) == dict.fromkeys(results, "passed")


def test_what_a_trait_patches_is_found_in_its_patch_and_what_it_leaves_in_its_base(suite_of, results_of, files):
    files["t.cue"] = TRAIT
    text = (
        "cases:\n- name: a\n  given: {parameter: {image: x}, outputs: {svc: {kind: S}}}\n"
        "  base: {kind: Deployment, spec: {containers: [{name: web, old: 1}]}}\n"
        "  expect: {output.spec: {containers: [{image: z, old: 2}]}}\n"
    )
    assert told(results_of(text, "t.test.yaml")["a"], suite_of(text, "t.test.yaml")) == [
        'output.spec.containers[0].image is "x", not "z"',
        '  expected: "z"   t.test.yaml:5:47',
        '  found:    "x"   t.cue:6:50',
        "output.spec.containers[0].old is 1, not 2",
        "  expected: 2   t.test.yaml:5:55",
        "  found:    1   t.test.yaml:4:65",
    ]
    text = text.replace("old: 1", "old: 1, image: q")
    lines = told(results_of(text, "t.test.yaml")["a"], suite_of(text, "t.test.yaml"))
    assert "conflicting values" in lines[1]
    assert {"      t.test.yaml:3:30", "      t.cue:6:50"} <= set(lines)


@pytest.mark.parametrize(
    ("context", "text"),
    [
        ("{appAnnotations: 5}", "context.appAnnotations must be a mapping, not 5"),
        ("{appLabels: {a: 1}}", "metadata.labels.a: cannot use number as string"),
        ("{name: 5}", "context.name must be text, not 5"),
    ],
)
def test_contexts_that_make_no_sense(results_of, context, text):
    suite = (
        f"cases: [{{name: a, given: {{parameter: {{image: x}}, context: {context}}}, expect: {{errors: ['{text}']}}}}]"
    )
    assert outcomes(results_of(suite)) == {"a": "passed"}


def test_a_patch_of_what_is_no_object(results_of, files):
    files["t.cue"] = TRAIT
    results = results_of(
        "cases: [{name: a, given: {parameter: {image: x}}, base: {spec: {}}, expect: {errors: [Kind], output: 1}}]",
        "t.test.yaml",
    )
    assert outcomes(results) == {"a": "failed"}


POLICY = """
p: type: "policy"
template: {
	output: {apiVersion: "v1", kind: "Quota", spec: size: parameter.size * len(context.components)}
	outputs: more: {apiVersion: "v1", kind: "More", metadata: name: context.appName}
	parameter: size: int
}
"""


def test_policies(results_of, files):
    files["p.cue"] = POLICY
    results = results_of(
        "cases:\n"
        "- name: two\n"
        "  given: {parameter: {size: 5}, context: {name: q, appName: shop, components: [{name: a}, {name: b}]}}\n"
        "  expect: {output: {metadata: {name: q}, spec: {size: 10}}, outputs.more.metadata.name: shop}\n",
        "p.test.yaml",
    )
    assert outcomes(results) == {"two": "passed"}


def test_policies_that_transform_the_application(results_of, files):
    files["p.cue"] = (
        'p: {type: "policy", attributes: scope: "Application"}\n'
        "template: {parameter: size: int, config: enabled: true, output: ctx: size: parameter.size}\n"
    )
    results = results_of(
        "cases: [{name: a, given: {parameter: {size: 5}}, expect: {output: {ctx: {size: 5}}}}]", "p.test.yaml"
    )
    assert outcomes(results) == {"a": "passed"}


STEP = """
import ("vela/kube", "vela/http", "vela/util")
s: type: "workflow-step"
template: {
	seen: kube.#Read & {$params: value: {
		apiVersion: "v1", kind: "ConfigMap"
		metadata: {name: "seed", namespace: context.namespace}
	}}
	made: kube.#Apply & {$params: value: {
		apiVersion: "v1", kind: "ConfigMap"
		metadata: name: context.name
		data: copy: seen.$returns.value.data.text
	}}
	if parameter.hook != _|_ {
		call: http.#HTTPPost & {$params: url: parameter.hook}
		say: util.#Log & {$params: data: "answer \\(call.$returns.statusCode)"}
	}
	parameter: hook?: string
}
"""


def test_steps_are_run(results_of, files):
    files["s.cue"] = STEP
    results = results_of(
        """
given:
  context: {name: shop, namespace: prod}
  objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: seed, namespace: prod}, data: {text: "8"}}]
cases:
- name: quiet
  expect:
    phase: succeeded
    objects."ConfigMap/default/shop": {metadata: {name: shop}, data: {copy: "8"}}
    requests: []
- name: with a hook
  given:
    parameter: {hook: "http://hooks.example/x"}
    http: [{match: {method: POST}, reply: {status: 204}}]
  expect: {requests: [POST http://hooks.example/x], log: {contains: answer 204}}
- name: fails
  given: {objects: [], parameter: {hook: 5}}
  expect: {errors: [{path: parameter.hook}]}
- name: does not end
  given: {objects: []}
  expect: {phase: failed, message: /cannot reference/}
""",
        "s.test.yaml",
    )
    assert outcomes(results) == dict.fromkeys(results, "passed")


def test_a_step_that_does_not_succeed_fails_the_case(suite_of, results_of, files):
    files["s.cue"] = STEP
    text = "cases: [{name: a, expect: {objects: {length: 1}}}]"
    lines = told(results_of(text, "s.test.yaml")["a"], suite_of(text, "s.test.yaml"))
    assert lines[0] == "the step fails:"
    assert "cannot reference" in lines[1]


def test_snapshots_are_taken_or_fail(results_of):
    text = "cases: [{name: a, given: {parameter: {image: x}}, expect: {output.spec: {snapshot: }, snapshot: {}}}]"
    assert outcomes(results_of(text)) == {"a": "failed"}
    result = results_of(text, update=True)["a"]
    assert result.outcome == "passed"
    assert [(retake.where[-2:], retake.row) for retake in result.retakes] == [
        (("output.spec", "snapshot"), ""),
        (("expect", "snapshot"), ""),
    ]


def test_rows_fill_the_paths_of_what_is_expected(suite_of, results_of):
    text = (
        "cases:\n- name: ${field}\n  each: [{field: image, value: x}, {field: replicas, value: 2}]\n"
        "  given: {parameter: {image: x}}\n  expect: {'output.spec.${field}': '${value}'}\n"
    )
    results = results_of(text)
    assert outcomes(results) == {"image": "passed", "replicas": "failed"}
    assert told(results["replicas"], suite_of(text))[:2] == [
        "output.spec.replicas is 1, not 2",
        "  expected: 2   defs/web.test.yaml:5:36",
    ]


def test_unknown_parameters_are_warned_of(results_of):
    text = "cases: [{name: a, given: {parameter: {image: x, replica: 1}}, expect: {errors: []}}]"
    (warning,) = results_of(text)["a"].warnings
    assert (warning.message, warning.help) == ("web takes no such parameter", 'did you mean "replicas"?')
    assert repr(warning.position) == "defs/web.test.yaml:1:58"


def test_a_template_that_does_not_compile_is_a_failure(suite_of, results_of, files):
    files["b.cue"] = 'b: type: "component"\ntemplate: output: x: nope\n'
    text = "cases: [{name: a, expect: {output.x: 1}}]"
    lines = told(results_of(text, "b.test.yaml")["a"], suite_of(text, "b.test.yaml"))
    assert lines[0] == "it cannot be rendered:"
    assert any("nope" in line for line in lines)


@pytest.mark.parametrize("limits", [Limits(steps=5), Limits(depth=3)])
def test_budgets_are_respected(results_of, limits):
    text = "cases: [{name: a, given: {parameter: {image: x}}, expect: {errors: [{matches: limit}]}}]"
    assert outcomes(results_of(text, limits=limits)) == {"a": "passed"}


def test_budgets_of_steps_are_respected(results_of, files):
    files["s.cue"] = STEP
    text = "cases: [{name: a, expect: {errors: [{matches: limit}]}}]"
    assert outcomes(results_of(text, "s.test.yaml", limits=Limits(steps=5))) == {"a": "passed"}


def test_a_suite_in_cue_with_constraints(suite_of, results_of):
    text = """
cases: [
	{name: "good", given: parameter: {image: "nginx", ports: [{port: 80}], expose: true}, expect: {
		output: spec: replicas: >0
		outputs: service: spec: ports: [...{port: int}]
	}},
	{name: "bad", given: parameter: image: "nginx", expect: output: spec: replicas: >1},
]
"""
    results = results_of(text, "defs/web.test.cue")
    assert outcomes(results) == {"good": "passed", "bad": "failed"}
    assert told(results["bad"], suite_of(text, "defs/web.test.cue"))[0] == (
        "output.spec.replicas: invalid value 1 (out of bound >1) (cue: >1)"
    )
