#!/usr/bin/env python3
"""Settles tests/golden/epoch.csv for the network `gonka` with exact fractions.

Shares no code with Workmint. Prints what `workmint settle --network gonka --epoch 12 --output csv`
must print:  python3 settle.py > settled.csv

The rules, from design documents 000 and 001 and docs/spec: bonuses and the weight that collateral
limits are multiples of 10^-9, rounded down, the coverage bonus then multiplies exactly; effective
weight and every share are rounded down; a slash is rounded up.
"""
import csv
import math
import pathlib
import sys
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 80
EPOCH, GENESIS_EPOCH, UNIT = 12, 1, 10**9
# id: (units of work per unit of weight and epoch, price of a unit in ngonka)
MODELS = {
    "Qwen/Qwen2.5-7B-Instruct": (864_000, 100),
    "Qwen/Qwen3-32B-FP8": (216_000, 400),
    "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8": (86_400, 1_000),
}


def nano(value):
    """A multiple of 10^-9, rounded down."""
    return Fraction(math.floor(value * UNIT), UNIT)


def base_units(text):
    return int(Fraction(text or "0") * UNIT)


def display(amount):
    whole, rest = divmod(amount, UNIT)
    return f"{whole}.{rest:09}".rstrip("0").rstrip(".")


def checksummed(address):
    """EIP-55 is left to the program: addresses are compared in lower case."""
    return address.lower()


def read(path):
    people = {}
    for row in csv.DictReader(path.open()):
        one = people.setdefault(row["account"].lower(), {"nodes": [], "units": {}})
        for key in ("collateral", "unbonding", "requests", "missed", "jailed", "refuted"):
            if row[key]:
                one[key] = row[key]
        if row["node"]:
            one["nodes"].append((row["model"], int(row["weight"])))
        if row["units"]:
            one["units"][row["model"]] = one["units"].get(row["model"], 0) + int(row["units"])
    return dict(sorted(people.items()))


def multipliers(people):
    """By model: 1 + utilisation x 0.5."""
    result = {}
    for model, (capacity_per_weight, _) in MODELS.items():
        weights = (w for one in people.values() for m, w in one["nodes"] if m == model)
        capacity = sum(weights) * capacity_per_weight
        units = sum(one["units"].get(model, 0) for one in people.values())
        utilisation = nano(Fraction(min(units, capacity), capacity)) if capacity else Fraction(0)
        result[model] = 1 + nano(utilisation * Fraction(1, 2))
    return result


def effective_weight(one):
    potential = sum(weight for _, weight in one["nodes"])
    if one.get("jailed") == "true":
        return potential, math.floor(Fraction(potential, 5))
    collateral = Fraction(base_units(one.get("collateral")), UNIT)
    return potential, math.floor(min(potential, Fraction(potential, 5) + collateral))


def score(one, bonus):
    potential, effective = effective_weight(one)
    if potential == 0:
        return Fraction(0)
    adjusted = sum(weight * bonus[model] for model, weight in one["nodes"])
    served = len({model for model, _ in one["nodes"]})
    full = served == len(MODELS)
    coverage = Fraction(6, 5) if full else 1 + nano(Fraction(served, len(MODELS)) / 10)
    return nano(adjusted * effective / potential) * coverage


def slash(one):
    requests, missed = int(one.get("requests", 0)), int(one.get("missed", 0))
    if missed == 0 or Fraction(missed, missed + requests) <= Fraction(1, 20):
        return 0
    holdings = base_units(one.get("collateral")) + base_units(one.get("unbonding"))
    return math.ceil(Fraction(holdings, 10))


def main():
    people = read(pathlib.Path(__file__).with_name("epoch.csv"))
    decay = (Decimal("-0.000475") * (EPOCH - GENESIS_EPOCH)).exp()
    budget = int(Decimal(285_000 * UNIT) * decay)
    bonus = multipliers(people)
    scores = {account: score(one, bonus) for account, one in people.items()}
    total = sum(scores.values())
    print(
        "account,potential_weight,effective_weight,requests,missed,units,work_paid_GNK,"
        "reward_paid_GNK,forfeited_GNK,slashed_GNK,total_GNK"
    )
    for account, one in people.items():
        potential, effective = effective_weight(one)
        share = math.floor(budget * scores[account] / total)
        refuted = one.get("refuted") == "true"
        reward, forfeited = (0, share) if refuted else (share, 0)
        # The pot of payments is split by payments: everybody gets exactly its own.
        work = sum(units * MODELS[model][1] for model, units in one["units"].items())
        cells = [
            checksummed(account), potential, effective, one.get("requests", 0),
            one.get("missed", 0), sum(one["units"].values()), display(work), display(reward),
            display(forfeited), display(slash(one)), display(work + reward),
        ]
        print(",".join(map(str, cells)))


if __name__ == "__main__":
    sys.exit(main())
