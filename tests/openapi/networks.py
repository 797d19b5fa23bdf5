"""Three networks under way, so that every list of the interface has rows.

Each function starts one, makes its rows with real transactions, waits for what only a settlement
makes, and says what lists must hold and what values a client could ask with.
"""

import time
from concurrent.futures import ThreadPoolExecutor

from node import PATIENCE, Node

HASH = "0x" + "11" * 32
UNLIMITED = ["--limit-per-address", "0", "--limit-per-account", "0", "--log-level", "warn"]


def flags(epoch):
    return ["--epoch-length", epoch, *UNLIMITED]


def closed(node, count):
    node.until(
        f"{count} settlements",
        lambda: len(node.rest("/v1/settlements?limit=10")["items"]) >= count,
    )


def paid(node, providers):
    """Lets the attestors say that these answered; the epoch that paid them for it.

    Whoever says something about a probe says it of the open epoch, and all three must say it of the
    same one: on a slow machine they may need another.
    """
    def attest(number):
        node.send(f"attestor-{number}", "attest-heartbeats", probe=0, answered=",".join(providers))

    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        epoch = node.rest("/v1/network")["epoch"]
        node.until("a new epoch", lambda: node.rest("/v1/network")["epoch"] > epoch)
        paying = node.rest("/v1/network")["epoch"]
        with ThreadPoolExecutor() as pool:
            # All of them, so that a refusal is told.
            list(pool.map(attest, (1, 2, 3)))
        settled = f"/v1/settlements/{paying}"
        node.until("a settlement", lambda: node.ask(settled)[0] == 200)
        if node.rest(f"{settled}/entries")["items"]:
            return paying
    raise SystemExit(f"no epoch paid within {PATIENCE} s")


def hanzo(workmint, directory):
    """A market: offers, jobs, sessions, proposals, allowances, entries with proofs."""
    # Nothing of it is over while it is asked for.
    changes = [
        (r'voting = "\d+ epochs".*', 'voting = "1000 epochs"'),
        (r'window = "30 epochs".*', 'window = "1000 epochs"'),
    ]
    node = Node(workmint, directory / "hanzo", "hanzo", changes, flags("15s"))
    providers = ["judge-1", "judge-2", "judge-3"]
    # Who founded it has AI alone; fees are HANZO.
    node.send(
        "community", "swap", asset_in="AI", amount_in=100_000, min_out=1, deadline_ms="+10m"
    )
    node.send("community", "add-liquidity", max_first=50, max_second=50, min_shares=1,
              deadline_ms="+10m")
    for name in providers:
        to = node.address(name)
        node.send("community", "transfer", to=to, amount="50 HANZO")
        node.send("community", "transfer", to=to, amount="2000 AI")
        node.send("community", "approve", spender=to, amount="5 AI")
        node.send(name, "register-participant", owner=to, validator="none")
        node.send(name, "deposit-stake", amount=1_000, lock_ms="28d")
        node.send(name, "put-offer", model="qwen3-30b", tier=0, capacity=1_000_000)
    for name in providers:
        to = node.address(name)
        node.send("community", "open-session", provider=to, model="qwen3-30b", deposit=10,
                  max_price=1, expiry_kind="latest", expiry=0)
        node.send("community", "create-job", model="qwen3-30b", max_units=10, tier=0,
                  max_latency_ms=1_000, max_spend=5, commitment=HASH, provider="0x" + "0" * 40)
        node.send("community", "propose-spend", to=to, asset="AI", amount=5)
    community = node.address("community")
    node.send("judge-1", "accept-job", customer=community, number=0)
    paying = paid(node, sorted(node.address(name).lower() for name in providers))
    # Open since an epoch closed.
    for name, choice in zip(providers, ["yes", "no", "abstain"]):
        node.send(name, "vote", proposal=0, choice=choice)
    entries = f"/v1/settlements/{paying}/entries"
    history = node.rest(f"/v1/accounts/{community}/history?limit=5")["items"]
    hashes = []
    for row in history:
        hashes += node.rest(f"/v1/blocks/{row['height']}")["transaction_hashes"]
    lists = {
        "/v1/participants": 3,
        "/v1/jobs": 3,
        "/v1/sessions": 3,
        "/v1/prices": 2,
        "/v1/governance/proposals": 3,
        "/v1/governance/proposals/0/ballots": 3,
        "/v1/settlements": 1,
        "/v1/epochs": 1,
        "/v1/metrics": 1,
        entries: 3,
        "/v1/blocks": 20,
        "/v1/events": 50,
        "/v1/networks": 6,
        f"/v1/accounts/{community}/allowances": 3,
        f"/v1/accounts/{community}/history": 10,
    }
    known = {
        "address": [community, *(node.address(name) for name in providers)],
        "customer": [community],
        "number": [0, 1, 2],
        "epoch": [paying],
        "block": ["1", "2", "3"],
        "hash": hashes[:5],
        "name": ["hanzo", "gonka"],
        "model": ["qwen3-30b"],
    }
    return node, lists, known


def contribution(node, number):
    node.send(
        "community", "submit-contribution", epoch="open", id=number, stream="inference", node=1,
        model="blyan/general", quantity=10_000_000, content="0x" + f"{number:02}" * 32,
    )


def blyan(workmint, directory):
    """Contributions that wait, are settled, and are owed: more than a bucket pays in an epoch."""
    changes = [
        (r'challenge_window = "24h".*', 'challenge_window = "1s"'),
        (r"most = 10 .*", "most = 100"),
        (r'submit_window = "48 epochs".*', 'submit_window = "1000 epochs"'),
    ]
    node = Node(workmint, directory / "blyan", "blyan", changes, flags("8s"))
    me = node.address("community")
    node.send("community", "register-participant", owner=me, validator="none")
    node.send("community", "register-node", node=1, models="blyan/general")
    for number in range(1, 7):
        contribution(node, number)
    rows = node.rest("/v1/contributions")["items"]
    for row in rows[:4]:
        verdict = (
            f"contribution.epoch={row['epoch']},contribution.contributor={me},"
            f"contribution.id={row['id']},submission={row['submission']},approve=true,"
            f"confidence=1000000,quantity={row['quantity']},first=1500000,second=1000000"
        )
        for number in (1, 2, 3):
            node.send(f"verifier-{number}", "verify-contributions", verdicts=verdict)
    node.until("backpay", lambda: node.rest("/v1/backpay")["items"])
    lists = {
        "/v1/contributions": 6,
        "/v1/backpay": 1,
        "/v1/settlements": 1,
        "/v1/participants": 1,
    }
    known = {"address": [me], "number": [1, 2, 5], "epoch": [row["epoch"] for row in rows]}
    return node, lists, known


def workmint(binary, directory):
    """Validators with pools and delegators."""
    node = Node(binary, directory / "workmint", "workmint", (), flags("8s"))
    names = ["judge-1", "judge-2", "judge-3"]
    for name in names:
        to = node.address(name)
        node.send("launch", "transfer", to=to, amount="20000 WMT")
        node.send(name, "bond", amount=10_000, commission="10%")
        node.send(name, "activate")
        node.send("launch", "delegate", validator=to, amount=100)
    node.send("launch", "register-participant", owner=node.address("launch"), validator="none")
    closed(node, 2)
    lists = {
        "/v1/validators": 3,
        "/v1/participants": 1,
        "/v1/settlements": 2,
        f"/v1/accounts/{node.address('launch')}/delegations": 3,
    }
    epochs = [row["epoch"] for row in node.rest("/v1/settlements?limit=3")["items"]]
    known = {
        "address": [node.address("launch"), *(node.address(name) for name in names)],
        "epoch": epochs,
    }
    return node, lists, known
