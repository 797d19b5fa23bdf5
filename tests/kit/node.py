"""A node with the real binary: started, asked, sent transactions with the binary's own client."""

import atexit
import json
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Seconds that anything may take: longer than on a slow machine that does other work too.
PATIENCE = 300
# What is on this machine is not asked through another one.
HERE = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Node:
    """A development network of a built-in file, some of whose lines may be others.

    `changes` are (pattern, replacement) of whole lines; each must be there.
    """

    def __init__(self, workmint, directory, network, changes=(), flags=()):
        self.workmint = str(Path(workmint).resolve())
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        text = (ROOT / "networks" / network / "network.toml").read_text()
        for pattern, line in changes:
            text, count = re.subn(rf"(?m)^{pattern}$", line, text)
            assert count > 0, f"no line {pattern} in the file of {network}"
        self.file = self.directory / "network.toml"
        self.file.write_text(text)
        self.data = self.directory / "data"
        command = [self.workmint, "node", "--dev", "--network", str(self.file)]
        command += ["--data-dir", str(self.data), "--listen", "127.0.0.1:0", *flags]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        )
        atexit.register(self.kill)
        self.log = []
        self.url = None
        threading.Thread(target=self._read, daemon=True).start()
        self.until("the node's address", lambda: self.url)

    def _read(self):
        for line in self.process.stderr:
            self.log = (self.log + [line])[-200:]
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found and self.url is None:
                self.url = found.group()

    def until(self, what, ask, seconds=PATIENCE):
        """Asks again until there is an answer that counts as true."""
        end = time.monotonic() + seconds
        while True:
            if self.process.poll() is not None:
                raise SystemExit(f"the node ended while waiting for {what}:\n{''.join(self.log)}")
            answer = ask()
            if answer:
                return answer
            if time.monotonic() > end:
                raise SystemExit(f"{what} did not come within {seconds} s")
            time.sleep(0.1)

    def ask(self, path, body=None, headers=None):
        """Status, headers and text of an answer, also of a refusal."""
        return ask(self.url + path, body, headers)

    def rest(self, path):
        """A path of REST that must answer."""
        status, _, text = self.ask(path)
        assert status == 200, f"{path}: {status} {text}"
        return json.loads(text)

    def rpc(self, method, *params):
        """The whole answer to a call of JSON-RPC."""
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        kind = {"content-type": "application/json"}
        return json.loads(self.ask("/rpc", json.dumps(call).encode(), kind)[2])

    def address(self, name):
        """The address of a key of the network."""
        for path in (self.data / "keys").iterdir():
            if path.name.split(".")[0] == name:
                return "0x" + json.loads(path.read_text())["address"].removeprefix("0x")
        raise SystemExit(f"there is no key {name}")

    def send(self, name, kind, **options):
        """Sends a transaction with the key of this name; it must succeed."""
        keys = self.data / "keys"
        command = [self.workmint, "tx", kind, "--rpc", self.url, "--keystore", str(keys)]
        command += ["--password-file", str(keys / "password"), "--key", name, "--yes", "--json"]
        for option, value in options.items():
            option = f"--{option.replace('_', '-')}"
            for one in value if isinstance(value, list) else [value]:
                command += [option, str(one)]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
        )
        said = done.stdout + done.stderr
        slow = re.search(r"(0x[0-9a-f]{64}) waits: ", said)
        if slow:
            # A disk that others use: the answer came before the block.
            path = f"/v1/transactions/{slow.group(1)}"
            self.until(f"the block of {kind}", lambda: self.ask(path)[0] == 200)
            assert self.rest(path)["succeeded"], f"{name} {kind}: {self.rest(path)}"
            return said
        assert done.returncode == 0, f"{name} {kind}: {said}"
        return said

    def stop(self):
        """Stops in order; the exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def kill(self):
        """Ends it whatever happened."""
        if self.process.poll() is None:
            self.process.kill()


def ask(url, body=None, headers=None):
    """Status, headers and text of an answer, also of a refusal."""
    request = urllib.request.Request(url, data=body, headers=headers or {})
    try:
        with HERE.open(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read().decode()
