// viem, as it comes: everything a wallet or an application does.
import * as viem from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { AT, UNIT, abi, check, equal, finish, rpc, until, ws } from "./common.mjs";

const account = (name) => privateKeyToAccount(viem.keccak256(viem.toBytes(`wallets ${name}`)));
const [customer, provider, spender] = ["customer", "provider", "spender"].map((role) =>
  account(`viem ${role}`),
);

const transport = viem.http(rpc);
const open = viem.createPublicClient({ transport, pollingInterval: 50 });
const chain = viem.defineChain({
  id: await open.getChainId(),
  name: "Hanzo",
  nativeCurrency: { name: "HANZO", symbol: "HANZO", decimals: 18 },
  rpcUrls: { default: { http: [rpc] } },
});
const client = viem.createPublicClient({ chain, transport, pollingInterval: 50 });
const wallet = (account) => viem.createWalletClient({ account, chain, transport });
const wallets = new Map([customer, provider, spender].map((one) => [one, wallet(one)]));

const read = (address, name, functionName, args) =>
  client.readContract({ address, abi: abi(name), functionName, args });

async function write(from, address, name, functionName, args, more = {}) {
  const call = { account: from, chain, address, abi: abi(name), functionName, args, ...more };
  const hash = await wallets.get(from).writeContract(call);
  return client.waitForTransactionReceipt({ hash });
}

async function sent(...call) {
  const receipt = await write(...call);
  check(receipt.status === "success", `${call[3]} succeeds`, JSON.stringify(receipt.workmintError));
  return receipt;
}

const events = (name, receipt) => viem.parseEventLogs({ abi: abi(name), logs: receipt.logs });

// Subscriptions, open while everything else happens.
const live = viem.createPublicClient({ chain, transport: viem.webSocket(ws) });
const heads = [];
const blocks = [];
const created = [];
const stopHeads = live.watchBlocks({ onBlock: (block) => blocks.push(block.number) });
// `watchBlocks` asks for each block by itself and tells them in the order of the answers.
await live.transport.subscribe({
  params: ["newHeads"],
  onData: ({ result }) => heads.push(BigInt(result.number)),
});
const stopLogs = live.watchContractEvent({
  address: AT.jobs,
  abi: abi("IJobs"),
  eventName: "Created",
  onLogs: (logs) => created.push(...logs),
});

// 1. A native transfer.
const value = viem.parseEther("1.5");
const before = await client.getBalance({ address: spender.address });
const spent = await client.getBalance({ address: customer.address });
let hash = await wallets.get(customer).sendTransaction({ to: spender.address, value });
let receipt = await client.waitForTransactionReceipt({ hash });
equal(receipt.status, "success", "native transfer");
equal((await client.getBalance({ address: spender.address })) - before, value, "what arrived");
const fee = receipt.gasUsed * receipt.effectiveGasPrice;
equal(spent - (await client.getBalance({ address: customer.address })), value + fee, "what it cost");
equal(fee, UNIT / 100n, "the flat fee of the network's file");
const shown = await client.getTransaction({ hash });
equal(shown.value, value, "the transaction's value");
equal(shown.from, customer.address.toLowerCase(), "its sender");
const { transactions } = await client.getBlock({ blockHash: receipt.blockHash });
check(transactions.includes(hash), "its block", JSON.stringify(transactions));

// 2. ERC-20.
equal(await read(AT.ai, "IERC20", "symbol", []), "AI", "symbol");
equal(await read(AT.ai, "IERC20", "decimals", []), 18, "decimals");
const had = await read(AT.ai, "IERC20", "balanceOf", [provider.address]);
receipt = await sent(customer, AT.ai, "IERC20", "transfer", [provider.address, 7n * UNIT]);
const [moved] = events("IERC20", receipt).filter((log) => log.address === AT.ai);
equal(moved.eventName, "Transfer", "the log of a transfer");
equal(moved.args.value, 7n * UNIT, "its amount");
equal(moved.args.to, provider.address, "its recipient");
equal((await read(AT.ai, "IERC20", "balanceOf", [provider.address])) - had, 7n * UNIT, "balanceOf");

// 3. Approve and transferFrom.
await sent(customer, AT.ai, "IERC20", "approve", [spender.address, 5n * UNIT]);
const pull = [customer.address, provider.address, 2n * UNIT];
await sent(spender, AT.ai, "IERC20", "transferFrom", pull);
const left = await read(AT.ai, "IERC20", "allowance", [customer.address, spender.address]);
equal(left, 3n * UNIT, "what is left of the allowance");

// 4. Collateral, stake.
await sent(provider, AT.registry, "IRegistry", "registerParticipant", [
  spender.address,
  viem.zeroAddress,
]);
await sent(provider, AT.registry, "IRegistry", "registerNode", [1, [0]]);
await sent(provider, AT.collateral, "ICollateral", "deposit", [10n * UNIT]);
const [active] = await read(AT.collateral, "ICollateral", "collateralOf", [provider.address]);
equal(active, 10n * UNIT, "collateral");
await sent(provider, AT.stake, "IStake", "depositStake", [1000n * UNIT, 0n]);

// 5. A job.
await sent(provider, AT.jobs, "IJobs", "putOffer", [0, 0, 100_000n]);
const number = await read(AT.jobs, "IJobs", "nextJob", [customer.address]);
const input = viem.keccak256(viem.toBytes("the input"));
receipt = await sent(customer, AT.jobs, "IJobs", "createJob", [
  0,
  100n,
  0,
  60_000,
  10n * UNIT,
  input,
  provider.address,
]);
const [job] = events("IJobs", receipt).filter((log) => log.eventName === "Created");
equal(job.args.number, number, "the job's number");
await sent(provider, AT.jobs, "IJobs", "acceptJob", [customer.address, number]);
const told = await read(AT.jobs, "IJobs", "jobOf", [customer.address, number]);
equal(told[5], provider.address, "who does the job");

// 6. Logs, by filter.
const found = await client.getContractEvents({
  address: AT.jobs,
  abi: abi("IJobs"),
  eventName: "Created",
  args: { customer: customer.address },
  fromBlock: 0n,
});
equal(found.length, 1, "logs by filter");
equal(found[0].transactionHash, receipt.transactionHash, "the log's transaction");

// 7. A custom error, before anything is sent.
const tooMuch = {
  account: customer,
  address: AT.ai,
  abi: abi("IERC20"),
  functionName: "transfer",
  args: [provider.address, 10n ** 30n],
};
const revert = (error) => error.walk((one) => one instanceof viem.ContractFunctionRevertedError);
for (const ask of ["simulateContract", "estimateContractGas"]) {
  const error = await client[ask](tooMuch).then(() => undefined, revert);
  check(error?.data !== undefined, `${ask} decodes the custom error`, String(error));
  equal(error.data.args[0], 104, `${ask}: the error's number`);
}

// 8. A custom error of a transaction that failed in its block.
receipt = await write(spender, AT.ai, "IERC20", "transferFrom", [
  provider.address,
  spender.address,
  UNIT,
], { gas: 100_000n });
equal(receipt.status, "reverted", "no allowance");
const decoded = viem.decodeErrorResult({ abi: abi("IERC20"), data: receipt.revertReason });
equal(decoded.args[0], 109, "the failed transaction's error");

// 9. A session, and a voucher signed off-line.
await sent(customer, AT.sessions, "ISessions", "openSession", [
  provider.address,
  0,
  10n * UNIT,
  2n ** 128n - 1n,
  0,
  0n,
]);
const session = (await read(AT.sessions, "ISessions", "nextSession", [customer.address])) - 1n;
const [, name, version, chainId, , salt] = await read(AT.network, "INetwork", "eip712Domain", []);
const voucher = { session, cumulative: 4n * UNIT };
const typed = {
  domain: { name, version, chainId: Number(chainId), salt },
  types: {
    Voucher: [
      { name: "session", type: "uint64" },
      { name: "cumulative", type: "uint256" },
    ],
  },
  primaryType: "Voucher",
  message: voucher,
};
const signature = await customer.signTypedData(typed);
const redeem = [customer.address, voucher, signature];
await sent(provider, AT.sessions, "ISessions", "redeemVoucher", redeem);
const taken = await read(AT.sessions, "ISessions", "sessionOf", [customer.address, session]);
equal(taken[4], 4n * UNIT, "what the session paid");
const forged = [customer.address, voucher, await spender.signTypedData(typed)];
const refused = await write(provider, AT.sessions, "ISessions", "redeemVoucher", forged).catch(
  (error) => error.message,
);
check(/signature/.test(refused), "somebody else's voucher is refused", refused);

// 10. A settled epoch's reward.
const { epoch } = await until("a settled epoch with a reward", async () => {
  const [now] = await read(AT.network, "INetwork", "openEpoch", []);
  for (let epoch = now - 1n; epoch >= 0n; epoch -= 1n) {
    const args = [epoch, provider.address];
    const claim = await read(AT.settlement, "ISettlement", "claimable", args).catch(() => [[], []]);
    if (claim[1].some((amount) => amount > 0n)) return { epoch };
  }
});
const poor = await read(AT.ai, "IERC20", "balanceOf", [provider.address]);
receipt = await sent(provider, AT.settlement, "ISettlement", "claim", [epoch]);
const paid = events("IERC20", receipt).filter(
  (log) => log.eventName === "Transfer" && log.args.to === provider.address,
);
const sum = paid.reduce((sum, log) => sum + log.args.value, 0n);
check(sum > 0n, "the claim pays");
equal((await read(AT.ai, "IERC20", "balanceOf", [provider.address])) - poor, sum, "the reward");

// 11. What the subscriptions told.
await until("a head over the WebSocket", () => heads.length > 3);
check(heads.every((head, at) => at === 0 || head === heads[at - 1] + 1n), "heads ascend by one");
await until("the block of every head", () => heads.slice(1, -1).every((head) => blocks.includes(head)));
const mine = await until("the job over the WebSocket", () =>
  created.find((log) => log.args.customer === customer.address),
);
equal(mine.transactionHash, job.transactionHash, "the same log");
stopHeads();
stopLogs();
finish();
