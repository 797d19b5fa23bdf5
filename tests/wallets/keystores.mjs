// Keystore files: those that `workmint key` writes open in ethers and eth-account, theirs in ours.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as ethers from "ethers";
import { check, equal, finish } from "./common.mjs";

const { WORKMINT_BINARY: workmint, WORKMINT_PYTHON: python, WORKMINT_SCRATCH: scratch } = process.env;
// Beyond ASCII, where programs disagree about bytes first.
const password = "größere Pässe 合い言葉";
const folder = `${scratch}/keystores`;
mkdirSync(folder, { recursive: true });
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("WORKMINT_")),
);

function key(...args) {
  const run = spawnSync(workmint, ["key", ...args], {
    env: { ...environment, WORKMINT_KEYSTORE: `${folder}/ours`, WORKMINT_PASSWORD: password },
    encoding: "utf8",
  });
  check(run.status === 0, `workmint key ${args.join(" ")}`, run.stderr);
  return run.stdout.trim();
}

// What eth-account says of a file, and files that it writes of a key.
function account(question) {
  const script = fileURLToPath(new URL("keystores.py", import.meta.url));
  const run = spawnSync(python, [script], { input: JSON.stringify(question), encoding: "utf8" });
  check(run.status === 0, "eth-account", run.stderr);
  return JSON.parse(run.stdout);
}

// 1. Ours, in the usual and the light form.
for (const [name, ...light] of [["usual"], ["light", "--light"]]) {
  key("new", name, ...light);
  const secret = key("export", name, "--unencrypted");
  const file = readFileSync(`${folder}/ours/${name}.json`, "utf8");
  const wallet = await ethers.Wallet.fromEncryptedJson(file, password);
  equal(wallet.privateKey, secret, `ethers opens our ${name} file`);
  const opened = account({ open: file, password });
  equal(opened.key, secret, `eth-account opens our ${name} file`);
  equal(opened.address, wallet.address, "both find the same address");
  const wrong = await ethers.Wallet.fromEncryptedJson(file, "wrong").catch((error) => error.code);
  equal(wrong, "INVALID_ARGUMENT", "another passphrase opens nothing");
}

// 2. Theirs.
const theirs = async (name, file, expected) => {
  writeFileSync(`${folder}/${name}.json`, file);
  key("import", name, `${folder}/${name}.json`, "--light");
  equal(key("export", name, "--unencrypted"), expected, `we open the file of ${name}`);
};
const wallet = new ethers.Wallet(ethers.id("a keystore of ethers"));
await theirs("ethers", await wallet.encrypt(password), wallet.privateKey);
for (const kdf of ["scrypt", "pbkdf2"]) {
  const secret = ethers.id(`a keystore of eth-account ${kdf}`);
  const { file } = account({ write: secret, password, kdf });
  await theirs(`eth-account-${kdf}`, file, secret);
}
finish();
