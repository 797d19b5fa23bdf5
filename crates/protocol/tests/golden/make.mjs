// Makes wire.json: transactions and words signed by viem and by ethers, for the Rust tests.
//
//   npm install viem@2.57.1 ethers@6.17.0   in a folder of its own, then there
//   node path/to/make.mjs path/to/contracts/abi > path/to/wire.json

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const require = createRequire(resolve("package.json"));
const viem = require("viem");
const { privateKeyToAccount } = require("viem/accounts");
const ethers = require("ethers");

const abiOf = (name) => JSON.parse(readFileSync(join(process.argv[2], `${name}.json`), "utf8"));
const chainId = 4242;
const genesis = `0x${"5a".repeat(32)}`;
const keyOf = (byte) => `0x${byte.toString(16).padStart(2, "0").repeat(32)}`;
const to = privateKeyToAccount(keyOf(2)).address;
const customer = privateKeyToAccount(keyOf(3));

const domain = { name: "Workmint", version: "1", chainId, salt: genesis };
const words = {
  Voucher: {
    types: { Voucher: [{ name: "session", type: "uint64" }, { name: "cumulative", type: "uint256" }] },
    message: { session: 5n, cumulative: 1234567890123456789n },
  },
  Quality: {
    types: {
      Quality: [
        { name: "customer", type: "address" },
        { name: "number", type: "uint64" },
        { name: "latencyMs", type: "uint32" },
        { name: "qualityPermille", type: "uint16" },
      ],
    },
    message: { customer: to, number: 3n, latencyMs: 250, qualityPermille: 990 },
  },
  Summary: {
    types: {
      Summary: [
        { name: "epoch", type: "uint64" },
        { name: "node", type: "uint32" },
        { name: "model", type: "uint16" },
        { name: "usage", type: "Usage[]" },
        { name: "missed", type: "uint64" },
        { name: "latencyMs", type: "uint32" },
        { name: "qualityPermille", type: "uint16" },
        { name: "requestsRoot", type: "bytes32" },
      ],
      Usage: [
        { name: "customer", type: "address" },
        { name: "requests", type: "uint64" },
        { name: "units", type: "uint64" },
      ],
    },
    message: {
      epoch: 7n, node: 1, model: 2, usage: [{ customer: to, requests: 3n, units: 400n }],
      missed: 1n, latencyMs: 90, qualityPermille: 1000, requestsRoot: genesis,
    },
  },
};

const contract = (number) => `0x${number.toString(16).padStart(40, "0")}`;
const rows = [];
const row = (name, maker, raw, extra = {}) =>
  rows.push({ name, maker, raw, hash: ethers.keccak256(raw), ...extra });

async function calls(maker, sign, encode) {
  const voucher = await sign(customer, keyOf(3), "Voucher");
  const quality = await sign(customer, keyOf(3), "Quality");
  const summary = await sign(customer, keyOf(3), "Summary");
  return [
    ["native", to, 12345n * 10n ** 16n, "0x"],
    ["transfer", contract(0x10000), 0n, encode("IERC20", "transfer", [to, 777n])],
    ["approve", contract(0x10000), 0n, encode("IERC20", "approve", [to, 2n ** 256n - 1n])],
    ["deposit", contract(0x802), 0n, encode("ICollateral", "deposit", [5000n])],
    ["createJob", contract(0x806), 0n,
      encode("IJobs", "createJob", [1, 1000n, 2, 30000, 10n ** 20n, genesis, to])],
    ["claim", contract(0x80a), 0n, encode("ISettlement", "claim", [9n])],
    ["redeemVoucher", contract(0x807), 0n, encode("ISessions", "redeemVoucher",
      [customer.address, { ...words.Voucher.message }, voucher])],
    ["relayQuality", contract(0x806), 0n, encode("IJobs", "relayQuality",
      [customer.address, words.Quality.message, quality])],
    ["relaySummary", contract(0x803), 0n, encode("IWork", "relaySummary",
      [customer.address, words.Summary.message, summary])],
  ];
}

const viemSign = (account, _, primaryType) =>
  account.signTypedData({ domain, primaryType, types: words[primaryType].types, message: words[primaryType].message });
const viemEncode = (name, functionName, args) =>
  viem.encodeFunctionData({ abi: abiOf(name), functionName, args });
const sender = privateKeyToAccount(keyOf(1));
for (const [at, [name, target, value, data]] of (await calls("viem", viemSign, viemEncode)).entries()) {
  const raw = await sender.signTransaction({
    type: "eip1559", chainId, nonce: at, gas: 50000n + BigInt(at), to: target, value, data,
    maxFeePerGas: 2000000000n, maxPriorityFeePerGas: at === 0 ? 0n : 7n,
  });
  row(name, "viem 2.57.1", raw);
}

const wallet = new ethers.Wallet(keyOf(1));
const ethersSign = (_, key, primaryType) =>
  new ethers.Wallet(key).signTypedData(domain, words[primaryType].types, words[primaryType].message);
const ethersEncode = (name, functionName, args) =>
  new ethers.Interface(abiOf(name)).encodeFunctionData(functionName, args);
for (const [at, [name, target, value, data]] of (await calls("ethers", ethersSign, ethersEncode)).entries()) {
  const raw = await wallet.signTransaction({
    type: 2, chainId, nonce: at, gasLimit: 50000n + BigInt(at), to: target, value, data,
    maxFeePerGas: 2000000000n, maxPriorityFeePerGas: at === 0 ? 0n : 7n,
  });
  row(name, "ethers 6.17.0", raw);
}

const out = { chainId, genesis, sender: sender.address, customer: customer.address, to, transactions: rows };
process.stdout.write(`${JSON.stringify(out, null, 2)}\n`);
