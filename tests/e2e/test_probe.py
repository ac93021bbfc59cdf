# SPDX-License-Identifier: BSD-2-Clause
"""GET /probe: what Prometheus asks blackbox_exporter, under the limits and policy of the API."""
import re
import urllib.parse

import pytest

from frontend import TARGET, TARGET_IPV6
from service import wait_until

SAMPLE = re.compile(r'([a-z_]+(?:\{[a-z_0-9]+="(?:[^"\\]|\\.)*"(?:,[a-z_0-9]+="(?:[^"\\]|\\.)*")*\})?) (\S+)')
NAME = "probe.vectors.net"
# what it sends, in part
PROMETHEUS = {
    "Accept": "application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
    "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "User-Agent": "Prometheus/2.42.0",
}


def ask(frontend, target, module=None, headers=PROMETHEUS, **more):
    query = {"target": target, **({"module": module} if module else {}), **more}
    return frontend.get(f"/probe?{urllib.parse.urlencode(query)}", headers)


def read(answer):
    """{name and labels: value}; each family has help and type before its samples."""
    assert answer.status == 200, answer
    assert answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    values, heads = {}, {}
    for line in answer.text.splitlines():
        if line.startswith("# "):
            _, what, name, text = line.split(" ", 3)
            assert text and what not in heads.setdefault(name, {}), line
            heads[name][what] = text
            continue
        key, value = SAMPLE.fullmatch(line).groups()
        assert heads[key.split("{")[0]]["TYPE"] == "gauge"
        assert key not in values, line
        values[key] = float(value)
    return values


def state(values, address=TARGET, family="ipv4"):
    """The state whose series is 1; there is one for each."""
    prefix = f'portlight_probe_state{{address="{address}",family="{family}",state="'
    states = {key[len(prefix):-2]: value for key, value in values.items() if key.startswith(prefix)}
    assert set(states) == {"open", "closed", "filtered", "unknown"}, values
    assert sorted(states.values()) == [0, 0, 0, 1]
    return next(name for name, value in states.items() if value)


@pytest.mark.parametrize("port, expected", [(443, "open"), (80, "closed"), (22, "filtered"),
                                            (25, "filtered"), (21, "unknown")])  # fmt: skip
def test_every_state(port, expected, frontend):
    values = read(ask(frontend, f"{TARGET}:{port}"))
    assert state(values) == expected
    assert values["probe_success"] == (expected == "open")
    assert values["probe_ip_protocol"] == 4 and values["probe_ip_addr_hash"] > 0
    assert values["probe_dns_lookup_time_seconds"] == 0 and values["probe_failed_due_to_regex"] == 0
    assert 0 < values["probe_duration_seconds"] < 20
    [info] = [key for key in values if key.startswith("portlight_probe_info")]
    assert f'state="{expected}"' in info and 'confidence="' in info


def test_the_probers_words(frontend):
    values = read(ask(frontend, f"{TARGET}:443"))
    assert values[f'portlight_probe_rtt_seconds{{address="{TARGET}",family="ipv4"}}'] == 0.0231
    assert values[f'portlight_probe_info{{address="{TARGET}",family="ipv4",state="open",'
                  'reason="syn-ack",disposition="accept",actor="host",confidence="certain"}'] == 1  # fmt: skip


def test_a_name_with_both_families(frontend):
    frontend.dns.zone[NAME] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    values = read(ask(frontend, f"{NAME}:443"))
    assert state(values) == state(values, TARGET_IPV6, "ipv6") == "open"
    assert (values["probe_success"], values["probe_ip_protocol"]) == (1, 6)
    assert values["probe_dns_lookup_time_seconds"] > 0
    for family, protocol in (("ipv4", 4), ("ipv6", 6)):
        values = read(ask(frontend, f"{NAME}:443", f"tcp_connect_{family}"))
        assert values["probe_ip_protocol"] == protocol
        assert len([key for key in values if key.startswith("portlight_probe_state")]) == 4


def test_an_address_of_ipv6(frontend):
    values = read(ask(frontend, f"[{TARGET_IPV6}]:443", "tcp"))
    assert state(values, TARGET_IPV6, "ipv6") == "open"


def test_a_name_that_is_gone_is_a_finding(frontend):
    """The scrape succeeds: it is the target that is gone."""
    values = read(ask(frontend, "nowhere.vectors.net:443"))
    assert values["probe_success"] == values["probe_ip_protocol"] == 0
    assert values['portlight_probe_problem{type="name-not-found",code="dns-nxdomain"}'] == 1
    assert not any("probe_state" in key for key in values)


MISTAKES = {
    "target=example.net": ("host-and-port", "example.net:443"),
    "target=https://example.net/": ("host-and-port", "example.net:443"),
    "module=tcp": ("host-and-port", "target"),
    f"target={TARGET}:443&module=http_2xx": ("unknown-module", "tcp_connect"),
    f"target={TARGET}:443&module=tls": ("unknown-module", "tcp_connect"),
    f"target={TARGET}:443&debug=true": ("unknown-key", "target, module, from"),
    f"target={TARGET}:81": ("port-not-allowed", "81"),
    "target=127.1:443": ("ambiguous-ipv4", "IPv4"),
    "target=10.0.0.1:443": ("address-not-public", "public"),
    f"target={TARGET}:443&module=tcp_ipv6": ("family-mismatch", "family"),
}


@pytest.mark.parametrize("query", MISTAKES)
def test_mistakes(query, frontend):
    code, word = MISTAKES[query]
    answer = frontend.get(f"/probe?{query}", PROMETHEUS)
    assert 400 <= answer.status < 500 and answer.header("Content-Type").startswith("text/plain")
    assert answer.text.startswith(f"error: {code}: ") and word in answer.text
    told = frontend.get(f"/probe?{query}").problem
    pointers = [error.get("pointer") for error in told.get("errors", [])]
    assert pointers in ([], ["#/target"], ["#/module"], ["#/debug"]), told
    assert frontend.prober.asked == []


def test_the_field_is_named(frontend):
    [error] = frontend.get(f"/probe?target={TARGET}:81").problem["errors"]
    assert error["pointer"] == "#/target"
    [error] = frontend.get(f"/probe?target={TARGET}:443&module=x").problem["errors"]
    assert error["pointer"] == "#/module"


@pytest.mark.parametrize("seconds", ["", "0", "-3", "soon", "1e3", "0x5", "nan"])
def test_a_time_out_that_is_none(seconds, frontend):
    answer = ask(frontend, f"{TARGET}:443", headers={"X-Prometheus-Scrape-Timeout-Seconds": seconds})
    assert answer.is_problem(400, "malformed-request", "bad-header")
    assert "X-Prometheus-Scrape-Timeout-Seconds" in answer.json["detail"]


def test_answered_before_prometheus_gives_up(make_frontend):
    """It answers with what is known by then: one port answered, the other did not."""
    frontend = make_frontend()
    frontend.dns.zone[NAME] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    frontend.prober.mode = "silent"
    values = read(ask(frontend, f"{NAME}:443",
                      headers={**PROMETHEUS, "X-Prometheus-Scrape-Timeout-Seconds": "1.5"}))  # fmt: skip
    assert (values["probe_success"], values["portlight_probe_timed_out"]) == (0, 1)
    assert state(values) == state(values, TARGET_IPV6, "ipv6") == "unknown"
    assert values["probe_duration_seconds"] < 3
    wait_until(lambda: len(frontend.prober.cancelled) == 2, "the prober is not told")
    assert "\nportlight_checks_pending 0\n" in frontend.get("/metrics").text
    frontend.prober.mode = "answer"
    values = read(ask(frontend, f"{TARGET}:443",
                      headers={**PROMETHEUS, "X-Prometheus-Scrape-Timeout-Seconds": "10"}))  # fmt: skip
    assert (values["probe_success"], values["portlight_probe_timed_out"]) == (1, 0)


def test_before_the_name_is_known(make_frontend):
    frontend = make_frontend(resolver={"timeout-ms": 5000})
    frontend.dns.zone[NAME] = {"timeout": True}
    values = read(ask(frontend, f"{NAME}:443",
                      headers={"X-Prometheus-Scrape-Timeout-Seconds": "0.5"}))  # fmt: skip
    assert values["probe_success"] == 0
    assert frontend.process.poll() is None


def test_who_goes_away(make_frontend):
    frontend = make_frontend()
    frontend.prober.delay_s = 0.3
    with frontend.begin(f"/probe?target={TARGET}:443"):
        pass
    wait_until(lambda: "\nportlight_checks_pending 0\n" in frontend.get("/metrics").text, "it waits")
    assert state(read(ask(frontend, f"{TARGET}:443"))) == "open"


def test_the_limits_are_the_apis(make_frontend):
    frontend = make_frontend(limits={"client-quota": 4, "client-window-s": 3600})
    for _ in range(2):
        assert ask(frontend, f"{TARGET}:443").status == 200
    assert frontend.check(TARGET, 443).status == 200
    assert ask(frontend, f"{TARGET}:443").status == 200
    answer = ask(frontend, f"{TARGET}:443")
    assert answer.status == 429 and int(answer.header("Retry-After")) > 0
    assert answer.text.startswith("error: client: ")
    assert len(frontend.prober.asked) == 4


def test_without_a_fleet_there_are_no_places(frontend):
    answer = ask(frontend, f"{TARGET}:443", **{"from": "fra"})
    assert answer.status == 400 and answer.text.startswith("error: no-places: ")


def test_another_sites_page_may_not(frontend):
    answer = ask(frontend, f"{TARGET}:443", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
    assert answer.status == 403 and frontend.prober.asked == []


def test_without_a_prober_the_scrape_fails(make_frontend):
    frontend = make_frontend(prober_runs=False)
    answer = ask(frontend, f"{TARGET}:443")
    assert answer.status == 503 and answer.text.startswith("error: prober-unavailable: ")


def test_a_target_that_wants_no_checks(make_frontend):
    frontend = make_frontend(policy={"deny": [f"{TARGET}/32"]})
    answer = ask(frontend, f"{TARGET}:443")
    assert answer.status == 403 and answer.text.startswith("error: opted-out: ")
    assert ask(frontend, f"{TARGET}:443").status == 403


def test_other_methods(frontend):
    answer = frontend.request("POST", f"/probe?target={TARGET}:443", b"")
    assert answer.is_problem(405, "method-not-allowed")
    assert frontend.request("HEAD", f"/probe?target={TARGET}:443").status == 200
