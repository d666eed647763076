"""How long bad lines take in a real Chromium: `python -m tests.bench.network [RUNS]` prints the figures in Markdown.

A phone of 360 x 740 with a processor slowed down four times, on two lines, each made twice: by Chromium itself, which
delays every request and knows no hand-shakes (so the peers were measured), and by `tests.bench.line`, where TCP is
real. There is no TLS on either: a first visit by HTTPS takes a round trip more. Times differ from run to run.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from tests.bench import line
from tests.bench.weight import PUBLIC
from tests.live import FLAGS, PHONE, Window, installed_chromium, serving
from tests.tour import give

LINES = {"400 kbit/s, 400 ms": (400, 0.4), "50 kbit/s, 600 ms": (50, 0.6)}
# Chromium takes Brotli from hosts of this domain as it does by HTTPS.
HOST = "xueji.localhost"
SLOWER = 4
BEGIN = """() => {
    const tapped = new Promise(go => addEventListener('click', () => go(performance.now()), true))
    const seen = new Promise(go => new MutationObserver((_, watch) => {
        if (!document.querySelector('#panel.done .note.ok')) return
        watch.disconnect()
        requestAnimationFrame(() => setTimeout(() => go(performance.now())))
    }).observe(document.querySelector('main'), { childList: true, subtree: true }))
    window.took = Promise.all([tapped, seen]).then(([from, to]) => to - from)
}"""
PAINTS = """() => new Promise(go => new PerformanceObserver(list => {
    const [first] = performance.getEntriesByName('first-contentful-paint')
    if (first) go([first.startTime, list.getEntries().at(-1).startTime])
}).observe({ type: 'largest-contentful-paint', buffered: true }))"""


class Phone(Window):
    """A window whose traffic is counted, and whose line and processor can be made slow."""

    def __init__(self, chromium, site, lang, **more):
        super().__init__(chromium, site, lang, size=PHONE, **more)
        self.devtools = self.context.new_cdp_session(self.page)
        self.devtools.send("Network.enable")
        self.devtools.on("Network.loadingFinished", self._count)
        self.sizes = []

    def _count(self, done):
        if done["encodedDataLength"]:  # nothing came down the line for a data: address
            self.sizes.append(int(done["encodedDataLength"]))

    def slow_down(self, emulated=None):
        """Slow the processor, and the line too if Chromium is to do that; from now on traffic counts."""
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        if emulated:
            kbit, rtt = emulated
            limits = dict.fromkeys(("downloadThroughput", "uploadThroughput"), kbit * 125)
            self.devtools.send("Network.emulateNetworkConditions", {"offline": False, "latency": rtt * 1000, **limits})
        self.sizes.clear()


class Bench:
    """One way to make a line bad: `slow(kbit, rtt)` does it, and gives what Chromium has to do for it."""

    def __init__(self, chromium, site, slow):
        self.chromium, self.site, self.slow = chromium, site, slow

    def first_visit(self, path, lang, conditions):
        """(first, largest contentful paint, bytes, requests) of a page for somebody who was never here."""
        self.slow()
        with Phone(self.chromium, self.site, lang) as phone:
            phone.slow_down(self.slow(*conditions))
            phone.page.goto(path)
            first, largest = phone.page.evaluate(PAINTS)
            return first / 1000, largest / 1000, sum(phone.sizes), len(phone.sizes)

    def saves(self, lang, conditions):
        """{tab: (seconds from the tap to the green tab, bytes, requests)} of a student who fills in everything."""
        _, cookies = self.site.returning("woman")
        with Phone(self.chromium, self.site, lang) as phone:
            phone.context.add_cookies(cookies)
            self.slow()
            phone.page.goto("/record")
            tabs = phone.page.locator("[data-tab]").evaluate_all("all => all.map(one => one.dataset.tab)")
        return {tab: self.save(tab, cookies, lang, conditions) for tab in tabs}

    def save(self, tab, cookies, lang, conditions):
        """One tab: opened and filled in on a good line, and saved on the bad one."""
        with Phone(self.chromium, self.site, lang) as phone:
            phone.context.add_cookies(cookies)
            self.slow()
            phone.page.goto(f"/record/{tab}")
            fill_in(phone)
            phone.page.evaluate(BEGIN)
            phone.slow_down(self.slow(*conditions))
            phone.page.locator("main .save .btn").click()
            took = phone.page.evaluate("window.took")
            self.slow()
            return took / 1000, sum(phone.sizes), len(phone.sizes)


def fill_in(phone):
    """Everything that this tab will ask for, whatever it takes to learn that."""
    give(phone)
    if phone.page.locator("[name=ec1_mobile]").count():
        give(phone, ["ec1_mobile"])


def main(runs=3):
    """Measure, and print tables in Markdown."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), HOST="0.0.0.0") as site,  # noqa: S104 -- a device of our own leads to it
        sync_playwright() as playwright,
        line.line() as wire,
    ):
        names = f"--host-resolver-rules=MAP {HOST} {line.THERE}"
        chromium = playwright.chromium.launch(executable_path=installed_chromium(), args=[*FLAGS, names])
        wire.port = site.port
        emulated = Bench(chromium, site, lambda kbit=None, rtt=0.0: kbit and (kbit, rtt))
        report("delays by Chromium", emulated, runs)
        site.url = f"http://{HOST}:{site.port}"
        report("a line with TCP", Bench(chromium, site, wire.becomes), runs)


def report(title, bench, runs):
    """Both tables for one way to make a line bad."""
    print(f"\n| first visit, {title} |", " | ".join(f"FCP, LCP: {name}" for name in LINES), "| bytes | requests |")
    print("|---" * (len(LINES) + 3) + "|")
    for name, path in PUBLIC.items():
        visits = [[bench.first_visit(path, "zh", one) for _ in range(runs)] for one in LINES.values()]
        times = [f"{median(v[0] for v in some):.2f}, {median(v[1] for v in some):.2f}" for some in visits]
        print(f"| {name} |", " | ".join(times), f"| {visits[0][0][2]} | {visits[0][0][3]} |", flush=True)
    print(f"\n| save, {title} |", " | ".join(LINES), "| bytes | requests |")
    print("|---" * (len(LINES) + 3) + "|")
    saves = [[bench.saves("zh", one) for _ in range(runs)] for one in LINES.values()]
    for tab in saves[0][0]:
        times = [f"{median(run[tab][0] for run in some):.2f}" for some in saves]
        print(f"| {tab} |", " | ".join(times), f"| {saves[0][0][tab][1]} | {saves[0][0][tab][2]} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
