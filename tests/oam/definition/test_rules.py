"""Rules between traits and workloads."""

import pytest

from oam.definition import Definition
from oam.definition.rules import Subject, check_traits, matches, plural, resource_names, selector_matches

DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment"}
SERVICE = {"apiVersion": "v1", "kind": "Service"}
INGRESS = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress"}


def subject(*objects, name="server", labels=None):
    names, groups = resource_names(objects)
    return Subject(names | {name}, groups, labels or {})


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Deployment", "deployments"),
        ("Ingress", "ingresses"),
        ("NetworkPolicy", "networkpolicies"),
        ("Gateway", "gateways"),
    ],
)
def test_plurals(kind, name):
    assert plural(kind) == name


@pytest.mark.parametrize("item", ["deployments.apps", "*.apps", "*", "server", "labelSelector:tier=front"])
def test_items_that_match_a_deployment(item):
    assert matches(item, subject(DEPLOYMENT, labels={"tier": "front"}))


@pytest.mark.parametrize(
    "item", ["statefulsets.apps", "*.oam.dev", "other", "labelSelector:tier!=front", "deployments"]
)
def test_items_that_do_not(item):
    assert not matches(item, subject(DEPLOYMENT, labels={"tier": "front"}))


def test_groups_cover_their_subgroups():
    assert matches("*.oam.dev", subject({"apiVersion": "core.oam.dev/v1alpha2", "kind": "ContainerizedWorkload"}))
    assert matches("*.apps", subject({"apiVersion": "apps/v1", "kind": "StatefulSet"}))
    assert not matches("*.dev", subject({"apiVersion": "oamdev/v1", "kind": "X"}))


def test_core_resources_have_several_names():
    assert all(matches(item, subject(SERVICE)) for item in ("services", "services.core", "services.k8s.io"))


@pytest.mark.parametrize(
    ("selector", "holds"),
    [
        ("a=1", True),
        ("a==1,b", True),
        ("a!=1", False),
        ("!c", True),
        ("!b", False),
        ("c", False),
        ("a in (1, 2), b notin (y)", True),
        ("a notin (1)", False),
        ("c in (x)", False),
        ("", True),
    ],
)
def test_selectors(selector, holds):
    assert selector_matches(selector, {"a": "1", "b": "x"}) is holds


def trait(name, **spec):
    return Definition("TraitDefinition", name, spec=spec)


COMPONENT = Definition("ComponentDefinition", "server")


def messages(*traits):
    return [item.message for item in check_traits(COMPONENT, DEPLOYMENT, [(*entry, None) for entry in traits])]


def test_a_trait_for_other_workloads_is_told():
    assert messages((trait("t", appliesToWorkloads=["jobs.batch"]), [])) == [
        'trait "t" does not apply to component type "server"'
    ]
    assert messages((trait("t", appliesToWorkloads=[]), []), (trait("u"), [])) == []


@pytest.mark.parametrize("rule", ["route", "*.networking.k8s.io", "*.k8s.io", "*", "ingresses.networking.k8s.io"])
def test_conflicts(rule):
    first, second = (trait("hpa", conflictsWith=[rule]), []), (trait("route"), [INGRESS])
    text = f'trait "hpa" conflicts with trait "route" (rule "{rule}")'
    assert messages(first, second) == [text]
    assert messages(second, first) == [text]


def test_a_trait_conflicts_with_itself_only_by_name():
    star, named = trait("t", conflictsWith=["*"]), trait("t", conflictsWith=["t"])
    assert messages((star, []), (star, [])) == []
    assert len(messages((named, []), (named, []))) == 1
