"""Traits that ask a server before they patch."""

import json

import pytest

from oam.errors import RenderError
from oam.ports import HttpResponse
from oam.render import Renderer
from oam.render.context import Surroundings

TRAIT = """\
processing: {
  output: account: *"" | string
  http: {
    method: *"GET" | string
    url: parameter.url
    request: header: token: parameter.token
  }
}
patch: spec: account: processing.output.account
parameter: {url: string, token: string}
"""
APP = """\
metadata: {name: a}
spec:
  components:
  - name: web
    type: c
    traits: [{type: t, properties: %s}]
"""


class Server:
    def __init__(self, body):
        self.body = body
        self.requests = []

    def send(self, request):
        self.requests.append(request)
        if isinstance(self.body, OSError):
            raise self.body
        return HttpResponse(200, {}, self.body)


def render(shop, properties, server):
    shop.component("c", 'output: {apiVersion: "v1", kind: "X"}').trait("t", TRAIT)
    renderer = Renderer(shop.library, http=server)
    return renderer.application(shop.application(APP % properties), Surroundings()).placements[0].components[0]


def test_the_answer_is_used(shop):
    server = Server(json.dumps({"account": "robot"}).encode())
    component = render(shop, "{url: 'http://x', token: s}", server)
    assert component.workload["spec"] == {"account": "robot"}
    assert [(r.method, r.url, r.headers) for r in server.requests] == [("GET", "http://x", {"token": "s"})]


@pytest.mark.parametrize(
    ("properties", "server", "message"),
    [
        ("{url: u}", Server(b"{}"), "fail to exec http task, parameter.token: non-concrete value string"),
        ("{url: u, token: t}", None, "GET u: there is no network here"),
        ("{url: u, token: t}", Server(OSError("refused")), "fail to exec http task, refused"),
        ("{url: u, token: t}", Server(b"<html>"), "fail to exec http task, "),
    ],
)
def test_faults(shop, properties, server, message):
    with pytest.raises(RenderError) as caught:
        render(shop, properties, server)
    assert "evaluate template trait=t app=web: invalid process of trait t: " in caught.value.text
    assert message in caught.value.text


def test_processing_without_http(shop):
    shop.component("c", 'output: {apiVersion: "v1", kind: "X"}').trait("t", "processing: {output: 1}\nparameter: {}")
    with pytest.raises(RenderError, match="there is no http in processing"):
        shop.one(traits="[{type: t}]")
