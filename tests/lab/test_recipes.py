# SPDX-License-Identifier: BSD-2-Clause
"""docs/recipes.md does what it says: each recipe is run as its tool runs it, against a lab."""
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from network import stop
from service import BUILD, ROOT, Service, free_listen, wait_until
from small_network import SmallNetwork

RECIPES = (ROOT / "docs/recipes.md").read_text()
MONITORING = ROOT / "packaging/monitoring"
OPEN, SILENT = 443, 5432  # as the recipes have it
JSONATA = "jsonata@1.8.7"  # Uptime Kuma's own
PATIENCE_S = 60

WRAPPER = '#!/bin/sh\ncase $1 in --version) exec {0} "$@" ;; esac\nexec {0} -c {1} "$@"\n'


@pytest.fixture(scope="module")
def checker():
    """A port is open, another silent, and `portlight` on the PATH asks this lab's prober."""
    with SmallNetwork(listen=(OPEN,)) as net:
        net.run("target", "nft", "-f", "-", text="table inet t { chain c { type filter hook input"
                f" priority 0; tcp dport {SILENT} drop; }}; }}\n")  # fmt: skip
        with Service(net, listen=free_listen()) as service:
            programs = service.directory / "bin"
            programs.mkdir()
            (programs / "portlight").write_text(WRAPPER.format(BUILD.resolve() / "portlight", service.config))
            (programs / "portlight").chmod(0o755)
            service.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
            service.target = net.address(4, "target")
            yield service


def block(section, language):
    """The code of that language in a section of the recipes."""
    [text] = re.findall(rf"(?ms)^## {re.escape(section)}\n(.*?)(?=^## |\Z)", RECIPES)
    return re.search(rf"(?ms)^```{language}\n(.*?)^```$", text)[1]


def here(checker, text):
    """The recipe with the names that stand for this lab."""
    return text.replace("https://ports.example.net", f"http://{checker.listen}").replace(
        "www.example.net", checker.target)  # fmt: skip


def shell(checker, command, **options):
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=PATIENCE_S,
                          check=False, env=checker.environment, **options)  # fmt: skip


def run(checker, *command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
                          env=checker.environment, **options)  # fmt: skip


# --- Gatus ------------------------------------------------------------------------------------


def value_at(body, path):
    """What gatus finds by [BODY].a[0].b."""
    for key, index in re.findall(r"\.?([a-z_]+)|\[(\d+)\]", path):
        body = body[key] if key else body[int(index)]
    return body


def holds(condition, status, body):
    left, how, right = re.fullmatch(r"\[(STATUS|BODY)\](\S*) (==|<) (\S+)", condition).group(2, 3, 4)
    value = value_at(body, left) if condition.startswith("[BODY]") else status
    return str(value) == right if how == "==" else value < float(right)


@pytest.mark.parametrize("port, expected", [(OPEN, True), (SILENT, False)])
def test_gatus(port, expected, checker):
    [endpoint] = yaml.safe_load(here(checker, block("Gatus", "yaml")))["endpoints"]
    path = endpoint["url"].partition(checker.listen)[2].replace("=443", f"={port}")
    status, text = checker.request("GET", path)
    assert [holds(one, status, json.loads(text)) for one in endpoint["conditions"][:2]] == [True, expected]
    if expected:
        assert all(holds(one, status, json.loads(text)) for one in endpoint["conditions"])


# --- Uptime Kuma -------------------------------------------------------------------------------


def test_uptime_kuma(checker, tmp_path):
    """The query by the library that Uptime Kuma asks."""
    monitor = yaml.safe_load(here(checker, block("Uptime Kuma", "yaml")))
    if not shutil.which("npm"):
        pytest.skip("there is no npm here")
    done = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", tmp_path, JSONATA],
                          capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    if done.returncode != 0:
        pytest.skip(f"npm can't fetch {JSONATA} here")
    program = "process.stdout.write(String(require('jsonata')(process.argv[1]).evaluate(JSON.parse(process.argv[2]))))"
    said = {}
    for port in (OPEN, SILENT):
        path = monitor["URL"].partition(checker.listen)[2].replace("=443", f"={port}")
        body = checker.request("GET", path)[1]
        said[port] = subprocess.run(["node", "-e", program, monitor["Json Query"], body], cwd=tmp_path,
                                    capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert said == {OPEN: monitor["Expected Value"], SILENT: "filtered"}


# --- Ansible ------------------------------------------------------------------------------------


def play(checker, tmp_path, text):
    (tmp_path / "play.yml").write_text(text)
    return run(checker, "ansible-playbook", "-i", "localhost,", "-c", "local", "-e",
               f"ansible_python_interpreter={sys.executable}", tmp_path / "play.yml", cwd=tmp_path)  # fmt: skip


def test_ansible(checker, tmp_path):
    text = here(checker, block("Ansible", "yaml"))
    done = play(checker, tmp_path, text)
    assert done.returncode == 0 and "failed=0" in done.stdout and "ok=3" in done.stdout, done
    done = play(checker, tmp_path, text.replace('"5432"', '"443"'))
    assert done.returncode != 0 and "ok=2" in done.stdout and "failed=1" in done.stdout, done
    done = play(checker, tmp_path, text.replace("retries: 5", "retries: 1").replace("delay: 10", "delay: 0")
                .replace("ports=443", f"ports={SILENT}"))  # fmt: skip
    assert done.returncode != 0 and "ok=1" in done.stdout, done


# --- GitHub Actions -----------------------------------------------------------------------------


@pytest.mark.parametrize("port, works", [(OPEN, True), (SILENT, False)])
def test_github_actions(port, works, checker):
    workflow = yaml.safe_load(here(checker, block("GitHub Actions", "yaml")))
    assert set(workflow) - {True} == {"name", "jobs"}  # YAML 1.1 reads "on" as true
    [step] = workflow["jobs"]["ports"]["steps"]
    command = step["run"].replace("ports=443", f"ports={port}")
    # as a runner does
    done = run(checker, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command)
    assert (done.returncode == 0) == works, done


# --- cron, and the shell ------------------------------------------------------------------------


def test_cron(checker):
    mail, line = here(checker, block("cron", "")).splitlines()
    assert re.fullmatch(r"MAILTO=\S+", mail)
    *times, user, command = line.split(None, 6)
    assert len(times) == 5 and all(re.fullmatch(r"[0-9*/,-]+", time) for time in times)
    assert re.fullmatch(r"[a-z]+", user) and "%" not in command
    assert shell(checker, command).stdout == ""
    assert "open" in shell(checker, command.replace("5432", "443")).stdout


def test_shell(checker):
    done = shell(checker, here(checker, block("Shell", "")))
    assert done.stdout.endswith("deployed\n"), done


# --- Nagios and Icinga ----------------------------------------------------------------------------

NAGIOS = """
cfg_file={folder}/host.cfg
cfg_file={folder}/example.cfg
resource_file={folder}/resource.cfg
log_file={folder}/nagios.log
status_file={folder}/status.dat
status_update_interval=1
command_file={folder}/nagios.cmd
object_cache_file={folder}/objects.cache
precached_object_file={folder}/objects.precache
state_retention_file={folder}/retention.dat
lock_file={folder}/nagios.lock
temp_file={folder}/nagios.tmp
temp_path={folder}
check_result_path={folder}
query_socket={folder}/nagios.qh
nagios_user=root
nagios_group=root
check_external_commands=0
interval_length=1
service_inter_check_delay_method=n
max_service_check_spread=1
"""
HOST = """
define timeperiod {{
    timeperiod_name  always
    alias            always
    sunday           00:00-24:00
    monday           00:00-24:00
    tuesday          00:00-24:00
    wednesday        00:00-24:00
    thursday         00:00-24:00
    friday           00:00-24:00
    saturday         00:00-24:00
}}
define contact {{
    contact_name                   nobody
    host_notifications_enabled     0
    service_notifications_enabled  0
    host_notification_period       always
    service_notification_period    always
    host_notification_commands     none
    service_notification_commands  none
}}
define command {{
    command_name  none
    command_line  /bin/true
}}
define service {{
    name                 generic-service
    register             0
    check_interval       2
    retry_interval       2
    max_check_attempts   1
    check_period         always
    notification_period  always
    contacts             nobody
}}
define host {{
    host_name            www
    address              {address}
    max_check_attempts   1
    check_period         always
    notification_period  always
    contacts             nobody
}}
"""


def states_of(folder):
    """{service: (state, output)} of what nagios has seen so far."""
    path = folder / "status.dat"
    if not path.exists():
        return {}
    blocks = re.findall(r"servicestatus \{(.*?)\n\t\}", path.read_text(errors="replace"), re.S)
    found = [dict(re.findall(r"\t(\w+)=(.*)", one)) for one in blocks]
    return {one["service_description"]: (int(one["current_state"]), one["plugin_output"], one["performance_data"])
            for one in found if one["has_been_checked"] == "1"}  # fmt: skip


def test_nagios(checker):
    """Debian's nagios4 runs the example, and is told what is so."""
    folder = checker.directory / "nagios"
    folder.mkdir()
    (folder / "nagios.cfg").write_text(NAGIOS.format(folder=folder))
    (folder / "host.cfg").write_text(HOST.format(address=checker.target))
    (folder / "resource.cfg").write_text(f"$USER1$={MONITORING}\n")
    example = (MONITORING / "nagios.cfg").read_text()
    (folder / "example.cfg").write_text(example + example[example.rindex("define service"):]
                                        .replace("the database is not", "the database is")
                                        .replace("-E not-open", ""))  # fmt: skip
    checked = run(checker, "nagios4", "-v", folder / "nagios.cfg")
    assert checked.returncode == 0, checked.stdout[-2000:]
    with open(folder / "out", "wb") as out:
        process = subprocess.Popen(["nagios4", folder / "nagios.cfg"], stdout=out, stderr=out,
                                   env=checker.environment, start_new_session=True)  # fmt: skip
    try:
        wait_until(lambda: len(states_of(folder)) == 3, "nagios checks nothing", PATIENCE_S)
        states = states_of(folder)
    finally:
        stop(process)
    assert states["HTTPS is open"][0] == 0 and states["HTTPS is open"][2].startswith("time=")
    assert states["the database is not"][0] == 0
    assert states["the database is"][0] == 2 and "filtered" in states["the database is"][1]


def test_icinga(checker):
    """Debian's icinga2 takes the example."""
    folder = checker.directory / "icinga"
    folder.mkdir()
    (folder / "icinga2.conf").write_text(
        f'const PluginDir = "{MONITORING}"\ninclude <itl>\ninclude <plugins>\n'
        'template Service "generic-service" { check_interval = 1m }\n'
        f'object Host "www" {{ check_command = "dummy"; address = "{checker.target}" }}\n'
        + (MONITORING / "icinga2.conf").read_text())  # fmt: skip
    done = run(checker, "icinga2", "daemon", "-C", "-c", folder / "icinga2.conf",
               f"-DDataDir={folder}", f"-DCacheDir={folder}", f"-DLogDir={folder}", f"-DInitRunDir={folder}",
               "-DRunAsUser=root", "-DRunAsGroup=root")  # fmt: skip
    assert done.returncode == 0 and "1 Service" in done.stdout, done.stdout[-2000:]


def test_the_plugin_beside_others(checker):
    """By `negate` of Debian's monitoring plugins, which reads status and line."""
    plugin = [MONITORING / "check_portlight", "-H", checker.target, "-p", str(SILENT)]
    done = run(checker, "/usr/lib/nagios/plugins/negate", "-s", "-c", "OK", *plugin)
    assert done.returncode == 0 and done.stdout.startswith("PORTLIGHT OK - 5432/tcp filtered"), done
