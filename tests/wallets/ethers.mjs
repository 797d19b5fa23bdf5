// ethers, as it comes: everything a wallet or an application does.
import * as ethers from "ethers";
import { AT, UNIT, abi, check, equal, finish, rpc, until, ws } from "./common.mjs";

// Without its cache, which repeats a nonce for a quarter of a second.
const provider = new ethers.JsonRpcProvider(rpc, undefined, {
  cacheTimeout: -1,
  pollingInterval: 50,
});
const wallet = (role) => new ethers.Wallet(ethers.id(`wallets ethers ${role}`), provider);
const [customer, host, spender] = ["customer", "provider", "spender"].map(wallet);
const at = (address, name, runner = provider) => new ethers.Contract(address, abi(name), runner);
const call = async (from, address, name, method, ...args) => {
  const sent = await at(address, name, from)[method](...args);
  return sent.wait();
};
const events = (name, receipt) =>
  receipt.logs
    .map((log) => new ethers.Interface(abi(name)).parseLog(log))
    .filter((event) => event !== null);

// Subscriptions, open while everything else happens.
const live = new ethers.WebSocketProvider(ws);
const heads = [];
const created = [];
await live.on("block", (number) => heads.push(number));
await at(AT.jobs, "IJobs", live).on("Created", (...args) => created.push(args.at(-1)));

// 1. A native transfer.
const value = ethers.parseEther("1.5");
const before = await provider.getBalance(spender.address);
const spent = await provider.getBalance(customer.address);
const sent = await customer.sendTransaction({ to: spender.address, value });
let receipt = await sent.wait();
equal(receipt.status, 1, "native transfer");
equal((await provider.getBalance(spender.address)) - before, value, "what arrived");
equal(spent - (await provider.getBalance(customer.address)), value + receipt.fee, "what it cost");
equal(receipt.fee, UNIT / 100n, "the flat fee of the network's file");
const shown = await provider.getTransaction(sent.hash);
equal(shown.value, value, "the transaction's value");
equal(shown.from, customer.address, "its sender");
const block = await provider.getBlock(receipt.blockNumber, true);
equal(block.prefetchedTransactions.some((one) => one.hash === sent.hash), true, "its block");

// 2. ERC-20.
const ai = at(AT.ai, "IERC20");
equal(await ai.symbol(), "AI", "symbol");
equal(await ai.decimals(), 18n, "decimals");
const had = await ai.balanceOf(host.address);
receipt = await call(customer, AT.ai, "IERC20", "transfer", host.address, 7n * UNIT);
const moved = events("IERC20", receipt).filter((event) => event.args.to === host.address);
equal(moved[0].name, "Transfer", "the log of a transfer");
equal(moved[0].args.value, 7n * UNIT, "its amount");
equal((await ai.balanceOf(host.address)) - had, 7n * UNIT, "balanceOf");

// 3. Approve and transferFrom.
await call(customer, AT.ai, "IERC20", "approve", spender.address, 5n * UNIT);
const pull = [customer.address, host.address, 2n * UNIT];
await call(spender, AT.ai, "IERC20", "transferFrom", ...pull);
equal(await ai.allowance(customer.address, spender.address), 3n * UNIT, "what is left of it");

// 4. Collateral, stake.
const owner = spender.address;
await call(host, AT.registry, "IRegistry", "registerParticipant", owner, ethers.ZeroAddress);
await call(host, AT.registry, "IRegistry", "registerNode", 1, [0]);
await call(host, AT.collateral, "ICollateral", "deposit", 10n * UNIT);
const collateral = await at(AT.collateral, "ICollateral").collateralOf(host.address);
equal(collateral.active, 10n * UNIT, "collateral");
await call(host, AT.stake, "IStake", "depositStake", 1000n * UNIT, 0);

// 5. A job.
await call(host, AT.jobs, "IJobs", "putOffer", 0, 0, 100_000);
const jobs = at(AT.jobs, "IJobs");
const number = await jobs.nextJob(customer.address);
const input = ethers.id("the input");
const order = [0, 100, 0, 60_000, 10n * UNIT, input, host.address];
const made = await call(customer, AT.jobs, "IJobs", "createJob", ...order);
const job = events("IJobs", made).find((event) => event.name === "Created");
equal(job.args.number, number, "the job's number");
await call(host, AT.jobs, "IJobs", "acceptJob", customer.address, number);
equal((await jobs.jobOf(customer.address, number)).provider, host.address, "who does the job");

// 6. Logs, by filter.
const found = await jobs.queryFilter(jobs.filters.Created(customer.address), 0);
equal(found.length, 1, "logs by filter");
equal(found[0].transactionHash, made.hash, "the log's transaction");

// 7. A custom error, before anything is sent.
const rich = at(AT.ai, "IERC20", customer);
for (const way of ["staticCall", "estimateGas"]) {
  const error = await rich.transfer[way](host.address, 10n ** 30n).catch((error) => error);
  equal(error.code, "CALL_EXCEPTION", `${way} is refused`);
  const revert = error.revert ?? rich.interface.parseError(error.data);
  equal(revert.args[0], 104n, `${way}: the error's number`);
}

// 8. A custom error of a transaction that failed in its block.
const failing = await at(AT.ai, "IERC20", spender).transferFrom(
  host.address,
  spender.address,
  UNIT,
  { gasLimit: 100_000 },
);
const failed = await failing.wait().catch((error) => error);
equal(failed.code, "CALL_EXCEPTION", "no allowance");
equal(failed.receipt.status, 0, "the failed transaction's status");
const raw = await provider.send("eth_getTransactionReceipt", [failing.hash]);
equal(ai.interface.parseError(raw.revertReason).args[0], 109n, "the failed transaction's error");

// 9. A session, and a voucher signed off-line.
const opened = [host.address, 0, 10n * UNIT, 2n ** 128n - 1n, 0, 0];
await call(customer, AT.sessions, "ISessions", "openSession", ...opened);
const sessions = at(AT.sessions, "ISessions");
const session = (await sessions.nextSession(customer.address)) - 1n;
const domain = await at(AT.network, "INetwork").eip712Domain();
const { name, version, chainId, salt } = domain;
const types = {
  Voucher: [
    { name: "session", type: "uint64" },
    { name: "cumulative", type: "uint256" },
  ],
};
const voucher = { session, cumulative: 4n * UNIT };
const signed = (by) => by.signTypedData({ name, version, chainId, salt }, types, voucher);
const redeem = [customer.address, voucher, await signed(customer)];
await call(host, AT.sessions, "ISessions", "redeemVoucher", ...redeem);
const taken = await sessions.sessionOf(customer.address, session);
equal(taken.taken, 4n * UNIT, "what the session paid");
const forged = [customer.address, voucher, await signed(spender)];
const refused = await call(host, AT.sessions, "ISessions", "redeemVoucher", ...forged).catch(
  (error) => sessions.interface.parseError(error.data),
);
equal(refused?.args?.[0], 3025n, "somebody else's voucher is refused");

// 10. A settled epoch's reward.
const settlement = at(AT.settlement, "ISettlement");
const { epoch } = await until("a settled epoch with a reward", async () => {
  const [now] = await at(AT.network, "INetwork").openEpoch();
  for (let epoch = now - 1n; epoch >= 0n; epoch -= 1n) {
    const claim = await settlement.claimable(epoch, host.address).catch(() => ({ amounts: [] }));
    if (claim.amounts.some((amount) => amount > 0n)) return { epoch };
  }
});
const poor = await ai.balanceOf(host.address);
receipt = await call(host, AT.settlement, "ISettlement", "claim", epoch);
const paid = events("IERC20", receipt).filter((event) => event.args.to === host.address);
const sum = paid.reduce((sum, event) => sum + event.args.value, 0n);
check(sum > 0n, "the claim pays");
equal((await ai.balanceOf(host.address)) - poor, sum, "the reward");

// 11. What the subscriptions told.
await until("a head over the WebSocket", () => heads.length > 3);
check(heads.every((head, at) => at === 0 || head > heads[at - 1]), "heads ascend");
const mine = await until("the job over the WebSocket", () =>
  created.find((event) => event.args.customer === customer.address),
);
equal(mine.log.transactionHash, made.hash, "the same log");
await live.destroy();
finish();
