# SPDX-License-Identifier: BSD-2-Clause
"""The page at usual widths and in both colour schemes: nothing sticks out or overlaps."""
import base64

import pytest
from conftest import CLOSED, OPEN, SHOTS, SILENT

WIDTHS = [320, 390, 1100]
PATHS = {
    "start": "/",
    "answer": "/?host={target}&ports=%d,%d,%d" % (OPEN, CLOSED, SILENT),
    "german": "/de?host={target}&ports=%d,%d,%d" % (OPEN, CLOSED, SILENT),
    "problem": "/?host=nas.lan&ports=22",
}

# elements that are wider than the window, or whose text is cut off
STICKS_OUT = """
const wide = [...document.querySelectorAll("body *")].filter((e) => {
  const box = e.getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && !e.closest("svg svg, table");
});
return wide.map((e) => e.outerHTML.slice(0, 120));
"""

# words of the path strip that lie over one another
OVERLAPS = """
const over = [];
for (const ends of document.querySelectorAll(".ends")) {
  const boxes = [...ends.children].map((e) => e.getBoundingClientRect()).filter((b) => b.width > 0);
  for (let i = 1; i < boxes.length; i++)
    if (boxes[i].left < boxes[i - 1].right - 1 && boxes[i].top < boxes[i - 1].bottom - 1)
      over.push(ends.textContent);
}
return over;
"""


# links of the header, and names of places, that go over more than one line
BROKEN = """
return [...document.querySelectorAll(".top li a, .place .ends span:first-child")]
  .filter((e) => e.offsetHeight > 40).map((e) => e.textContent);
"""


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out(browser, checker, network, width, scheme, path):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})  # fmt: skip
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    try:
        target = network.address(4, "target")
        browser.get(f"http://{checker.listen}" + PATHS[path].format(target=target))
        browser.get_log("browser")  # a 422 says so there
        assert browser.execute_script("return innerWidth") == width
        picture = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        (SHOTS / f"{path}-{width}-{scheme}.png").write_bytes(base64.b64decode(picture["data"]))
        for summary in browser.find_elements("css selector", "details:not([open]) > summary"):
            browser.execute_script("arguments[0].parentElement.open = true", summary)
        assert browser.execute_script(STICKS_OUT) == []
        assert browser.execute_script(OVERLAPS) == []
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
