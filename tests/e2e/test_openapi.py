# SPDX-License-Identifier: BSD-2-Clause
"""The description says what the server does."""
import json
import pathlib
import re

from frontend import TARGET

ROOT = pathlib.Path(__file__).resolve().parents[2]


def words(name):
    """The words of one list of verdict.def."""
    source = (ROOT / "common/contract/verdict.def").read_text()
    table = source[source.index(f"LIST({name},") : source.index(f"END({name},")]
    return re.findall(r'^WORD\([A-Z_]+, "([a-z-]+)"', table, re.M)


def test_enumerations_are_the_programs_own(frontend):
    schemas = json.loads(frontend.get("/openapi.json").text)["components"]["schemas"]
    port = schemas["Port"]["properties"]
    for key in ("state", "reason", "disposition", "actor", "confidence"):
        assert port[key]["enum"] == words(key)
    assert port["evidence"]["items"]["x-extensible-enum"] == words("evidence")
    assert port["explanations"]["items"]["x-extensible-enum"] == words("explanation")
    source = (ROOT / "frontend/model/problem.c").read_text()
    names = re.findall(r'\[PROBLEM_[A-Z_]+\] = {"([a-z-]+)"', source)
    assert schemas["Problem"]["properties"]["type"]["enum"] == [
        f"/problems/{name}" for name in names if name != "none"
    ]


def test_every_path_is_served(frontend):
    description = json.loads(frontend.get("/openapi.json").text)
    assert description["openapi"] == "3.1.0"
    for path, operations in description["paths"].items():
        if "parameters" not in operations["get"]:
            assert frontend.get(path).status == 200, path


def test_each_answer_has_a_described_status_and_form(frontend):
    paths = json.loads(frontend.get("/openapi.json").text)["paths"]
    questions = [
        f"/api/v1/check?host={TARGET}&ports=443", f"/api/v1/check?host={TARGET}", "/api/v1/host?host=10.0.0.1",
        "/api/v1/check?host=10.0.0.1&ports=443", f"/api/v1/check?host={TARGET}&ports=81",
        f"/api/v1/host?host={TARGET}", "/api/v1/host?host=127.1", "/api/v1/host?hots=x",
        f"/probe?target={TARGET}:443", f"/probe?target={TARGET}", f"/probe?target={TARGET}:81",
        "/probe?target=10.0.0.1:443", "/probe?target=127.1:443", "/api/v1/tls?host=127.1",
        *(path for path, of in paths.items() if "parameters" not in of["get"]),
    ]  # fmt: skip
    for question in questions:
        for accept in ("*/*", "text/plain", "text/event-stream"):
            answer = frontend.get(question, {"Accept": accept})
            described = paths[question.partition("?")[0]]["get"]["responses"]
            assert str(answer.status) in described, question
            form = answer.header("Content-Type").partition(";")[0]
            assert form in described[str(answer.status)]["content"], (question, accept)


def conforms(value, schema, schemas):
    """Types, required keys, enumerations: what this description uses of JSON Schema."""
    schema = schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    of = {
        "string": str, "integer": int, "number": (int, float), "boolean": bool,
        "array": list, "object": dict, "null": type(None),
    }  # fmt: skip
    assert any(isinstance(value, of[kind]) for kind in kinds), (value, schema)
    assert value in schema.get("enum", [value])
    if isinstance(value, list):
        for item in value:
            conforms(item, schema["items"], schemas)
    if isinstance(value, dict):
        assert set(schema.get("required", [])) <= set(value), (value, schema)
        properties = schema.get("properties", {})
        assert set(value) <= set(properties), "a field that is not described"
        for key, item in value.items():
            conforms(item, properties[key], schemas)


def test_answers_are_as_described(frontend):
    schemas = json.loads(frontend.get("/openapi.json").text)["components"]["schemas"]
    for path, name in (
        (f"/api/v1/check?host={TARGET}&ports=443,22,25", "Result"),
        ("/api/v1/check?host=127.1&ports=443", "Problem"),
        ("/api/v1/check?host=a.io&ports=81", "Problem"),
        ("/nowhere", "Problem"),
        ("/api/v1/me", "Visitor"),
        ("/api/v1/ports", "Ports"),
        ("/api/v1/limits", "Limits"),
    ):
        conforms(json.loads(frontend.get(path).text), {"$ref": f"#/{name}"}, schemas)
