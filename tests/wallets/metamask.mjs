// What MetaMask asks when a network is added, when it sends money and when it sends a token, call by
// call as its controllers make them, and that every answer has the shape they read. The extension
// itself needs a browser; its numbers (percentiles, buffers, least tips) are those of its sources.
import * as viem from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { AT, UNIT, abi, check, equal, finish, rpc, until } from "./common.mjs";

const user = privateKeyToAccount(viem.keccak256(viem.toBytes("wallets metamask user")));
const other = privateKeyToAccount(viem.keccak256(viem.toBytes("wallets metamask other"))).address;
const CHAIN = 3003n;

// One request each, with long ids and the extension's origin.
let id = 4_862_349_210_000 + Math.floor(Math.random() * 1000);
async function request(method, params) {
  id += 1;
  const response = await fetch(rpc, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      origin: "chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn",
    },
    body: JSON.stringify({ id, jsonrpc: "2.0", method, params }),
  });
  equal(response.status, 200, `${method}: HTTP`);
  const answer = await response.json();
  equal([answer.id, answer.jsonrpc], [id, "2.0"], `${method}: whose answer`);
  return answer;
}
async function ask(method, params = []) {
  const answer = await request(method, params);
  check(answer.error === undefined, `${method} is answered`, JSON.stringify(answer.error));
  return answer.result;
}

// Shapes, as the specification of Ethereum's JSON-RPC has them.
const text = (pattern) => (value) => typeof value === "string" && pattern.test(value);
const quantity = text(/^0x(0|[1-9a-f][0-9a-f]*)$/);
const data = text(/^0x([0-9a-f]{2})*$/);
const bytes = (count) => text(new RegExp(`^0x[0-9a-f]{${2 * count}}$`));
const [hash, address, bloom] = [bytes(32), bytes(20), bytes(256)];
const list = (of) => (value) => Array.isArray(value) && value.every(of);
const is = (expected) => (value) => value === expected;
const ratio = (value) => typeof value === "number" && value >= 0 && value <= 1;

function shaped(object, fields, what) {
  check(object !== null && typeof object === "object", `${what} is an object`, String(object));
  for (const [name, fits] of Object.entries(fields)) {
    check(fits(object[name]), `${what}: ${name}`, `is ${JSON.stringify(object[name])}`);
  }
  return object;
}
const BLOCK = {
  number: quantity, hash, parentHash: hash, nonce: bytes(8), sha3Uncles: hash, logsBloom: bloom,
  transactionsRoot: hash, stateRoot: hash, receiptsRoot: hash, miner: address,
  difficulty: quantity, extraData: data, size: quantity, gasLimit: quantity, gasUsed: quantity,
  timestamp: quantity, baseFeePerGas: quantity, mixHash: hash, uncles: list(hash),
  transactions: list(hash),
};
const LOG = {
  address, topics: list(hash), data, blockNumber: quantity, blockHash: hash,
  transactionHash: hash, transactionIndex: quantity, logIndex: quantity, removed: is(false),
};
const RECEIPT = {
  transactionHash: hash, transactionIndex: quantity, blockHash: hash, blockNumber: quantity,
  from: address, to: address, cumulativeGasUsed: quantity, effectiveGasPrice: quantity,
  gasUsed: quantity, contractAddress: is(null), logs: list((log) => shaped(log, LOG, "a log")),
  logsBloom: bloom, type: is("0x2"), status: is("0x1"),
};
const TRANSACTION = {
  blockHash: hash, blockNumber: quantity, from: address, to: address, gas: quantity,
  gasPrice: quantity, maxFeePerGas: quantity, maxPriorityFeePerGas: quantity, hash,
  input: data, nonce: quantity, transactionIndex: quantity, value: quantity, type: is("0x2"),
  chainId: is(viem.toHex(CHAIN)), accessList: list(() => false), v: quantity, yParity: quantity,
  r: quantity, s: quantity,
};
const number = async (method, params) => {
  const answer = await ask(method, params);
  check(quantity(answer), `${method} is a quantity`, JSON.stringify(answer));
  return BigInt(answer);
};

// 1. A network is added: is it the one its form says, and does it know base fees?
equal(await number("eth_chainId"), CHAIN, "eth_chainId");
equal(await ask("net_version"), CHAIN.toString(), "net_version is decimal");
shaped(await ask("eth_getBlockByNumber", ["latest", false]), BLOCK, "the last block");

// 2. The block tracker; from here on "latest" is the number it saw.
let seen = "0x0";
async function look() {
  seen = await ask("eth_blockNumber");
  check(quantity(seen), "eth_blockNumber is a quantity", seen);
  const block = await ask("eth_getBlockByNumber", [seen, false]);
  shaped(block, BLOCK, "the block seen");
  equal(block.number, seen, "the block asked for");
  return block;
}
await look();

// 3. What the account has; a token that is added by its address.
const balance = (of) => number("eth_getBalance", [of, seen]);
check((await balance(user.address)) > UNIT, "the account has money");
const erc20 = abi("IERC20");
const call = (functionName, args = []) => ({
  to: AT.ai,
  data: viem.encodeFunctionData({ abi: erc20, functionName, args }),
});
async function read(functionName, args) {
  const result = await ask("eth_call", [call(functionName, args), seen]);
  check(data(result), `eth_call of ${functionName} is data`, String(result));
  return viem.decodeFunctionResult({ abi: erc20, functionName, data: result });
}
equal(await read("symbol"), "AI", "symbol");
equal(await read("decimals"), 18, "decimals");
check((await read("name")).length > 0, "name");
// Is it a collectible? A contract that does not say so is none; the call itself must be answered.
for (const standard of ["0x80ac58cd", "0xd9b67a26"]) {
  const asked = `0x01ffc9a7${standard.slice(2).padEnd(64, "0")}`;
  const answer = await request("eth_call", [{ to: AT.ai, data: asked }, seen]);
  const none = answer.error === undefined ? BigInt(answer.result || "0x0") === 0n : true;
  check(none, "a token is no collectible", JSON.stringify(answer));
  if (answer.error !== undefined) {
    const { code, message } = answer.error;
    check(Number.isInteger(code) && message.length > 0, "an error has a code and a text");
  }
}

// Fees as its fee controller takes them from the last five blocks: 1.2 times the base fee, and a tip
// of no less than 1.5 gwei, whatever others pay.
const GWEI = 10n ** 9n;
async function fees() {
  const block = await look();
  const history = await ask("eth_feeHistory", ["0x5", seen, [10, 20, 30]]);
  shaped(
    history,
    {
      oldestBlock: quantity,
      baseFeePerGas: list(quantity),
      gasUsedRatio: list(ratio),
      reward: list((one) => list(quantity)(one) && one.length === 3),
    },
    "eth_feeHistory",
  );
  const count = BigInt(seen) - BigInt(history.oldestBlock) + 1n;
  check(count >= 1n && count <= 5n, "as many blocks as asked for", history.oldestBlock);
  equal(BigInt(history.baseFeePerGas.length), count + 1n, "base fees, and the next one's");
  equal(BigInt(history.gasUsedRatio.length), count, "ratios");
  equal(BigInt(history.reward.length), count, "rewards");
  const base = BigInt(history.baseFeePerGas.at(-1));
  equal(await number("eth_gasPrice"), base, "eth_gasPrice without a tip is the base fee");
  const tip = (3n * GWEI) / 2n;
  return { block, maxPriorityFeePerGas: tip, maxFeePerGas: (base * 12n) / 10n + tip };
}

// Estimates, signs, sends, and follows it until it is in a block.
async function send({ to, value = 0n, data: input }) {
  const { block, ...fee } = await fees();
  const params = { from: user.address, to, value: viem.toHex(value), type: "0x2" };
  if (input !== undefined) params.data = input;
  const most = (BigInt(block.gasLimit) * 19n) / 20n;
  const estimated = await number("eth_estimateGas", [{ ...params, gas: viem.toHex(most) }]);
  check(estimated >= 21_000n && estimated <= most, "an estimate", estimated);
  const gas = input === undefined ? estimated : (estimated * 3n) / 2n;
  const nonce = await number("eth_getTransactionCount", [user.address, seen]);
  const pending = await number("eth_getTransactionCount", [user.address, "pending"]);
  equal(pending, nonce, "nothing of it waits");
  const raw = await user.signTransaction({
    type: "eip1559", chainId: Number(CHAIN), nonce: Number(nonce), to, value, data: input, gas,
    ...fee,
  });
  const sent = await ask("eth_sendRawTransaction", [raw]);
  equal(sent, viem.keccak256(raw), "the hash is known beforehand");
  equal(
    await number("eth_getTransactionCount", [user.address, "pending"]),
    nonce + 1n,
    "the next nonce",
  );
  const receipt = await until("a receipt", async () => {
    return (await ask("eth_getTransactionReceipt", [sent])) ?? undefined;
  });
  shaped(receipt, RECEIPT, "the receipt");
  equal(receipt.transactionHash, sent, "whose receipt");
  equal([receipt.from, receipt.to], [user.address, to].map((one) => one.toLowerCase()), "parties");
  check(BigInt(receipt.gasUsed) <= gas, "no more gas than its limit");
  check(BigInt(receipt.effectiveGasPrice) <= fee.maxFeePerGas, "no dearer than allowed");
  // The block for its time and base fee, the transaction for the list of activity.
  const included = await ask("eth_getBlockByHash", [receipt.blockHash, false]);
  shaped(included, BLOCK, "its block");
  check(included.transactions.includes(sent), "the block lists it");
  const shown = await ask("eth_getTransactionByHash", [sent]);
  shaped(shown, TRANSACTION, "the transaction");
  equal([shown.hash, shown.blockHash], [sent, receipt.blockHash], "the same transaction");
  equal(BigInt(shown.nonce), nonce, "the nonce signed");
  equal(BigInt(shown.value), value, "the value signed");
  equal(BigInt(shown.gas), gas, "the gas signed");
  equal(shown.input, input ?? "0x", "the input signed");
  await look();
  return receipt;
}

// Gas used x price is what was paid, rounded down by less than a wei for each gas.
function paid(receipt, spent, what) {
  const [used, price] = [BigInt(receipt.gasUsed), BigInt(receipt.effectiveGasPrice)];
  const rest = spent - used * price;
  check(rest >= 0n && rest < used, what, `spent ${spent}, shown ${used * price}`);
}

// 4. Money.
equal(await ask("eth_getCode", [other, seen]), "0x", "an account has no code");
const value = UNIT + UNIT / 4n;
let [mine, theirs] = [await balance(user.address), await balance(other)];
let receipt = await send({ to: other, value });
equal((await balance(other)) - theirs, value, "what arrived");
paid(receipt, mine - (await balance(user.address)) - value, "the fee shown is the fee paid");
equal(receipt.logs.length > 0, true, "native money has logs of its own");

// 5. A token.
const code = await ask("eth_getCode", [AT.ai, seen]);
check(data(code) && code.length > 2, "a token has code", code);
const amount = 7n * UNIT;
const had = await read("balanceOf", [other]);
mine = await balance(user.address);
receipt = await send(call("transfer", [other, amount]));
equal((await read("balanceOf", [other])) - had, amount, "the tokens arrived");
paid(receipt, mine - (await balance(user.address)), "a token's fee");
const transfers = viem.parseEventLogs({ abi: erc20, eventName: "Transfer", logs: receipt.logs });
const moved = transfers.find((log) => log.args.to === other && log.address === AT.ai);
equal(moved?.args.value, amount, "the Transfer that activity is listed by");

// 6. What cannot succeed is said before it is signed, in words.
const poor = { from: other, ...call("transfer", [user.address, 10n ** 30n]), value: "0x0" };
const refused = await request("eth_estimateGas", [poor]);
check(refused.error?.message?.length > 0, "a refusal has a text", JSON.stringify(refused));
equal(refused.error.code, 3, "and is a revert");
finish();
