"""Secrets stay out of what people read."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.app.history import history
from oam.app.redaction import HIDDEN, Redactor
from oam.cli import main
from oam.definition import UPSTREAM


def secret(**values: str) -> dict[str, Any]:
    data = {key: b64encode(value.encode()).decode() for key, value in values.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": data}


def hides(*secrets: dict[str, Any]) -> Redactor:
    redactor = Redactor()
    redactor.learn(secrets)
    return redactor


def test_a_value_is_hidden_wherever_it_stands() -> None:
    redactor = hides(secret(password="hunter22"))
    assert redactor.text('login "hunter22" failed') == 'login "***" failed'
    assert redactor.data({"a": ["hunter22", 1, None], "hunter": True}) == {"a": [HIDDEN, 1, None], "hunter": True}


def test_its_base64_form_is_hidden_too() -> None:
    redactor = hides(secret(password="hunter22"))
    assert redactor.text(f"data: {b64encode(b'hunter22').decode()}") == "data: ***"


def test_the_longest_secret_wins() -> None:
    redactor = hides(secret(a="abcd", b="abcdefgh"))
    assert redactor.text("x abcdefgh y abcd z") == "x *** y *** z"


def test_short_values_and_plain_words_are_hidden_only_where_they_are_all_there_is() -> None:
    redactor = hides(secret(pin="12", flag="true"))
    assert redactor.data(["12", "at 12:30", "true", "it is true"]) == [HIDDEN, "at 12:30", "true", "it is true"]


def test_lines_of_keys_and_strings_of_documents_are_hidden() -> None:
    document = json.dumps({"user": {"token": "t-0123456"}})
    redactor = hides(secret(key="-----BEGIN-----\nMIIEowIBAAKCAQEA\n-----END-----\n", config=document))
    assert redactor.text("bad line MIIEowIBAAKCAQEA") == "bad line ***"
    assert redactor.text("token t-0123456 expired") == "token *** expired"


def test_what_json_escapes_is_found() -> None:
    value = 'quo"te\nd'
    assert hides(secret(a=value)).text(json.dumps({"x": value})) == '{"x": "***"}'


def test_nothing_of_a_secret_object_is_shown() -> None:
    shown = hides(secret(a="x", b="long enough")).data(secret(a="x", b="long enough"))
    assert shown["data"] == {"a": HIDDEN, "b": HIDDEN}
    assert shown["metadata"] == {"name": "s"}


@pytest.mark.parametrize("data", [{"a": "no base64!"}, {"a": None}, {"a": "/w=="}, None])
def test_a_secret_that_is_none_does_no_harm(data: Any) -> None:
    redactor = hides({"apiVersion": "v1", "kind": "Secret", "data": data})
    assert redactor.text("as it was") == "as it was"


@given(st.text(min_size=4).filter(lambda text: text.strip() == text and "*" not in text), st.text(), st.text())
def test_no_text_shows_a_secret(value: str, before: str, after: str) -> None:
    if value in ("true", "false", "null", "none"):
        return
    assert value not in hides(secret(a=value)).text(f"{before}{value}{after}").replace(HIDDEN, "\0" * 9)


SECRET = """
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: hunter22}
"""
LEAK = """
import ("vela/kube", "vela/util", "vela/builtin", "encoding/base64")
read: kube.#Read & {$params: value: {apiVersion: "v1", kind: "Secret", metadata: name: "db"}}
password: "\\(base64.Decode(null, read.$returns.value.data.password))"
say: util.#Log & {$params: data: "password \\(password)"}
stop: builtin.#Fail & {$params: message: "wrong password \\(password)"}
"""


def leaking(world: Any) -> str:
    steps = "- {name: s, type: leak}\n- {name: t, type: suspend, if: always}"
    return "\n---\n".join((SECRET, world.step_definition("leak", LEAK), world.application(steps)))


def test_messages_logs_and_status_do_not_show_what_a_step_read(world: Any) -> None:
    record = world.up(leaking(world))
    assert record.run.status("s").message == "wrong password ***"
    told = [entry.text for entry in history(world.store, "default", "app")]
    assert "password ***" in told
    application = world.get("Application", "app", version="core.oam.dev/v1beta1")
    assert "hunter22" not in json.dumps([told, application["status"]])


def test_kubevela_shows_them(make_world: Any) -> None:
    record = make_world(profile=UPSTREAM).up(leaking(make_world()))
    assert record.run.status("s").message == "wrong password hunter22"


def test_commands_hide_them_unless_asked(tmp_path: Path, capfd: pytest.CaptureFixture[str], world: Any) -> None:
    steps = "- {name: s, type: take, outputs: [{name: password, valueFrom: password}]}"
    take = "\n".join(LEAK.splitlines()[:4]).replace('"vela/util", "vela/builtin", ', "")
    file, state = tmp_path / "app.yaml", str(tmp_path / "s.db")
    file.write_text("\n---\n".join((SECRET, world.step_definition("take", take), world.application(steps))))
    assert main(["up", "-f", str(file), "--state", state]) == 0
    for command in (["status", "app"], ["get", "secret", "-o", "yaml"], ["status", "app", "-o", "json"]):
        assert main([*command, "--state", state]) == 0
    shown = capfd.readouterr()
    assert "hunter22" not in shown.out + shown.err
    assert "password: '***'" in shown.out
    assert 'password = "***"' in shown.out
    assert main(["get", "secret/db", "-o", "yaml", "--state", state, "--show-secrets"]) == 0
    assert b64encode(b"hunter22").decode() in capfd.readouterr().out
