# SPDX-License-Identifier: BSD-2-Clause
"""Debian's prometheus, with the example configuration, scrapes portlightd in a network."""
import subprocess

import pytest
import yaml

from inside import LISTEN, Inside
from inspected_service import TLS_PORT
from network import LabError
from service import ROOT, wait_until
from small_network import SmallNetwork

EXAMPLES = ROOT / "packaging/monitoring"
SERVER = "127.0.0.1:9090"
SILENT, CLOSED = 3389, 22
PATIENCE_S = 90  # of a machine that has other things to do


@pytest.fixture(scope="module")
def checker():
    with SmallNetwork() as net:
        net.run("target", "nft", "-f", "-", text="table inet t { chain c { type filter hook input"
                f" priority 0; tcp dport {SILENT} drop; }}; }}\n")  # fmt: skip
        with Inside(net) as service:
            yield service


@pytest.fixture(scope="module")
def prometheus(checker):
    """Asks PromQL: {labels as a frozenset: value}."""
    folder = checker.directory / "prometheus"
    folder.mkdir()
    address = checker.addresses[0]
    config = yaml.safe_load((EXAMPLES / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "2s", "scrape_timeout": "2s"}
    for job in config["scrape_configs"]:
        if job["job_name"] == "portlight-tcp":  # silence needs its time
            job |= {"scrape_interval": "6s", "scrape_timeout": "6s"}
            job["static_configs"][0]["targets"] = [
                f"{address}:{port}" for port in (TLS_PORT, SILENT, CLOSED, 81)]  # fmt: skip
        if job["job_name"] == "portlight-tls":
            job["static_configs"][0]["targets"] = [f"{address}:{TLS_PORT}"]
    assert str(config).count(LISTEN) == 3, "portlightd is where the example says"
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    (folder / "portlight-rules.yml").write_text((EXAMPLES / "portlight-rules.yml").read_text())
    process = checker.network.popen(
        "prober", "prometheus", f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data", f"--web.listen-address={SERVER}",
        stdout=subprocess.DEVNULL, stderr=open(folder / "log", "wb"))  # fmt: skip

    def ask(query):
        answer = checker.fetch(f"http://{SERVER}/api/v1/query", query=query)
        assert answer["status"] == "success", answer
        return {frozenset(row["metric"].items()): float(row["value"][1]) for row in answer["data"]["result"]}

    def is_up():
        if process.poll() is not None:
            raise LabError((folder / "log").read_text()[-2000:])
        return checker.curl(f"http://{SERVER}/-/ready").startswith("Prometheus Server is Ready")

    wait_until(is_up, "prometheus", PATIENCE_S)
    yield ask


def eventually(ask, query):
    """The value of the only series that the query finds, as soon as there is one."""
    wait_until(lambda: ask(query), query, PATIENCE_S)
    [value] = ask(query).values()
    return value


def test_the_examples_are_sound():
    subprocess.run(["promtool", "check", "config", EXAMPLES / "prometheus.yml"], check=True)
    subprocess.run(["promtool", "check", "rules", EXAMPLES / "portlight-rules.yml"], check=True)


def test_it_scrapes_the_daemon(prometheus):
    assert eventually(prometheus, 'portlight_prober_up{job="portlight"}') == 1
    assert eventually(prometheus, "portlight_build_info") == 1


@pytest.mark.parametrize("port, state", [(TLS_PORT, "open"), (SILENT, "filtered"), (CLOSED, "closed")])
def test_states(port, state, checker, prometheus):
    instance = f'job="portlight-tcp",instance="{checker.addresses[0]}:{port}"'
    assert eventually(prometheus, f"probe_success{{{instance}}}") == (state == "open")
    [series] = prometheus(f"portlight_probe_state{{{instance}}} == 1")
    assert ("state", state) in series
    assert eventually(prometheus, f"count(portlight_probe_state{{{instance}}})") == 4
    assert eventually(prometheus, f"probe_ip_protocol{{{instance}}}") == 4
    assert eventually(prometheus, f"scrape_samples_scraped{{{instance}}}") > 8


def test_certificates(checker, prometheus):
    instance = f'job="portlight-tls",instance="{checker.addresses[0]}:{TLS_PORT}"'
    assert eventually(prometheus, f"probe_success{{{instance}}}") == 1
    days = eventually(prometheus, f"(probe_ssl_earliest_cert_expiry{{{instance}}} - time()) / 86400")
    assert 59 < days < 60
    assert eventually(prometheus, f'portlight_probe_tls_state{{{instance},state="trusted"}}') == 1


def test_what_is_refused_is_down(checker, prometheus):
    """Port 81 is on no allowlist."""
    assert eventually(prometheus, f'up{{instance="{checker.addresses[0]}:81"}}') == 0


def test_the_alerts_work(checker, prometheus):
    def alerts():
        answer = checker.fetch(f"http://{SERVER}/api/v1/rules")
        [group] = answer["data"]["groups"]
        assert all(rule["health"] in ("ok", "unknown") for rule in group["rules"]), group
        return {rule["name"]: rule for rule in group["rules"]}

    wait_until(lambda: len(alerts()["PortNotOpen"]["alerts"]) == 2, "closed and filtered", PATIENCE_S)
    wait_until(lambda: all(rule["health"] == "ok" for rule in alerts().values()), "all tried", PATIENCE_S)
    assert alerts()["PortUnknown"]["alerts"] == alerts()["NameGone"]["alerts"] == []
