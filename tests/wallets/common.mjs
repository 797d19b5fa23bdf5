// What the clients share: keys of the test's accounts, ABIs, and counting.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const abis = fileURLToPath(new URL("../../crates/protocol/contracts/abi/", import.meta.url));

export const functions = (name) => JSON.parse(readFileSync(`${abis}${name}.json`, "utf8"));

// Functions, events and errors of a contract; the network's own has no events.
export function abi(name) {
  const events = name === "INetwork" ? [] : functions(`${name}Events`);
  return [...functions(name), ...events, ...functions("IErrors")];
}

export const contract = (number) => "0x" + (0x0800 + number).toString(16).padStart(40, "0");
export const AT = {
  registry: contract(1),
  collateral: contract(2),
  jobs: contract(6),
  sessions: contract(7),
  settlement: contract(10),
  attestation: contract(13),
  stake: contract(14),
  exchange: contract(16),
  network: contract(23),
  ai: "0x" + (0x010000).toString(16).padStart(40, "0"),
};

export const CLIENTS = ["viem", "ethers", "web3"];
export const NEVER = 2n ** 63n;
export const MOST = 2n ** 256n - 1n;
export const UNIT = 10n ** 18n;

// What a client is told: environment variables set by run.mjs.
export const rpc = process.env.WORKMINT_RPC;
export const ws = rpc?.replace("http://", "ws://") + "/rpc";

let passed = 0;

export function check(condition, what, seen = "") {
  if (!condition) {
    console.error(`FAILED: ${what} ${seen}`);
    console.log(`${passed} passed, 1 failed`);
    process.exit(1);
  }
  passed += 1;
}

export function equal(found, expected, what) {
  const text = (value) => (typeof value === "bigint" ? `${value}n` : JSON.stringify(value));
  check(text(found) === text(expected), what, `is ${text(found)}, expected ${text(expected)}`);
}

export function finish() {
  console.log(`${passed} passed, 0 failed`);
  process.exit(0);
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Asks again until there is an answer.
export async function until(what, ask, seconds = 300) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(200);
  }
  check(false, `${what}: nothing within ${seconds} s`);
}
