"""Live pages: how soon they are painted, how soon Python answers, and how fast.

Each figure is the median of five visits by a headless Chromium to the built book.
Seconds depend on the machine; what is transferred does not.
"""

import gzip
import hashlib
import sys
from collections.abc import Callable
from statistics import median, quantiles
from time import process_time
from typing import Any

from minichain.consensus import pow as proof_of_work
from minichain.kernels.proof_of_work import search_nonce
from tasks import book
from tests.benchmarks.narrower import narrow
from tests.browser.conftest import Reader, serve
from tests.chromium import FLAGS, find_chromium

VISITS = 5
"""Visits of which the median is printed."""

PAGE = "chapters/ledgers/hashing.html"
"""A page with two widgets and no figure."""

WATCH = """
const seen = (window.seen = {});
// A picture is there when the frame after its drawing has been shown.
const note = (what) => requestAnimationFrame(() =>
  setTimeout(() => (seen[what] ??= performance.now())));
new MutationObserver(() => {
  const root = document.documentElement;
  if (root?.dataset.widgets === "drawn") note("painted");
  if (root?.dataset.python === "live") seen.live ??= performance.now();
}).observe(document, { attributes: true, subtree: true });
"""
"""Notes when widgets are painted and when Python answers, in milliseconds."""

BARE = """async (base) => {
  const program = `onmessage = async ({ data }) => {
    const start = performance.now();
    const plain = fetch;
    globalThis.fetch = async (address, options) => {
      if (!/(wasm|zip)$/.test(String(address))) return plain(address, options);
      const { body } = await plain(address + ".gz");
      const type = { headers: { "content-type": "application/wasm" } };
      return new Response(body.pipeThrough(new DecompressionStream("gzip")), type);
    };
    const { loadPyodide } = await import(data + "pyodide.mjs");
    await loadPyodide({ indexURL: data, fullStdLib: false });
    postMessage(performance.now() - start);
  }`;
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const worker = new Worker(address, { type: "module" });
  return new Promise((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.postMessage(base);
  });
}"""
"""How long the page's Python alone takes to start from nothing, in milliseconds."""

MOVES = """async () => {
  const frame = document.querySelector(".mc-frame");
  const next = [...frame.querySelectorAll("button")]
    .find((button) => button.textContent.trim() === "Next seed"
      || button.getAttribute("aria-label") === "Next seed");
  const input = frame.querySelector(".mc-seed input");
  const times = [];
  for (let move = 0; move < 50; move += 1) {
    const before = input.value;
    const start = performance.now();
    next.click();
    while (input.value === before) await new Promise((done) => setTimeout(done, 1));
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - start);
  }
  return times;
}"""
"""Fifty changes of the first widget, each until its picture has changed."""

FIGURE = "import plotly.graph_objects as go\ngo.Figure(go.Bar(y=[2, 3, 1]))"

RATES = """
import hashlib
from time import perf_counter
from minichain.consensus import pow as proof_of_work
header = bytes(80)
def rate(work, count):
    best = 0
    for _ in range(5):
        start = perf_counter()
        work(count)
        best = max(best, count / (perf_counter() - start))
    return best
def loop(count):
    sha = hashlib.sha256
    for nonce in range(count):
        sha(sha(header[:76] + nonce.to_bytes(4, "little")).digest()).digest()
proof_of_work.search(header, 0, 0, 1000)
def kernel(count):
    proof_of_work.search(header, 0, 0, count)
print(rate(kernel, 1_000_000), rate(loop, 20_000))
"""
"""Double SHA-256 a second in the page: kernel, then a loop over hashlib."""


def visit(browser: Any, address: str, **wishes: Any) -> Reader:
    """Return a reader with an empty cache whose visits are timed."""
    reader = Reader(browser, address, guarded=False, **wishes)
    reader.context.add_init_script(WATCH)
    return reader


def seen(reader: Reader) -> dict[str, float]:
    """Return when the page was painted and live, in milliseconds."""
    reader.wait_until("window.seen && window.seen.live && window.seen.painted", 60)
    found: dict[str, float] = reader.page.evaluate("window.seen")
    return found


def count_bytes(reader: Reader) -> Callable[[], float]:
    """Return a function that tells the megabytes transferred so far."""
    requests: list[Any] = []

    def note(request: Any) -> None:
        requests.append(request)

    reader.page.on("requestfinished", note)
    return lambda: sum(map(_size, requests)) / 1e6


def _size(request: Any) -> int:
    """Return a response's bytes; text counts packed, as hosts send it."""
    answer = request.response()
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind.startswith("text/") or kind.endswith(("json", "svg+xml")):
        return len(gzip.compress(answer.body(), 6))
    return int(request.sizes()["responseBodySize"])


def run_cell(reader: Reader, text: str) -> Any:
    """Run a text in the page's first cell; return the cell."""
    cell = reader.page.locator("#live-cell-1")
    cell.locator(".live-edit").click()
    cell.locator(".cm-content").wait_for()
    reader.page.keyboard.press("Control+A")
    reader.page.keyboard.insert_text(text)
    cell.locator(".live-run").click()
    return cell


def hashlib_rate() -> float:
    """Return double SHA-256 a CPU second by a loop over hashlib in this process."""
    head, sha, start = bytes(76), hashlib.sha256, process_time()
    for nonce in range(200_000):
        sha(sha(head + nonce.to_bytes(4, "little")).digest()).digest()
    return 200_000 / (process_time() - start)


def scalar_rate() -> float:
    """Return double SHA-256 a CPU second by this processor's kernel of one lane."""
    search, words = narrow(search_nonce, 32), memoryview(bytearray(80)).cast("I")
    start = process_time()
    search(words, 0, 2_000_000, 0, runtime="native")
    return 2_000_000 / (process_time() - start)


def start_alone(browser: Any, address: str) -> float:
    """Return how long the page's Python alone takes to start, in milliseconds."""
    reader = visit(browser, address, bypass_csp=True)
    reader.page.goto(f"{address}search.html")
    taken: float = reader.page.evaluate(BARE, f"{address}_static/live/python/")
    reader.close()
    return taken


def come_again(browser: Any, address: str) -> float:
    """Return when Python answers at a third visit, in milliseconds."""
    reader = visit(browser, address, service_workers="allow")
    reader.open(PAGE)
    seen(reader)
    reader.page.wait_for_timeout(3000)
    for _ in range(2):
        reader.page.reload()
        times = seen(reader)
    reader.close()
    return times["live"]


def measure(browser: Any, address: str) -> None:
    """Print every figure."""
    painted, live, warm, moves, bare = [], [], [], [], []
    figures: list[float] = []
    moved = figured = 0.0
    for _ in range(VISITS):
        reader = visit(browser, address)
        total = count_bytes(reader)
        reader.open(PAGE)
        times = seen(reader)
        painted.append(times["painted"])
        live.append(times["live"])
        moved = total()
        moves += reader.page.evaluate(MOVES)
        reader.close()

        reader = visit(browser, address)
        total = count_bytes(reader)
        reader.open(PAGE)
        seen(reader)
        start = reader.page.evaluate("performance.now()")
        cell = run_cell(reader, FIGURE)
        cell.locator(".js-plotly-plot .bars path").first.wait_for(timeout=60_000)
        more = reader.page.evaluate("performance.now()") - start
        figures.append(more)
        figured = total()
        reader.close()

        bare.append(start_alone(browser, address))
        warm.append(come_again(browser, address))
    print(f"Python alone, from nothing {median(bare) / 1000:6.2f} s  (to compare with)")
    print(f"widgets drawn           {median(painted) / 1000:6.2f} s  (goal 1)")
    print(f"Python live, cold       {median(live) / 1000:6.2f} s  (goal 4)")
    print(f"Python live, warm       {median(warm) / 1000:6.2f} s  (goal 2.5)")
    print(f"a first figure, after   {median(figures) / 1000:6.2f} s more  (goal 2)")
    print(f"transferred until live  {moved:6.2f} MB (goal 12)")
    print(f"with a figure           {figured:6.2f} MB (goal 16)")
    print(f"change to picture       {median(moves):6.0f} ms median (goal 100)")
    print(
        f"                        {quantiles(moves, n=20)[-1]:6.0f} ms, 95 % (goal 200)"
    )


def compare_rates(browser: Any, address: str) -> None:
    """Print how fast the page's kernels hash."""
    reader = visit(browser, address)
    reader.open(PAGE)
    seen(reader)
    cell = run_cell(reader, RATES)
    reader.page.wait_for_timeout(500)
    reader.wait_until("!document.querySelector('#live-cell-1.live-busy')", 120)
    said = cell.locator(".live-output").inner_text().split()
    kernel, loop = map(float, said[-2:])
    reader.close()
    native = hashlib_rate()
    start = process_time()
    proof_of_work.search(bytes(80), 0, 0, 20_000_000)
    lanes = 20_000_000 / (process_time() - start)
    scalar = scalar_rate()
    print(f"page's kernel           {kernel / 1e6:6.2f} MH/s")
    print(f"  over the page's hashlib loop {kernel / loop:6.1f} (goal 3)")
    print(f"  over this Python's hashlib loop {kernel / native:6.1f}")
    print(f"  over this processor's scalar kernel {kernel / scalar:6.2f} (goal 0.8)")
    print(f"  over this processor's widest kernel {kernel / lanes:6.2f}")


def main() -> int:
    """Print the figures, or why there are none."""
    from playwright.sync_api import sync_playwright

    if book.main(["--no-serve"]):
        return 1
    with serve(book.SITE, "/some/where/") as address, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=find_chromium(), args=list(FLAGS)
        )
        measure(browser, address)
        compare_rates(browser, address)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
