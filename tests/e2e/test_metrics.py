# SPDX-License-Identifier: BSD-2-Clause
"""What Prometheus reads: sound text, true numbers, and a dashboard that asks for what is there."""
import http.client
import json
import re

from frontend import OTHER_TARGET, TARGET
from service import ROOT, free_listen

SAMPLE = re.compile(r'([a-z_]+)(\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? (\S+)')


def read(frontend):
    """{name and labels: value}; every family has help and type, once, before its samples."""
    values, families = {}, {}
    for line in frontend.get("/metrics").text.splitlines():
        if line.startswith("# "):
            _, what, name, text = line.split(" ", 3)
            assert text and what not in families.setdefault(name, {}), line
            families[name][what] = text
            continue
        name, labels, value = SAMPLE.fullmatch(line).groups()
        family = next(f for f in (name, re.sub("_(bucket|sum|count)$", "", name)) if f in families)
        assert families[family].keys() == {"HELP", "TYPE"}
        assert (families[family]["TYPE"] == "counter") == name.endswith("_total"), line
        values[name + (labels or "")] = float(value)
    return values


def test_counts_are_true(make_frontend):
    limits = {"client-quota": 12, "client-window-s": 3600, "target-quota": 3, "target-window-s": 3600}
    frontend = make_frontend(limits=limits)
    before = read(frontend)
    frontend.check(TARGET, 443, 80)
    frontend.check(OTHER_TARGET, 22)
    frontend.check(TARGET, 443, 80)  # the target's quota
    frontend.check("127.1", 443)
    for _ in range(8):
        frontend.get("/api/v1/nothing")
    after = read(frontend)
    grown = {key: value - before.get(key, 0) for key, value in after.items()}
    assert grown['portlight_verdicts_total{state="open",disposition="accept"}'] == 1
    assert grown['portlight_verdicts_total{state="filtered",disposition="drop"}'] == 1
    assert grown["portlight_check_duration_seconds_count"] == 2
    assert grown['portlight_check_duration_seconds_bucket{le="+Inf"}'] == 2
    assert 0 < grown["portlight_check_duration_seconds_sum"] < 2
    assert grown['portlight_limits_hit_total{limit="target"}'] == 1
    assert grown['portlight_limits_hit_total{limit="client"}'] > 0
    assert grown['portlight_problems_total{type="invalid-host"}'] == 1
    assert after["portlight_prober_up"] == after["portlight_prober_sessions_total"] == 1
    assert after["portlight_connections"] >= 1


def test_buckets_grow(frontend):
    frontend.check(TARGET, 443)
    buckets = [value for key, value in read(frontend).items() if "_bucket" in key]
    assert len(buckets) == 13 and buckets == sorted(buckets)


def test_the_dashboard_asks_for_what_is_there(make_frontend, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("0" * 32)
    secret.chmod(0o400)
    places = {"places": ["fra"], "engines": ["127.0.0.1:4222"],  # nobody is there
              "name": "f1", "frontends": ["f1", "f2"], "secret": str(secret)}  # fmt: skip
    frontend = make_frontend(fleet=places)
    frontend.check(TARGET, 443)
    dashboard = (ROOT / "packaging" / "grafana-dashboard.json").read_text()
    expressions = [
        target["expr"] for panel in json.loads(dashboard)["panels"] for target in panel["targets"]
    ]
    names = {key.split("{")[0] for key in read(frontend)}
    names |= set(re.findall(r"# HELP (portlight_\S+)", frontend.get("/metrics").text))
    asked = {name for text in expressions for name in re.findall(r"portlight_[a-z_]+", text)}
    assert len(expressions) >= 8
    assert asked <= names, asked - names


def test_on_an_address_of_its_own(make_frontend):
    """Then nobody else can read it: other clients' verdicts could be counted live."""
    place = free_listen()
    frontend = make_frontend(http={"metrics-listen": [place]})

    def operator(path):
        connection = http.client.HTTPConnection(place, timeout=10)
        connection.request("GET", path)
        return connection.getresponse()

    for path in ("/metrics", "/metrics?x"):
        assert frontend.get(path).is_problem(404, "not-found"), path
        assert b"portlight_requests_total" in operator(path).read()
    assert operator("/healthz").status == operator("/readyz").status == 200
    assert {operator(path).status for path in ("/", "/api/v1/me", "/style.css", "/pcap/x")} == {404}
    assert operator(f"/api/v1/check?host={TARGET}&ports=443").status == 404
    assert frontend.prober.asked == []
    assert frontend.check().status == frontend.get("/healthz").status == 200
