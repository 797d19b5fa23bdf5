"""What eth-account says of a keystore file, or the file that it writes of a key."""

import json
import sys

from eth_account import Account

question = json.load(sys.stdin)
password = question["password"]
if "open" in question:
    key = Account.decrypt(question["open"], password)
    answer = {"key": "0x" + key.hex().removeprefix("0x"), "address": Account.from_key(key).address}
else:
    answer = {"file": json.dumps(Account.encrypt(question["write"], password, kdf=question["kdf"]))}
json.dump(answer, sys.stdout)
