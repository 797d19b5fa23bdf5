// Starts a node with the real binary and lets every client use it at the same time.
//
// usage: node run.mjs WORKMINT PYTHON DIRECTORY
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as viem from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { AT, CLIENTS, NEVER, UNIT, functions, sleep } from "./common.mjs";

const [workmint, python, directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error("usage: node run.mjs WORKMINT PYTHON DIRECTORY");
  process.exit(2);
}
mkdirSync(directory, { recursive: true });
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const account = (name) => privateKeyToAccount(viem.keccak256(viem.toBytes(`wallets ${name}`)));

// Hanzo as its file describes it, but for an epoch of seconds: a reward must be settled while we
// wait.
const hanzo = readFileSync(at("../../networks/hanzo/network.toml"), "utf8");
const file = `${directory}/network.toml`;
writeFileSync(file, hanzo.replace(/^epoch_length = .*$/m, 'epoch_length = "5s"'));
const named = ["community", "team"];
for (const [role, count] of [["reporter", 3], ["judge", 3], ["attestor", 5]]) {
  for (let number = 1; number <= count; number += 1) named.push(`${role}-${number}`);
}
const accounts = named.map((name) => `${name}=${account(name).address}`).join(",");

const node = spawn(
  workmint,
  ["node", "--network", file, "--data-dir", `${directory}/data`, "--accounts", accounts].concat([
    "--listen",
    "127.0.0.1:0",
    "--limit-per-address",
    "0",
  ]),
  { stdio: ["ignore", "ignore", "pipe"] },
);
let ended = false;
node.on("exit", (code) => {
  ended = true;
  if (code !== 0) console.error(`the node ended with ${code}`);
});
process.on("exit", () => node.kill("SIGKILL"));

const rpc = await new Promise((resolve, reject) => {
  let text = "";
  node.stderr.on("data", (data) => {
    text += data;
    const found = text.match(/http:\/\/127\.0\.0\.1:\d+/);
    if (found) resolve(found[0]);
  });
  node.on("exit", () => reject(new Error(`no address in: ${text}`)));
});
process.env.WORKMINT_RPC = rpc;
process.env.WORKMINT_BINARY = workmint;
process.env.WORKMINT_PYTHON = python;
process.env.WORKMINT_SCRATCH = directory;

const transport = viem.http(rpc);
const open = viem.createPublicClient({ transport, pollingInterval: 50 });
const chain = viem.defineChain({
  id: await open.getChainId(),
  name: "Hanzo",
  nativeCurrency: { name: "HANZO", symbol: "HANZO", decimals: 18 },
  rpcUrls: { default: { http: [rpc] } },
});
const wallet = (account) => viem.createWalletClient({ account, chain, transport });

// The community has AI only; it changes some for HANZO, which pays fees, and gives every client's
// accounts of both.
const community = wallet(account("community"));
await community.writeContract({
  address: AT.exchange,
  abi: functions("IExchange"),
  functionName: "swap",
  args: [0, 10_000n * UNIT, 1n, NEVER],
});
const clients = CLIENTS.flatMap((client) =>
  ["customer", "provider", "spender"].map((role) => account(`${client} ${role}`).address),
);
for (const to of [...clients, account("metamask user").address]) {
  await community.sendTransaction({ to, value: 20n * UNIT });
  const args = [to, 5_000n * UNIT];
  await community.writeContract({
    address: AT.ai,
    abi: functions("IERC20"),
    functionName: "transfer",
    args,
  });
}

// The network's attestors say, once an epoch, that every provider with a stake answered; a client that
// failed keeps none of the others from a reward.
const providers = CLIENTS.map((client) => account(`${client} provider`).address).sort((a, b) =>
  a.toLowerCase() < b.toLowerCase() ? -1 : 1,
);
async function attest() {
  let last = -1n;
  while (!ended) {
    await sleep(200);
    const read = (address, name, functionName, args) =>
      open.readContract({ address, abi: functions(name), functionName, args });
    const [epoch] = await read(AT.network, "INetwork", "openEpoch", []);
    if (epoch === last) continue;
    const stakes = providers.map((one) => read(AT.stake, "IStake", "stakeOf", [one]).catch(() => [0n]));
    const amounts = await Promise.all(stakes);
    const staked = providers.filter((_, at) => amounts[at][0] > 0n);
    if (staked.length === 0) continue;
    // At once: on a slow machine one after the other would not fit into an epoch.
    const said = [1, 2, 3].map(async (number) => {
      const call = {
        address: AT.attestation,
        abi: functions("IAttestation"),
        functionName: "attestHeartbeats",
        args: [0, staked],
      };
      // Said already, when the last epoch closed between the question and the words.
      const again = (error) => {
        if (!/strictly ascending/.test(error.message)) throw error;
      };
      await wallet(account(`attestor-${number}`)).writeContract(call).catch(again);
    });
    await Promise.all(said);
    last = epoch;
  }
}
const attesting = attest().catch((error) => {
  if (!ended) console.error(`the attestors failed: ${error.message}`);
});

// Runs one client; what it passed and failed.
function run(name, command, script) {
  return new Promise((resolve) => {
    const child = spawn(command, [at(script)], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (data) => (text += data));
    child.on("close", (code) => {
      const counts = text.match(/(\d+) passed, (\d+) failed/);
      const passed = Number(counts?.[1] ?? 0);
      const failed = counts === null || code !== 0 ? Math.max(1, Number(counts?.[2] ?? 1)) : 0;
      console.log(`${name}: ${passed} right, ${failed} wrong`);
      resolve([passed, failed]);
    });
  });
}

const counts = await Promise.all([
  run("viem", process.execPath, "viem.mjs"),
  run("ethers", process.execPath, "ethers.mjs"),
  run("web3.py", python, "web3_client.py"),
  run("MetaMask", process.execPath, "metamask.mjs"),
  run("keystores", process.execPath, "keystores.mjs"),
]);
ended = true;
await attesting;
const stopped = new Promise((resolve) => node.on("exit", resolve));
node.kill("SIGTERM");
const code = await stopped;
const [passed, failed] = counts.reduce(([p, f], [q, g]) => [p + q, f + g], [0, 0]);
const all = failed + (code === 0 ? 0 : 1);
console.log(`${passed} passed, ${all} failed`);
process.exit(all === 0 ? 0 : 1);
