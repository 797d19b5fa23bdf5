"""web3.py, as it comes: everything a wallet or an application does."""

import json
import os
import sys
import time
from pathlib import Path

from eth_account import Account
from eth_account.messages import encode_typed_data
from web3 import Web3
from web3.exceptions import ContractCustomError
from web3.logs import DISCARD

ABIS = Path(__file__).resolve().parents[2] / "crates/protocol/contracts/abi"
UNIT = 10**18
passed = 0


def check(condition, what, seen=""):
    global passed
    if not condition:
        print(f"FAILED: {what} {seen}", file=sys.stderr)
        print(f"{passed} passed, 1 failed")
        sys.exit(1)
    passed += 1


def equal(found, expected, what):
    check(found == expected, what, f"is {found}, expected {expected}")


def abi(name):
    def read(file):
        return json.loads((ABIS / f"{file}.json").read_text())

    # The network's own contract has no events.
    return read(name) + ([] if name == "INetwork" else read(f"{name}Events"))


ERRORS = json.loads((ABIS / "IErrors.json").read_text())
w3 = Web3(Web3.HTTPProvider(os.environ["WORKMINT_RPC"]))


def account(role):
    return Account.from_key(Web3.keccak(text=f"wallets web3 {role}"))


customer, provider, spender = account("customer"), account("provider"), account("spender")


def at(number, name):
    return w3.eth.contract(address=Web3.to_checksum_address(f"0x{number:040x}"), abi=abi(name))


ai = at(0x010000, "IERC20")
registry, collateral = at(0x0801, "IRegistry"), at(0x0802, "ICollateral")
jobs, sessions, settlement = at(0x0806, "IJobs"), at(0x0807, "ISessions"), at(0x080A, "ISettlement")
stake, network = at(0x080E, "IStake"), at(0x0817, "INetwork")


def send(sender, transaction):
    transaction = dict(transaction, nonce=w3.eth.get_transaction_count(sender.address))
    signed = sender.sign_transaction(transaction)
    return w3.eth.wait_for_transaction_receipt(w3.eth.send_raw_transaction(signed.raw_transaction))


def call(sender, function, **more):
    return send(sender, function.build_transaction({"from": sender.address, **more}))


def sent(sender, function):
    receipt = call(sender, function)
    check(receipt.status == 1, f"{function.fn_name} succeeds", receipt.get("workmintError"))
    return receipt


def number_of(data):
    """The number of a custom error: its first argument."""
    data = bytes.fromhex(data.removeprefix("0x"))
    for error in ERRORS:
        kinds = ",".join(argument["type"] for argument in error["inputs"])
        if Web3.keccak(text=f"{error['name']}({kinds})")[:4] == data[:4]:
            return w3.codec.decode([one["type"] for one in error["inputs"]], data[4:])[0]
    return None


# 1. A native transfer.
value = Web3.to_wei("1.5", "ether")
before = w3.eth.get_balance(spender.address)
spent = w3.eth.get_balance(customer.address)
transaction = {"from": customer.address, "to": spender.address, "value": value}
transaction["chainId"] = w3.eth.chain_id
transaction["gas"] = w3.eth.estimate_gas(transaction)
transaction["maxPriorityFeePerGas"] = w3.eth.max_priority_fee
transaction["maxFeePerGas"] = 2 * w3.eth.get_block("latest").baseFeePerGas
receipt = send(customer, transaction)
equal(receipt.status, 1, "native transfer")
equal(w3.eth.get_balance(spender.address) - before, value, "what arrived")
fee = receipt.gasUsed * receipt.effectiveGasPrice
equal(spent - w3.eth.get_balance(customer.address), value + fee, "what it cost")
equal(fee, UNIT // 100, "the flat fee of the network's file")
shown = w3.eth.get_transaction(receipt.transactionHash)
equal((shown["value"], shown["from"]), (value, customer.address), "the transaction")
block = w3.eth.get_block(receipt.blockNumber)
check(receipt.transactionHash in block.transactions, "its block")

# 2. ERC-20.
equal(ai.functions.symbol().call(), "AI", "symbol")
equal(ai.functions.decimals().call(), 18, "decimals")
had = ai.functions.balanceOf(provider.address).call()
receipt = sent(customer, ai.functions.transfer(provider.address, 7 * UNIT))
logs = ai.events.Transfer().process_receipt(receipt, errors=DISCARD)
moved = [log.args for log in logs if log.args.to == provider.address]
equal([one.value for one in moved], [7 * UNIT], "the log of a transfer")
equal(ai.functions.balanceOf(provider.address).call() - had, 7 * UNIT, "balanceOf")

# 3. Approve and transferFrom.
sent(customer, ai.functions.approve(spender.address, 5 * UNIT))
sent(spender, ai.functions.transferFrom(customer.address, provider.address, 2 * UNIT))
left = ai.functions.allowance(customer.address, spender.address).call()
equal(left, 3 * UNIT, "what is left of the allowance")

# 4. Collateral, stake.
nobody = "0x" + 40 * "0"
sent(provider, registry.functions.registerParticipant(spender.address, nobody))
sent(provider, registry.functions.registerNode(1, [0]))
sent(provider, collateral.functions.deposit(10 * UNIT))
active = collateral.functions.collateralOf(provider.address).call()[0]
equal(active, 10 * UNIT, "collateral")
sent(provider, stake.functions.depositStake(1000 * UNIT, 0))

# 5. A job.
sent(provider, jobs.functions.putOffer(0, 0, 100_000))
number = jobs.functions.nextJob(customer.address).call()
order = (0, 100, 0, 60_000, 10 * UNIT, Web3.keccak(text="the input"), provider.address)
made = sent(customer, jobs.functions.createJob(*order))
(job,) = jobs.events.Created().process_receipt(made, errors=DISCARD)
equal(job.args.number, number, "the job's number")
sent(provider, jobs.functions.acceptJob(customer.address, number))
told = jobs.functions.jobOf(customer.address, number).call()
equal(told[5], provider.address, "who does the job")

# 6. Logs, by filter.
filters = {"customer": customer.address}
found = jobs.events.Created().get_logs(from_block=0, argument_filters=filters)
equal([log.transactionHash for log in found], [made.transactionHash], "logs by filter")

# 7. A custom error, before anything is sent.
too_much = ai.functions.transfer(provider.address, 10**30)
for way in ["call", "estimate_gas"]:
    try:
        getattr(too_much, way)({"from": customer.address})
        check(False, f"{way} of too much must fail")
    except ContractCustomError as error:
        equal(number_of(error.data), 104, f"{way}: the error's number")

# 8. A custom error of a transaction that failed in its block.
pull = ai.functions.transferFrom(provider.address, spender.address, UNIT)
receipt = call(spender, pull, gas=100_000)
equal(receipt.status, 0, "no allowance")
equal(number_of(receipt.revertReason), 109, "the failed transaction's error")

# 9. A session, and a voucher signed off-line.
opened = (provider.address, 0, 10 * UNIT, 2**128 - 1, 0, 0)
sent(customer, sessions.functions.openSession(*opened))
session = sessions.functions.nextSession(customer.address).call() - 1
_, name, version, chain_id, _, salt, _ = network.functions.eip712Domain().call()
voucher = {"session": session, "cumulative": 4 * UNIT}
domain = {"name": name, "version": version, "chainId": chain_id, "salt": salt}
fields = [{"name": "session", "type": "uint64"}, {"name": "cumulative", "type": "uint256"}]
message = encode_typed_data(domain, {"Voucher": fields}, voucher)


def redeem(signer):
    signature = signer.sign_message(message).signature
    word = (session, 4 * UNIT)
    return sessions.functions.redeemVoucher(customer.address, word, signature)


sent(provider, redeem(customer))
taken = sessions.functions.sessionOf(customer.address, session).call()[4]
equal(taken, 4 * UNIT, "what the session paid")
try:
    call(provider, redeem(spender))
    check(False, "somebody else's voucher must be refused")
except ContractCustomError as error:
    equal(number_of(error.data), 3025, "somebody else's voucher is refused")


# 10. A settled epoch's reward.
def settled():
    now = network.functions.openEpoch().call()[0]
    for epoch in range(now - 1, -1, -1):
        try:
            amounts = settlement.functions.claimable(epoch, provider.address).call()[1]
        except Exception:
            continue
        if any(amounts):
            return epoch
    return None


end = time.monotonic() + 300
while (epoch := settled()) is None:
    check(time.monotonic() < end, "no settled epoch with a reward within 300 s")
    passed -= 1
    time.sleep(0.2)
poor = ai.functions.balanceOf(provider.address).call()
receipt = sent(provider, settlement.functions.claim(epoch))
logs = ai.events.Transfer().process_receipt(receipt, errors=DISCARD)
total = sum(log.args.value for log in logs if log.args.to == provider.address)
check(total > 0, "the claim pays")
equal(ai.functions.balanceOf(provider.address).call() - poor, total, "the reward")
print(f"{passed} passed, 0 failed")
