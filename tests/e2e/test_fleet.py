# SPDX-License-Identifier: BSD-2-Clause
"""Many places: one question, every place, and why they differ."""
import os
import select
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import wire
from fake_prober import CLOSED, DROPPED, OPEN, REJECTED, TRACED
from fleet import ENGINE, Client, Fleet
from frontend import TARGET, TARGET_IPV6, Frontend
from honest import DEADLINE_S, honest
from nats_client import NatsClient
from service import wait_until

AT_ONCE_S = 4  # without waiting for the 5 s that a silent place takes

pytestmark = pytest.mark.skipif(not os.path.exists(ENGINE), reason="nats-server is not installed")


@contextmanager
def fleet_and_frontend(here=None, **options):
    with Fleet(here=here, **options) as fleet:
        with Frontend(fleet=fleet.fleet_section()) as frontend:
            wait_until(lambda: all_up(frontend), "not all places are up")
            yield fleet, frontend


@pytest.fixture(scope="module")
def both():
    with fleet_and_frontend() as both:
        yield both


@pytest.fixture
def fleet(both):
    for prober in both[0].probers.values():
        prober.mode, prober.verdicts, prober.trails = "answer", {}, {}
        prober.forget()
    return both[0]


@pytest.fixture
def frontend(both):
    return both[1]


def states(frontend):
    return {p["place"]: p["status"] for p in frontend.get("/api/v1/places").json["places"]}


def all_up(frontend):
    return set(states(frontend).values()) == {"up"}


def wait_state(frontend, place, state):
    wait_until(lambda: states(frontend)[place] == state, f"{place} is not {state}", 15)


def statuses(answer):
    assert answer.status == 200, answer
    return {place["place"]: place["status"] for place in answer.json["places"]}


def timed(ask):
    began = time.monotonic()
    answer = ask()
    return answer, time.monotonic() - began


# --- the question and its answer ---------------------------------------------------------


def test_every_place_answers(fleet, frontend):
    answer = frontend.check(TARGET, 443, 80, **{"from": "all"}).json
    assert [p["place"] for p in answer["places"]] == ["fra", "iad", "syd"]
    for place in answer["places"]:
        assert place["status"] == "answered" and place["code"] is None
        [address] = place["addresses"]
        assert [port["state"] for port in address["ports"]] == ["open", "closed"]
    [address] = answer["addresses"]
    assert address.pop("network")["is_visitor"] is False
    assert [address] == answer["places"][0]["addresses"]
    assert [(c["port"], c["state"], c["agree"], c["because"]) for c in answer["comparison"]] == [
        (443, "open", 3, None), (80, "closed", 3, None)]  # fmt: skip
    assert all(prober.addresses == [TARGET] for prober in fleet.probers.values())


def test_places_stand_in_the_order_of_the_question(fleet, frontend):
    answer = frontend.check(TARGET, 443, **{"from": "syd,fra"}).json
    assert [p["place"] for p in answer["places"]] == ["syd", "fra"]
    assert fleet.probers["iad"].asked == []
    answer = frontend.post({"host": TARGET, "ports": [443], "from": ["iad"]}).json
    assert [p["place"] for p in answer["places"]] == ["iad"]


def test_without_from_nothing_changes(fleet, frontend):
    answer = frontend.check(TARGET, 443).json
    assert "places" not in answer and "comparison" not in answer
    assert all(prober.asked == [] for prober in fleet.probers.values())
    assert frontend.prober.addresses[-1] == TARGET


def test_what_the_file_says_of_a_place_is_shown(frontend):
    [fra, *_] = frontend.get("/api/v1/places").json["places"]
    assert (fra["title"], fra["country"], fra["asn"]) == ("Frankfurt", "DE", 64500)
    assert fra["status"] == "up" and fra["version"] and fra["round_trip_ms"] > 0


@pytest.mark.parametrize("value, code, pointer", [
    ("nowhere", "unknown-place", "#/from/0"), ("fra,fra", "duplicate", "#/from/1"),
    ("fra,all", "bad-place", "#/from/1"), ("Fra", "bad-place", "#/from/0"),
    ("all,all", "bad-place", "#/from/0"), ("fra,", "bad-place", "#/from/1"),
])  # fmt: skip
def test_a_place_that_is_none(frontend, value, code, pointer):
    answer = frontend.check(TARGET, 443, **{"from": value})
    assert answer.is_problem(400, "malformed-request", code), answer
    assert answer.problem["errors"][0]["pointer"] == pointer


def test_from_must_be_names(frontend):
    answer = frontend.post({"host": TARGET, "ports": [443], "from": 3})
    assert answer.is_problem(400, "malformed-request", "wrong-type")
    answer = frontend.post({"host": TARGET, "ports": [443], "from": [3]})
    assert answer.is_problem(400, "malformed-request", "bad-place")


def test_the_other_family(fleet, frontend):
    answer = frontend.check(TARGET_IPV6, 443, **{"from": "fra"}).json
    assert answer["places"][0]["addresses"][0]["family"] == "ipv6"


def test_a_filter_that_looks_at_the_source(fleet, frontend):
    for name in ("iad", "syd"):
        fleet.probers[name].verdicts[(TARGET, 443)] = DROPPED
    [c] = frontend.check(TARGET, 443, **{"from": "all"}).json["comparison"]
    assert [(g["state"], g["places"]) for g in c["groups"]] == [
        ("filtered", ["iad", "syd"]), ("open", ["fra"])]  # fmt: skip
    assert (c["because"], c["confidence"], c["state"]) == ("source-filter", "guess", None)
    assert c["summary"].startswith("Filtered from Virginia and Sydney, open from Frankfurt: ")


def test_a_reject_to_some(fleet, frontend):
    fleet.probers["syd"].verdicts[(TARGET, 443)] = REJECTED
    [c] = frontend.check(TARGET, 443, **{"from": "all"}).json["comparison"]
    assert (c["because"], c["confidence"]) == ("source-filter", "likely")


def test_several_hosts_behind_an_address(fleet, frontend):
    fleet.probers["syd"].verdicts[(TARGET, 443)] = CLOSED
    [c] = frontend.check(TARGET, 443, **{"from": "all"}).json["comparison"]
    assert (c["because"], c["agree"], c["answered"]) == ("different-hosts", 2, 3)


def test_text(fleet, frontend):
    fleet.probers["syd"].verdicts[(TARGET, 443)] = DROPPED
    text = frontend.check(TARGET, 443, headers={"Accept": "text/plain"}, **{"from": "all"}).text
    assert text.splitlines() == [
        "fra 443/tcp open accept host 23.1ms",
        "iad 443/tcp open accept host 23.1ms",
        "syd 443/tcp filtered drop unknown",
        "443/tcp differs: open from fra, iad; filtered from syd (source-filter, guess)",
    ]


def test_events(fleet, frontend):
    answer = frontend.check(TARGET, 443, headers={"Accept": "text/event-stream"}, **{"from": "all"})
    names = [name for name, _ in answer.events]
    assert names == ["resolved", "place", "place", "place", "comparison", "done"]
    data = dict(answer.events)
    assert data["comparison"]["comparison"] == data["done"]["comparison"]


def test_packets_and_traces_come_along(fleet, frontend):
    fleet.probers["fra"].verdicts[(TARGET, 443)] = TRACED
    hop = wire.encode(wire.HOP, 0, 443, 1, *wire.packed("192.0.2.9"), 1_000_000)
    fleet.probers["fra"].trails[443] = lambda job: [
        hop[:1] + job.to_bytes(4, "big") + hop[5:]]  # fmt: skip
    answer = frontend.check(TARGET, 443, trace="true", **{"from": "fra,iad"}).json
    [fra, iad] = (p["addresses"][0]["ports"][0] for p in answer["places"])
    assert [h["address"] for h in fra["path"]["hops"]] == ["192.0.2.9"], fra
    assert iad["path"] is None


# --- what can go wrong with a place ---------------------------------------------------------


def test_an_own_rule_of_a_place(fleet, frontend):
    fleet.probers["iad"].mode, fleet.probers["iad"].refusal = "refuse", ("opted-out", wire.NO_PORT, 0)
    answer = frontend.check(TARGET, 443, **{"from": "all"})
    assert statuses(answer) == {"fra": "answered", "iad": "refused", "syd": "answered"}
    assert answer.json["places"][1]["code"] == "opted-out"


def test_a_slow_place_does_not_hold_the_others_longer_than_its_deadline(fleet, frontend):
    fleet.probers["iad"].mode = "silent"
    with honest(frontend, "fra", "syd"):
        answer, took = timed(lambda: frontend.check(TARGET, 443, **{"from": "all"}))
    assert statuses(answer)["fra"] == statuses(answer)["syd"] == "answered"
    assert statuses(answer)["iad"] == "no-answer"
    assert took < DEADLINE_S, took
    assert states(frontend)["iad"] == "up"  # its prober forgot one job, and lives


@pytest.mark.parametrize("lie", [
    OPEN.__class__("open", "no-response", "drop", "unknown", "certain"),
    OPEN.__class__("filtered", "syn-ack", "accept", "host", "certain", sent=1),
    OPEN.__class__("closed", "syn-ack", "refuse", "host", "certain", sent=1),
    OPEN.__class__("unknown", "local-firewall", "accept", "host", "certain"),
], ids=lambda lie: f"{lie.state}-{lie.reason}")  # fmt: skip
def test_a_liar_is_shown_and_flagged(fleet, frontend, lie):
    fleet.probers["syd"].verdicts[(TARGET, 443)] = lie
    with honest(frontend, "fra", "iad"):
        answer = frontend.check(TARGET, 443, **{"from": "all"})
    assert statuses(answer) == {"fra": "answered", "iad": "answered", "syd": "nonsense"}
    assert answer.json["places"][2]["suspect"] is True
    assert answer.json["comparison"][0]["state"] == "open"
    wait_state(frontend, "syd", "suspect")


def test_agent_killed():
    with fleet_and_frontend() as (fleet, frontend), honest(frontend, "fra", "syd"):
        fleet.agents["iad"].stop(signal.SIGKILL)
        answer, took = timed(lambda: frontend.check(TARGET, 443, **{"from": "all"}))
        # the engine may not have noticed yet
        assert statuses(answer)["iad"] in ("down", "no-answer") and took < DEADLINE_S
        wait_state(frontend, "iad", "down")
        answer, took = timed(lambda: frontend.check(TARGET, 443, **{"from": "all"}))
        assert statuses(answer) == {"fra": "answered", "iad": "down", "syd": "answered"}
        assert took < AT_ONCE_S
        fleet.agents["iad"].start()
        wait_state(frontend, "iad", "up")
        assert statuses(frontend.check(TARGET, 443, **{"from": "all"}))["iad"] == "answered"


def test_agent_stopped():
    with fleet_and_frontend() as (fleet, frontend), honest(frontend, "fra", "syd"):
        fleet.agents["iad"].process.send_signal(signal.SIGSTOP)
        answer, took = timed(lambda: frontend.check(TARGET, 443, **{"from": "all"}))
        assert statuses(answer)["iad"] in ("no-answer", "down")
        assert took < DEADLINE_S
        wait_state(frontend, "iad", "down")
        asked = len(fleet.probers["iad"].asked)
        answer, took = timed(lambda: frontend.check(TARGET, 443, **{"from": "all"}))
        assert statuses(answer)["iad"] == "down" and took < AT_ONCE_S
        time.sleep(6)  # longer than any question may be under way
        fleet.agents["iad"].process.send_signal(signal.SIGCONT)
        wait_state(frontend, "iad", "up")
        assert len(fleet.probers["iad"].asked) == asked  # what it slept through is asked of nobody


def test_prober_of_a_place_stopped():
    with fleet_and_frontend() as (fleet, frontend), honest(frontend, "fra", "syd"):
        fleet.probers["iad"].stop()
        wait_state(frontend, "iad", "down")
        answer, took = timed(lambda: frontend.check(TARGET, 443, **{"from": "all"}))
        assert statuses(answer) == {"fra": "answered", "iad": "down", "syd": "answered"}
        assert took < AT_ONCE_S
        fleet.probers["iad"].start()
        wait_state(frontend, "iad", "up")


def test_engine_killed_and_restarted():
    with fleet_and_frontend() as (fleet, frontend):
        fleet.engines[0].stop(signal.SIGKILL)
        wait_until(lambda: set(states(frontend).values()) == {"down"}, "they are still up", 10)
        answer, took = timed(lambda: frontend.check(TARGET, 443, **{"from": "all"}))
        assert answer.is_problem(503, "no-place-answered") and took < AT_ONCE_S
        assert frontend.check(TARGET, 443).status == 200  # this machine needs no engine
        fleet.engines[0].start()
        wait_until(lambda: all_up(frontend), "not all came back", 15)
        assert set(statuses(frontend.check(TARGET, 443, **{"from": "all"})).values()) == {"answered"}


def test_two_engines_and_one_dead():
    with fleet_and_frontend(engines=2) as (fleet, frontend):
        for dead in (0, 1):
            fleet.engines[dead].stop(signal.SIGKILL)
            answer = frontend.check(TARGET, 443, **{"from": "all"})
            assert set(statuses(answer).values()) == {"answered"}, answer
            fleet.engines[dead].start()
            for agent in fleet.agents.values():
                connections = agent.log.count("connected to 127")
                wait_until(lambda: agent.log.count("connected to 127") >= 3 + dead, "no reconnect")
                assert connections >= 2
            time.sleep(2)  # the asker's next pings by the one that is back
            wait_until(lambda: all_up(frontend), "not all came back", 15)


@pytest.mark.parametrize("fault", (signal.SIGKILL, signal.SIGSTOP))
def test_what_one_engine_took_along_is_asked_by_the_other(fault):
    with fleet_and_frontend(engines=2) as (fleet, frontend):
        for prober in fleet.probers.values():
            prober.delay_s = 1
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(frontend.check, TARGET, 443, **{"from": "all"})
            wait_until(lambda: all(prober.asked for prober in fleet.probers.values()), "nobody was asked")
            fleet.engines[0].process.send_signal(fault)
            assert set(statuses(asked.result()).values()) == {"answered"}, asked.result()
        fleet.engines[0].stop(signal.SIGKILL)


def test_engines_that_come_and_go_do_not_have_a_question_for_ever():
    """The client is told that no place answers."""
    with Fleet(places=("iad",), engines=2, start=False) as fleet:
        prober, asker = fleet.probers["iad"], fleet.asker
        prober.mode, prober.linger_ms = "silent", 60_000
        fleet.start()
        wait_until(lambda: asker.log.count("place iad is there") == 2, "not there by both engines")
        with Client(fleet.socket("iad")) as client:
            client.socket.send(wire.check(1, TARGET, [443]))
            wait_until(lambda: prober.asked, "it is not asked")
            for gone in range(4):
                asked = len(prober.asked)
                fleet.engines[gone % 2].stop(signal.SIGKILL)
                wait_until(lambda: len(prober.asked) > asked or is_readable(client), "it is lost")
                if is_readable(client):
                    break
                fleet.engines[gone % 2].start()
                wait_until(lambda: asker.log.count("place iad is there") == 3 + gone, "not there again")
            assert is_readable(client), "it is asked again and again"
            assert wire.REFUSALS[client.socket.recv(4096)[5]] in ("place-down", "place-silent")


def is_readable(client):
    return select.select([client.socket], [], [], 0)[0] != []


def test_engine_reloaded():
    with fleet_and_frontend() as (fleet, frontend):
        fleet.engines[0].process.send_signal(signal.SIGHUP)
        for _ in range(20):
            assert frontend.check(TARGET, 443, **{"from": "fra"}).status in (200, 503)


        def all_answer():
            answer = frontend.check(TARGET, 443, **{"from": "all"})
            return answer.status == 200 and set(statuses(answer).values()) == {"answered"}

        wait_until(all_answer, "not all came back", 15)


def test_revoked():
    """A user that is taken out of the engine's file is gone at once, the others come back: a
    reload ends the answers that are under way."""
    with fleet_and_frontend() as (fleet, frontend):
        lines = fleet.engines[0].config.read_text().splitlines(keepends=True)
        at = next(i for i, line in enumerate(lines) if '"iad.place"' in line)
        fleet.engines[0].config.write_text("".join(lines[:at] + lines[at + 3 :]))
        fleet.engines[0].process.send_signal(signal.SIGHUP)
        wait_state(frontend, "iad", "down")
        wait_until(lambda: "Authorization Violation" in fleet.agents["iad"].log, "not refused")
        answer = frontend.check(TARGET, 443, **{"from": "fra,syd"})
        assert set(statuses(answer).values()) == {"answered"}


def test_another_version():
    """A member with the place's name that listens only to the next version's questions."""
    with fleet_and_frontend(places=("fra", "iad")) as (fleet, frontend):
        fleet.agents["iad"].stop()
        wait_state(frontend, "iad", "down")
        with NatsClient(fleet, "iad", "place") as newer:
            newer.subscribe(f"pl.{wire.VERSION + 1}.ask.iad.*")

            def is_other():
                newer.read(0.1)  # and answers the engine's pings
                return states(frontend)["iad"] == "other-version"

            wait_until(is_other, "iad is not of another version", 15)
            answer, took = timed(lambda: frontend.check(TARGET, 443, **{"from": "all"}))
            assert statuses(answer) == {"fra": "answered", "iad": "other-version"} and took < AT_ONCE_S
        wait_state(frontend, "iad", "down")


# --- the places' own limits --------------------------------------------------------------------


def test_a_place_keeps_its_targets_quota():
    with fleet_and_frontend(places=("fra",), serve={"target-quota": 6}) as (fleet, frontend):
        for _ in range(2):
            assert statuses(frontend.check(TARGET, 443, 80, 22, **{"from": "fra"})) == {
                "fra": "answered"}  # fmt: skip
        answer = frontend.check(TARGET, 443, **{"from": "fra"})
        assert answer.is_problem(503, "no-place-answered")
        with Client(fleet.socket("fra")) as client:
            [[refused], _] = client.ask(1, TARGET, [443])
        assert wire.REFUSALS[refused[5]] == "rate-limited"


def test_a_frontend_has_a_quota():
    with fleet_and_frontend(places=("fra",), serve={"frontend-quota": 3}) as (_, frontend):
        assert frontend.check(TARGET, 443, 80, 22, **{"from": "fra"}).status == 200
        assert frontend.check("93.184.215.77", 443, **{"from": "fra"}).status == 503


def test_here_needs_no_engine():
    with Fleet(places=("fra", "iad"), here="iad") as fleet:
        with Frontend(fleet=fleet.fleet_section()) as frontend:
            wait_until(lambda: all_up(frontend), "not all places are up")
            answer = frontend.check(TARGET, 443, **{"from": "all"})
            assert statuses(answer) == {"fra": "answered", "iad": "answered"}
            assert frontend.prober.addresses == [TARGET]
            fleet.engines[0].stop(signal.SIGKILL)
            wait_state(frontend, "fra", "down")
            answer = frontend.check(TARGET, 443, **{"from": "all"})
            assert statuses(answer) == {"fra": "down", "iad": "answered"}


def test_each_place_costs(both):
    with Fleet(places=("fra", "iad")) as fleet:
        section = fleet.fleet_section()
        with Frontend(fleet=section, limits={"client-quota": 10, "target-quota": 0}) as frontend:
            wait_until(lambda: all_up(frontend), "not all places are up")
            answer = frontend.check(TARGET, 443, 80, **{"from": "all"})
            assert answer.status == 200
            assert answer.header("RateLimit").split(";")[1].strip() == "r=6", answer.headers


def test_no_fleet():
    with Frontend() as frontend:
        assert frontend.get("/api/v1/places").json == {"places": [], "max_places": 5}
        answer = frontend.check(TARGET, 443, **{"from": "all"})
        assert answer.is_problem(400, "malformed-request", "no-places")



# --- the command line --------------------------------------------------------------------------


def portlight(fleet, *arguments):
    import subprocess

    from service import BUILD

    return subprocess.run([BUILD / "portlight", "-c", fleet.directory / "f1.conf", *arguments],
                          capture_output=True, text=True, timeout=30, check=False)  # fmt: skip


def test_command_line(fleet):
    fleet.probers["syd"].verdicts[(TARGET, 443)] = DROPPED
    done = portlight(fleet, "--from", "fra,syd", TARGET, "443")
    assert done.stdout.splitlines() == [
        "fra 443/tcp open accept host 23.1ms", "syd 443/tcp filtered drop unknown",
        "443/tcp differs: open from fra; filtered from syd (source-filter, guess)",
    ], done  # fmt: skip
    assert done.returncode == 1
    assert portlight(fleet, "--from", "all", "--agree", "2", TARGET, "443").returncode == 0
    assert portlight(fleet, "--from", "fra,syd", "--agree", "2", TARGET, "443").returncode == 1
    fleet.probers["iad"].mode = "refuse"
    assert portlight(fleet, "--from", "iad,fra", "--agree", "2", TARGET, "443").returncode == 3
    assert portlight(fleet, "--from", "iad", TARGET, "443").returncode == 5


def test_command_line_with_a_server(fleet, frontend):
    server = ("--server", f"http://{frontend.listen}")
    there = portlight(fleet, "--from", "fra,syd", TARGET, "443").stdout
    import subprocess

    from service import BUILD

    def ask(*arguments):
        return subprocess.run([BUILD / "portlight", *server, *arguments], capture_output=True,
                              text=True, timeout=30, check=False)  # fmt: skip

    assert ask("--from", "fra,syd", TARGET, "443").stdout == there
    listed = ask("--places")
    assert listed.returncode == 0
    assert listed.stdout.splitlines()[0] == "fra up Frankfurt, DE, AS64500"
    wrong = ask("--from", "nowhere", TARGET, "443")
    assert wrong.returncode == 2 and "/api/v1/places" in wrong.stderr, wrong


def test_command_line_lists_places(fleet):
    lines = portlight(fleet, "--places").stdout.splitlines()
    assert {line.split()[1] for line in lines} <= {"up", "suspect"}  # after a lie above
    assert [line.split()[::2][:2] for line in lines] == [
        ["fra", "Frankfurt,"], ["iad", "Virginia,"], ["syd", "Sydney,"]]  # fmt: skip


def test_command_line_knows_no_such_place(fleet):
    done = portlight(fleet, "--from", "nowhere", TARGET, "443")
    assert done.returncode == 2 and "fleet.places" in done.stderr


# --- the page ----------------------------------------------------------------------------------


def test_page_shows_differences_first(fleet, frontend):
    fleet.probers["syd"].verdicts[(TARGET, 22)] = CLOSED
    fleet.probers["iad"].mode = "refuse"
    query = f"?host={TARGET}&ports=443,22&from=all"
    page = frontend.get(f"/en{query}", {"Sec-Fetch-Site": "none"}).text
    assert page.index("22 SSH</h3>") < page.index("443 HTTPS</h3>")
    assert "Filtered from Frankfurt, closed from Sydney" in page
    assert "The place refuses to check this" in page and "Virginia, US, AS64501" in page
    german = frontend.get(f"/de{query}", {"Sec-Fetch-Site": "none"}).text
    assert "Gefiltert von Frankfurt, geschlossen von Sydney" in german
