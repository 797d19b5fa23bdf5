"""Lets Prometheus judge what a node measures, and the files of ops/prometheus.

usage: python3 check.py WORKMINT DIRECTORY

A node of design document 002's network pays a real contribution; promtool reads its metrics, the
configuration and the alerts; a real Prometheus scrapes it by that configuration. Needs prometheus,
promtool and the standard library.
"""

import json
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "kit"))

from checks import check, finish  # noqa: E402
from node import ROOT, Node, ask  # noqa: E402

OPS = ROOT / "ops" / "prometheus"
# Document 002, "Prometheus Metrics": these names, as they stand there.
OF_DOCUMENT_002 = [
    "rewards_inference_bly_total",
    "rewards_learning_bly_total",
    "rewards_bucket_utilization",
    "rewards_backpay_queue_size",
]
# What the contribution below is worth: 1 BLY for 1,000 tokens at quality 1.
TOKENS, WORTH = 100_000, 100.0
RATE = 200  # requests a second of one client, and four times as many at once


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def start_node(workmint, directory):
    # As its file says, but for an epoch of seconds and windows that end while we wait.
    changes = [
        (r"verify_window = .*", 'verify_window = "120s"'),
        (r'challenge_window = "24h".*', 'challenge_window = "1s"'),
    ]
    flags = ["--epoch-length", "2s", "--log-level", "warn", "--limit-per-address", str(RATE)]
    return Node(workmint, directory / "node", "blyan", changes, flags)


def contribute(node):
    """A contribution of tokens, verified by those who may, and paid."""
    node.send("community", "register-participant", owner="community", validator="none")
    node.send("community", "register-node", node=1, models="blyan/general")
    node.send(
        "community", "submit-contribution", epoch="open", id=1, stream="inference", node=1,
        model="blyan/general", quantity=TOKENS, content="0x" + "11" * 32,
    )
    [row] = node.rest("/v1/contributions")["items"]
    verdict = {
        "contribution.epoch": row["epoch"],
        "contribution.contributor": row["contributor"],
        "contribution.id": row["id"],
        "submission": row["submission"],
        "approve": "true",
        "confidence": 1_000_000,
        "quantity": TOKENS,
        "first": 1_000_000,
        "second": 1_000_000,
    }
    verdict = ",".join(f"{name}={value}" for name, value in verdict.items())
    for number in (1, 2, 3):
        node.send(f"verifier-{number}", "verify-contributions", verdicts=verdict)
    path = f"/v1/contributions/{row['epoch']}/{row['contributor']}/{row['id']}"
    node.until("the payment", lambda: node.rest(path)["stage"] == "settled")


def traffic(node):
    """Calls and requests of which some are refused."""
    for path, status in [
        ("/v1/supply", 200),
        ("/v1/participants?limit=1", 200),
        ("/v1/participants?limit=0", 400),
        ("/v1/epochs/999999/metrics", 422),
        ("/v1/nothing", 404),
        ("/rewards/buckets/status", 200),
    ]:
        found, _, text = node.ask(path)
        check(found == status, f"{path} answers {status}", f"{found} {text}")
    check("result" in node.rpc("eth_chainId"), "a call is answered")
    check("error" in node.rpc("eth_mine"), "an unknown method is refused")
    # More than one client may ask at once: the rest is refused by its rate.
    call = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}
    body = json.dumps([call] * 100).encode()
    kind = {"content-type": "application/json"}
    refused = 0
    for _ in range(20):
        status, _, text = node.ask("/rpc", body, kind)
        refused += status == 429 or "-32005" in text
    check(refused > 0, "the rate refuses some")
    time.sleep(2)
    return refused


def metrics(node, accept=None):
    status, headers, text = node.ask("/metrics", headers={"accept": accept} if accept else {})
    check(status == 200, "metrics answer", text)
    return headers["content-type"], text


def families(text):
    """Types and helps by name, in lists, and samples: name, labels, value."""
    kinds, helps, samples = {}, {}, []
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            kinds.setdefault(name, []).append(kind)
        elif line.startswith("# HELP "):
            name, words = line[7:].split(" ", 1)
            helps.setdefault(name, []).append(words)
        elif line and not line.startswith("#"):
            name, labels, number = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
            samples.append((name, labels or "", float(number)))
    return kinds, helps, samples


def none(offenders, what):
    offenders = list(offenders)
    check(not offenders, what, offenders)


def conventions(text):
    """What the field expects of names, beside what promtool knows."""
    kinds, helps, samples = families(text)
    check(len(kinds) > 30, "there are many metrics", len(kinds))
    counters = {name for name, [kind, *_] in kinds.items() if kind == "counter"}
    histograms = {name for name, [kind, *_] in kinds.items() if kind == "histogram"}
    none((name for name in kinds if len(kinds[name]) != 1), "every metric has one type")
    none((name for name in kinds if len(helps.get(name, [])) != 1), "every metric has one help")
    none((name for name, [words, *_] in helps.items() if len(words) < 4), "helps say something")
    none(counters ^ {name for name in kinds if name.endswith("_total")}, "_total means a counter")
    none((one for one in histograms if not one.endswith("_seconds")), "durations are in seconds")
    units = re.compile(r"milli|micro|minutes|hours|kilo|mega|_ms\b|_us\b|percent")
    none((name for name in kinds if units.search(name)), "units are base units")
    family = re.compile(r"_(bucket|sum|count)$")
    of = [name if name in kinds else family.sub("", name) for name, _, _ in samples]
    none(set(of) - set(kinds), "every sample is of a declared metric")
    series = [(name, labels) for name, labels, _ in samples]
    check(len(set(series)) == len(series), "no series is there twice")
    return samples


def value(samples, name, labels=""):
    found = [one for one in samples if one[0] == name and labels in one[1]]
    return sum(one[2] for one in found) if found else None


def judged(node, refused):
    kind, text = metrics(node)
    check(kind.startswith("text/plain; version=0.0.4"), "the classic format", kind)
    code, said = run("promtool", "check", "metrics", text=text)
    check(code == 0 and said == "", "promtool finds nothing wrong with the metrics", said)
    samples = conventions(text)
    for name in OF_DOCUMENT_002:
        check(value(samples, name) is not None, f"{name} of document 002 is there")
    paid = value(samples, "rewards_inference_bly_total")
    check(paid == WORTH, "the contribution was paid and is counted", paid)
    check(value(samples, "rewards_learning_bly_total") == 0, "what was never paid is 0")
    limited = value(samples, "workmint_limited_requests_total", 'limit="rate"')
    check(limited == refused, "what the rate refused is counted", f"{limited}, not {refused}")
    unknown = value(samples, "rpc_requests_total", 'method="other"')
    check(unknown == 1, "the unknown method is counted", unknown)
    range_error = value(samples, "http_requests_total", 'route="/v1/participants",status="400"')
    check(range_error == 1, "a refused request is counted by its route", range_error)
    accept = "application/openmetrics-text;version=1.0.0"
    kind, text = metrics(node, accept)
    check(kind.startswith("application/openmetrics-text; version=1.0.0"), "OpenMetrics", kind)
    check(text.endswith("# EOF\n"), "OpenMetrics ends with EOF")


def operators_files():
    for what, name in [("config", "prometheus.yml"), ("rules", "alerts.yml")]:
        code, said = run("promtool", "check", what, str(OPS / name))
        check(code == 0, f"promtool finds nothing wrong with {name}", said)
    code, said = run("promtool", "test", "rules", str(HERE / "alerts_test.yml"))
    check(code == 0, "alerts fire when they must", said)


def alerts_name_metrics(text):
    """A misspelt name would never fire."""
    rules = (OPS / "alerts.yml").read_text()
    names = sorted(set(re.findall(r"\b(?:workmint|process|rewards)_\w+", rules)))
    check(len(names) > 5, "alerts name metrics", names)
    none((one for one in names if not re.search(rf"(?m)^{one}\b", text)), "all are measured")


def free_port():
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def scraped(node, directory):
    """A real Prometheus with the operator's configuration; only the node's port is another."""
    folder = directory / "prometheus"
    folder.mkdir(parents=True)
    shutil.copy(OPS / "alerts.yml", folder)
    text = (OPS / "prometheus.yml").read_text()
    check("127.0.0.1:8645" in text, "it scrapes where a node listens by default")
    target = node.url.removeprefix("http://")
    (folder / "prometheus.yml").write_text(text.replace("127.0.0.1:8645", target))
    port = free_port()
    command = [
        "prometheus", f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        queries(node, f"http://127.0.0.1:{port}", process, folder / "log")
    finally:
        process.terminate()
        process.wait(300)


def queries(node, url, process, log):
    def query(expression):
        try:
            _, _, text = ask(f"{url}/api/v1/query?query={urllib.parse.quote(expression)}")
        except OSError:
            return []
        answer = json.loads(text) if text.startswith("{") else {}
        return answer.get("data", {}).get("result", [])

    def is_up():
        assert process.poll() is None, f"prometheus ended: {log.read_text()}"
        return query('up{job="workmint"} == 1')

    check(node.until("up == 1", is_up), "Prometheus scrapes the node")
    for name in OF_DOCUMENT_002:
        found = node.until(name, lambda name=name: query(name))
        check(all(float(one["value"][1]) >= 0 for one in found), f"{name} has values", found)
    paid = query("rewards_inference_bly_total")
    check([float(one["value"][1]) for one in paid] == [WORTH], "it knows what was paid", paid)
    _, _, text = ask(f"{url}/api/v1/rules")
    groups = json.loads(text)["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    named = re.findall(r"(?m)^ +- alert: (\w+)$", (OPS / "alerts.yml").read_text())
    check([rule["name"] for rule in rules] == named and named, "it watches every alert", rules)

    def evaluated():
        _, _, text = ask(f"{url}/api/v1/rules")
        groups = json.loads(text)["data"]["groups"]
        all_rules = [rule for group in groups for rule in group["rules"]]
        done = all(rule["health"] != "unknown" for rule in all_rules)
        return all_rules if done else None

    for rule in node.until("the alerts' first evaluation", evaluated):
        check(rule["health"] == "ok", f"{rule['name']} can be evaluated", rule.get("lastError"))
        # A slow disk may make one pending; what must not be is that it fires.
        check(rule["state"] != "firing", f"{rule['name']} is quiet", rule["state"])


def main():
    if len(sys.argv) != 3:
        print("usage: python3 check.py WORKMINT DIRECTORY", file=sys.stderr)
        sys.exit(2)
    workmint, directory = sys.argv[1], Path(sys.argv[2])
    operators_files()
    node = start_node(workmint, directory)
    try:
        contribute(node)
        judged(node, traffic(node))
        alerts_name_metrics(metrics(node)[1])
        scraped(node, directory)
        check(node.stop() == 0, "the node stops in order")
    finally:
        node.kill()
    finish()


main()
