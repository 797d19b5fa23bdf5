"""Lets schemathesis ask a node what its own description says one may ask, and what not.

usage: VENV/bin/python check.py WORKMINT DIRECTORY

Every operation of /openapi.json, on networks whose lists have rows (networks.py): values at and
beyond every bound, random ones, and those of rows there are; good and bad ones. schemathesis judges
every answer: status, media type, headers, the body by its schema, that bad data is refused and good
data is not. Chance has a fixed seed.
"""

import json
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "kit")]

import networks  # noqa: E402
from checks import check, finish  # noqa: E402
from node import ROOT  # noqa: E402

# What no generated request can do: sign a transaction, write a network's file.
NEVER_ACCEPTED = {"POST /v1/transactions", "POST /v1/what-if"}
# What is asked of which network, and how many random cases an operation gets beside the bounds.
RUNS = [
    (networks.hanzo, [], 25),
    (networks.blyan, ["rewards", "document 002"], 15),
    (networks.workmint, ["validators"], 10),
]
# Seconds that schemathesis may take for one network.
LIMIT = 3_600


def configuration(known):
    """schemathesis' settings: what is there, as dictionaries of the parameters' values."""
    lines = []
    for name, values in known.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
    lines += ["[parameters]"]
    for name in known:
        lines += [f'{name} = {{ dictionary = "{name}", probability = 0.6 }}']
    return "\n".join(lines + [(HERE / "schemathesis.toml").read_text()])


def run(network, workmint, directory):
    """Starts a network and lets schemathesis loose on it; the report, and what it printed."""
    start, tags, cases = network
    name = start.__name__
    node, lists, known = start(workmint, directory)
    for path, least in lists.items():
        rows = len(node.rest(path)["items"])
        check(rows >= least, f"{name}: {path} has {least} rows", rows)
    folder = directory / f"report-{name}"
    folder.mkdir(parents=True)
    settings = folder / "schemathesis.toml"
    settings.write_text(configuration(known))
    command = [
        str(Path(sysconfig.get_path("scripts")) / "schemathesis"), "--no-color",
        "--config-file", str(settings), "run", f"{node.url}/openapi.json", "--checks", "all",
        "--max-examples", str(cases), "--continue-on-failure", "--request-timeout", "60",
        "--report", "json", "--report-json-path", str(folder / "report"),
    ]
    for tag in tags:
        command += ["--include-tag", tag]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, cwd=folder, timeout=LIMIT,
        )
        printed = done.stdout
    except subprocess.TimeoutExpired as late:
        printed = f"{(late.stdout or b'').decode(errors='replace')}\nnot done within {LIMIT} s"
    check(node.stop() == 0, f"{name}: the node stops in order")
    report = folder / "report"
    return (json.loads(report.read_text()) if report.exists() else None), printed


def judge(name, report, printed):
    """Counts operations; says which of them accepted something."""
    check(report is not None and report["complete"], f"{name}: the run was complete", printed)
    if report is None:
        return set()
    wrong = {of for failure in report["failures"] for of in failure["operations"]}
    wrong |= {of for error in report["errors"] for of in error.get("operations", ["an error"])}
    for of in sorted(report["valid_rates"]):
        check(of not in wrong, f"{name}: {of}")
    good = not wrong and report["exit_code"] == 0
    check(good, f"{name}: schemathesis is content", printed)
    unresolved = report["warnings"]["unresolvable_reference"]
    check(not unresolved, f"{name}: the description is whole", unresolved)
    counts = report["operations"]
    check(counts["tested"] == counts["selected"] > 0, f"{name}: all were tested", counts)
    cases = report["test_cases"]["generated"]
    print(f"{name}: {counts['tested']} operations, {cases} cases, {report['running_time']:.0f} s")
    return {
        of
        for of, phases in report["valid_rates"].items()
        if any(phase["accepted"] for phase in phases.values())
    }


def main():
    if len(sys.argv) != 3:
        print("usage: check.py WORKMINT DIRECTORY", file=sys.stderr)
        sys.exit(2)
    workmint, directory = sys.argv[1], Path(sys.argv[2])
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(run, network, workmint, directory) for network in RUNS]
    accepted = set()
    whole = True
    for (start, _, _), done in zip(RUNS, runs):
        # What broke off in its thread: SystemExit, an assertion, a timeout of a command.
        error = done.exception()
        if error is None:
            accepted |= judge(start.__name__, *done.result())
        else:
            whole = False
            check(False, f"{start.__name__}: it broke off:", repr(error))
    if not whole:
        finish()
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    for path, operations in document["paths"].items():
        for method in operations:
            of = f"{method.upper()} {path}"
            if of not in NEVER_ACCEPTED:
                check(of in accepted, f"{of} was reached: it answered with success somewhere")
    finish()


main()
