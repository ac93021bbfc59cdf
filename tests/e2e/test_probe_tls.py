# SPDX-License-Identifier: BSD-2-Clause
"""GET /probe with a module for TLS, and from places of a fleet."""
import calendar
import os
import pathlib
import subprocess
import tempfile
import time

import pytest

import fleet as fleet_of_places
from fake_prober import DROPPED
from frontend import TARGET
from service import wait_until
from test_fleet import both as both  # fixtures
from test_fleet import fleet as fleet
from test_fleet import frontend as fleet_frontend  # noqa: F401
from test_probe import PROMETHEUS, ask, read, state
from test_tls import NAME, silent
from test_tls import authority as authority  # more of them
from test_tls import inspected as inspected
from test_tls import inspected_by
from tls_servers import Script, TlsServer

HERE = 'address="127.0.0.1",family="ipv4"'


def tls_state(values):
    prefix = f'portlight_probe_tls_state{{{HERE},state="'
    states = {key[len(prefix):-2]: value for key, value in values.items() if key.startswith(prefix)}
    assert {"trusted", "untrusted", "failed", "unreachable", "unknown"} < set(states)
    assert sum(states.values()) == 1
    return next(name for name, value in states.items() if value)


def ends_of(*paths):
    """notAfter of certificates, in seconds since 1970, by openssl."""
    ends = []
    for path in paths:
        text = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-enddate", "-dateopt", "iso_8601"],
                              capture_output=True, text=True, check=True, env={**os.environ, "TZ": "UTC"}).stdout  # fmt: skip
        moment = time.strptime(text.strip().partition("=")[2], "%Y-%m-%d %H:%M:%SZ")
        ends.append(calendar.timegm(moment))
    return ends


def test_a_good_certificate(inspected, authority):
    authority.issue("good")
    with TlsServer(authority, "good") as server:
        values = read(ask(inspected.frontend, f"{NAME}:{server.port}", "tls_connect"))
    assert values["probe_success"] == 1 and state(values, "127.0.0.1") == "open"
    assert tls_state(values) == "trusted"
    leaf, middle = ends_of(authority.directory / "good.pem", authority.directory / "middle.pem")
    assert values["probe_ssl_earliest_cert_expiry"] == min(leaf, middle) == leaf
    assert values["probe_ssl_last_chain_expiry_timestamp_seconds"] == leaf
    assert values['probe_tls_version_info{version="TLS 1.3"}'] == 1
    [info] = [key for key in values if key.startswith("probe_ssl_last_chain_info")]
    fingerprint = subprocess.run(["openssl", "x509", "-in", authority.directory / "good.pem", "-noout", "-fingerprint",
                             "-sha256"], capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert f'fingerprint_sha256="{fingerprint.strip().partition("=")[2].replace(":", "").lower()}"' in info
    assert f'subjectalternative="{NAME}"' in info and 'subject="CN=www.tls-lab.net"' in info
    assert values["probe_dns_lookup_time_seconds"] > 0


def test_an_expired_one(inspected, authority):
    authority.issue("ended", start="20200101000000Z", end="20200301000000Z")
    with TlsServer(authority, "ended") as server:
        values = read(ask(inspected.frontend, f"{NAME}:{server.port}", "tls"))
        plain = read(ask(inspected.frontend, f"{NAME}:{server.port}", "tcp"))
    assert (values["probe_success"], plain["probe_success"]) == (0, 1)
    assert tls_state(values) == "untrusted"
    assert values["probe_ssl_earliest_cert_expiry"] == 1583020800
    assert "probe_ssl_last_chain_expiry_timestamp_seconds" not in values
    assert values[f'portlight_probe_tls_problem{{{HERE},code="expired",severity="error"}}'] == 1
    assert not any("ssl" in key or "tls" in key for key in plain)


def test_a_closed_port(inspected):
    with Script(silent) as server:
        port = server.port
    values = read(ask(inspected.frontend, f"{NAME}:{port}", "tls"))
    assert values["probe_success"] == 0 and tls_state(values) == "unreachable"
    assert not any(key.startswith("probe_ssl") for key in values)


def test_a_server_that_says_nothing_until_prometheus_gives_up(inspected):
    with Script(silent) as server:
        values = read(ask(inspected.frontend, f"{NAME}:{server.port}", "tls",
                          headers={**PROMETHEUS, "X-Prometheus-Scrape-Timeout-Seconds": "1.5"}))  # fmt: skip
    assert (values["probe_success"], values["portlight_probe_timed_out"]) == (0, 1)
    assert state(values, "127.0.0.1") == "open", "that was known by then"
    assert tls_state(values) == "unknown"
    assert "\nportlight_checks_pending 0\n" in inspected.frontend.get("/metrics").text


def test_who_is_looked_at_already_is_refused_as_by_the_api(inspected):
    """Each question differs, because equal ones are shared."""
    with Script(silent) as server, inspected.frontend.begin(
        f"/api/v1/tls?host={NAME}&port={server.port}&survey=true"
    ):
        wait_until(lambda: "\nportlight_inspector_workers 1\n" in inspected.frontend.get("/metrics").text, "at work")
        answer = ask(inspected.frontend, f"{NAME}:{server.port}", "tls")
    assert answer.status == 429 and answer.text.startswith("error: target: ")


def test_what_it_costs(authority):
    """As in the API: five units, and one for the check of the port."""
    limits = {"client-quota": 11, "client-window-s": 3600, "client-targets": 0, "target-quota": 0}
    authority.issue("good")
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory, \
            inspected_by(authority, pathlib.Path(directory), limits=limits) as own, \
            TlsServer(authority, "good") as server:  # fmt: skip
        assert ask(own.frontend, f"{NAME}:{server.port}", "tls").status == 200
        assert ask(own.frontend, f"{NAME}:{server.port}", "tls").status == 200
        answer = ask(own.frontend, f"{NAME}:{server.port}", "tls")
        assert answer.status == 429 and answer.text.startswith("error: client: ")


def test_places_look_at_ports_alone(inspected):
    answer = ask(inspected.frontend, f"{NAME}:443", "tls", **{"from": "fra"})
    assert answer.status == 400 and answer.text.startswith("error: from-with-tls: ")


# --- from places --------------------------------------------------------------------------------

needs_engine = pytest.mark.skipif(not os.path.exists(fleet_of_places.ENGINE), reason="nats-server is not installed")


@needs_engine
def test_from_all_places(fleet, fleet_frontend):  # noqa: F811
    values = read(ask(fleet_frontend, f"{TARGET}:443", **{"from": "all"}))
    assert (values["probe_success"], values["probe_ip_protocol"]) == (1, 4)
    for place in ("fra", "iad", "syd"):
        assert values[f'portlight_probe_place{{place="{place}",status="answered"}}'] == 1
        of = f'address="{TARGET}",family="ipv4",place="{place}"'
        assert values[f'portlight_probe_state{{{of},state="open"}}'] == 1
        assert values[f"portlight_probe_rtt_seconds{{{of}}}"] == 0.0231


@needs_engine
def test_one_place_sees_something_else(fleet, fleet_frontend):  # noqa: F811
    fleet.probers["iad"].verdicts[TARGET, 443] = DROPPED
    values = read(ask(fleet_frontend, f"{TARGET}:443", **{"from": "fra,iad"}))
    assert values["probe_success"] == 0
    assert values[f'portlight_probe_state{{address="{TARGET}",family="ipv4",place="iad",state="filtered"}}'] == 1
    assert not any('place="syd"' in key for key in values)


@needs_engine
def test_a_place_that_is_none(fleet, fleet_frontend):  # noqa: F811
    answer = ask(fleet_frontend, f"{TARGET}:443", **{"from": "mars"})
    assert answer.status == 400 and answer.text.startswith("error: unknown-place: ")
