# SPDX-License-Identifier: BSD-2-Clause
"""Every curl line of /docs/api does what it says."""
import html
import json
import re
import subprocess

from frontend import TARGET


def test_the_examples_work(frontend):
    text = frontend.get("/docs/api").text
    examples = [html.unescape(code) for code in re.findall(r"<pre><code>(.*?)</code></pre>", text)]
    assert len(examples) >= 7 and all(line.startswith("curl -s") for line in examples)
    said = [
        subprocess.run(
            ["sh", "-c", line.replace("localhost:8080", frontend.listen)],
            capture_output=True, text=True, timeout=30, check=True,
        ).stdout
        for line in examples
    ]  # fmt: skip
    lines, check, events, host, me, ports, limits, problem = said
    assert lines.splitlines()[0].split()[:4] == ["443/tcp", "open", "accept", "host"]
    assert json.loads(check)["addresses"][0]["address"] == TARGET
    assert re.findall("(?m)^event: (.*)$", events) == ["resolved", "port", "port", "done"]
    assert json.loads(host)["addresses"][0]["address"] == TARGET
    assert json.loads(me)["address"] == "127.0.0.1"
    assert json.loads(ports)["ports"][0]["port"] == 21
    assert json.loads(limits)["costs"]["request"] == 1
    assert json.loads(problem)["type"] == "/problems/invalid-host"
