// Compiles every Solidity interface with the real compiler and compares the ABI that it finds with
// the committed one, which our own tools make and wallets use.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import solc from "solc";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../crates/protocol/contracts");
const filesOf = (place, ending) => readdirSync(place).filter((name) => name.endsWith(ending)).sort();

let passed = 0;
const failures = [];
const expect = (what, holds) => (holds ? (passed += 1) : failures.push(what));

/** A type without the compiler's own name for it; names of parameters count. */
function bare(parameter) {
  const { name, type, indexed, components } = parameter;
  const kept = { name: name ?? "", type };
  if (indexed !== undefined) kept.indexed = indexed;
  if (components !== undefined) kept.components = components.map(bare);
  return kept;
}

/** One line for each function, event and error, in one order. */
function lines(abi) {
  const entry = ({ type, name, inputs, outputs, stateMutability, anonymous }) =>
    JSON.stringify({
      type, name, inputs: (inputs ?? []).map(bare), outputs: (outputs ?? []).map(bare),
      stateMutability: stateMutability ?? "", anonymous: anonymous ?? false,
    });
  return [...new Set(abi.map(entry))].sort();
}

const sources = {};
for (const name of filesOf(folder, ".sol")) {
  sources[name] = { content: readFileSync(join(folder, name), "utf8") };
}
const output = JSON.parse(solc.compile(JSON.stringify({
  language: "Solidity",
  sources,
  settings: { outputSelection: { "*": { "*": ["abi"] } } },
})));
for (const error of output.errors ?? []) {
  if (error.severity === "error") failures.push(error.formattedMessage.trim());
}

// By file: errors of all modules are in one file and one ABI.
const compiled = new Map();
for (const file of Object.keys(sources)) {
  const interfaces = Object.values(output.contracts?.[file] ?? {});
  if (interfaces.length > 0) {
    compiled.set(file.replace(/\.sol$/, ""), interfaces.flatMap((one) => one.abi));
  }
}
const committed = filesOf(join(folder, "abi"), ".json").map((name) => name.replace(/\.json$/, ""));
for (const name of committed) {
  const abi = JSON.parse(readFileSync(join(folder, "abi", `${name}.json`), "utf8"));
  expect(`${name}.json has no interface in a .sol file`, compiled.has(name));
  const [ours, theirs] = [lines(abi), lines(compiled.get(name) ?? [])];
  for (const line of ours) {
    expect(`${name}: the compiler does not find ${line}`, theirs.includes(line));
  }
  for (const line of theirs) {
    expect(`${name}: the committed ABI lacks ${line}`, ours.includes(line));
  }
}
for (const name of compiled.keys()) {
  expect(`${name} has no committed ABI`, committed.includes(name));
}
expect("nothing was compared", passed > 0);

failures.forEach((failure) => console.log(failure));
console.log(`solc ${solc.version()}, ${compiled.size} files with interfaces`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
