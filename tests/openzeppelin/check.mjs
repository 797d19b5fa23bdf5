// Checks settlement proofs with OpenZeppelin's own Merkle library, which shares no code with ours.
//
// A leaf is keccak256(bytes.concat(keccak256(abi.encode(epoch, account, asset, amount)))).

import { readFileSync } from "node:fs";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

const USAGE = `usage: node check.mjs FILE.json    check the proofs in a file
       node check.mjs --self-test  show that good proofs pass and bad ones fail

FILE.json, as \`workmint proof --all EPOCH --json\` prints it:
  {"leaf_encoding": ["uint256", "address", "address", "uint256"], "root": "0x..",
   "complete": true,   (all claims of the epoch are here: rebuild the tree as well)
   "claims": [{"epoch": "12", "account": "0x..", "asset": "0x..", "amount": "123",
               "proof": ["0x..", ...]}, ...]}

Exit code: 0 all passed, 1 a check failed, 2 wrong usage or an unreadable file.`;

const ENCODING = ["uint256", "address", "address", "uint256"];
const FIELDS = ["epoch", "account", "asset", "amount"];
const SHOWN_FAILURES = 20;

const leafOf = (claim) => FIELDS.map((field) => claim[field]);
const describe = (claim) => FIELDS.map((field) => `${field} ${claim[field]}`).join(", ");

/** The checks of one run: how many passed, and a line for each that did not. */
class Checks {
  passed = 0;
  failures = [];

  /** Counts one check; `test` may throw, which fails it. */
  expect(what, test) {
    let reason = "";
    try {
      if (test()) {
        this.passed += 1;
        return;
      }
    } catch (error) {
      reason = ` (${error.message})`;
    }
    this.failures.push(what + reason);
  }
}

/** The same claim with one field changed as little as possible. */
function tampered(claim, field) {
  const value = claim[field];
  if (field === "account" || field === "asset") {
    const last = Number.parseInt(value.at(-1), 16) ^ 1;
    return { ...claim, [field]: value.slice(0, -1) + last.toString(16) };
  }
  const number = BigInt(value);
  return { ...claim, [field]: String(number === 0n ? 1n : number - 1n) };
}

/** JSON numbers lose digits beyond 2^53, so every number must be a decimal string. */
function isWellFormed(claim) {
  const decimal = /^(0|[1-9][0-9]*)$/;
  const address = /^0x[0-9a-fA-F]{40}$/;
  const hash = /^0x[0-9a-fA-F]{64}$/;
  const matches = (value, pattern) => typeof value === "string" && pattern.test(value);
  return (
    matches(claim.epoch, decimal) &&
    matches(claim.account, address) &&
    matches(claim.asset, address) &&
    matches(claim.amount, decimal) &&
    Array.isArray(claim.proof) &&
    claim.proof.every((node) => matches(node, hash))
  );
}

function checkClaim(checks, root, claim) {
  const verifies = ({ proof, ...leaf }) =>
    StandardMerkleTree.verify(root, ENCODING, leafOf(leaf), proof);
  checks.expect(`proof does not lead to the root: ${describe(claim)}`, () => verifies(claim));
  for (const field of FIELDS) {
    const changed = tampered(claim, field);
    checks.expect(`proof still verifies with a changed ${field}: ${describe(changed)}`, () => {
      return !verifies(changed);
    });
  }
}

/** With all leaves at hand the library must arrive at the same root and the same proofs. */
function checkTree(checks, root, claims) {
  let tree;
  checks.expect(`the tree of all ${claims.length} claims has another root than ${root}`, () => {
    tree = StandardMerkleTree.of(claims.map(leafOf), ENCODING);
    return tree.root === root.toLowerCase();
  });
  if (tree === undefined) return;
  for (const [index, claim] of claims.entries()) {
    checks.expect(`proof differs from the library's: ${describe(claim)}`, () => {
      return tree.getProof(index).join() === claim.proof.join().toLowerCase();
    });
  }
}

/** Every check of one document. */
function checkDocument(document) {
  const checks = new Checks();
  const { leaf_encoding: encoding, root, claims } = document ?? {};
  checks.expect(`leaf_encoding must be ${JSON.stringify(ENCODING)}`, () => {
    return JSON.stringify(encoding) === JSON.stringify(ENCODING);
  });
  checks.expect("claims must be a list with at least one claim", () => claims.length > 0);
  checks.expect("root must be 32 bytes in hexadecimal", () => /^0x[0-9a-f]{64}$/i.test(root));
  if (checks.failures.length > 0) return checks;
  for (const [index, claim] of claims.entries()) {
    checks.expect(`claims[${index}] is malformed: ${JSON.stringify(claim)}`, () => {
      return isWellFormed(claim);
    });
  }
  if (checks.failures.length > 0) return checks;
  for (const claim of claims) checkClaim(checks, root, claim);
  if (document.complete === true) checkTree(checks, root, claims);
  return checks;
}

/** A document about `count` claims, its root and proofs made by the library. */
function sampleDocument(count) {
  const claims = Array.from({ length: count }, (_, index) => ({
    epoch: "12",
    account: `0x${(0xa11ce000 + index).toString(16).padStart(40, "0")}`,
    asset: `0x${"00".repeat(19)}01`,
    amount: String(10n ** 24n + BigInt(index)),
  }));
  const tree = StandardMerkleTree.of(claims.map(leafOf), ENCODING);
  return {
    leaf_encoding: ENCODING,
    root: tree.root,
    complete: true,
    claims: claims.map((claim, index) => ({ ...claim, proof: tree.getProof(index) })),
  };
}

/** Ways to spoil a document; each must make at least one check fail. */
const SPOILS = {
  "a changed amount": (document) => {
    document.claims[0].amount = String(BigInt(document.claims[0].amount) + 1n);
  },
  "a changed account": (document) => {
    document.claims[0].account = `0x${"77".repeat(20)}`;
  },
  "a changed amount, tree not rebuilt": (document) => {
    document.complete = false;
    document.claims[0].amount = "1";
  },
  "another root": (document) => {
    document.root = `0x${"ab".repeat(32)}`;
  },
  "an extra proof node": (document) => {
    document.claims[0].proof.push(`0x${"cd".repeat(32)}`);
  },
  "a claim left out": (document) => {
    document.claims.pop();
  },
  "account and asset exchanged": (document) => {
    const [claim] = document.claims;
    [claim.account, claim.asset] = [claim.asset, claim.account];
  },
  "an amount as a JSON number": (document) => {
    document.claims[0].amount = 123;
  },
  "another leaf encoding": (document) => {
    document.leaf_encoding = ["uint256", "address", "uint256"];
  },
  "no claims": (document) => {
    document.claims = [];
  },
};

function selfTest() {
  const checks = new Checks();
  for (const count of [1, 2, 3, 7, 64]) {
    checks.expect(`a good tree of ${count} fails`, () => {
      return checkDocument(sampleDocument(count)).failures.length === 0;
    });
    for (const [name, spoil] of Object.entries(SPOILS)) {
      const document = structuredClone(sampleDocument(count));
      spoil(document);
      checks.expect(`${name} in a tree of ${count} goes unnoticed`, () => {
        return checkDocument(document).failures.length > 0;
      });
    }
  }
  return checks;
}

function report(checks) {
  for (const failure of checks.failures.slice(0, SHOWN_FAILURES)) console.log(`FAIL ${failure}`);
  const hidden = checks.failures.length - SHOWN_FAILURES;
  if (hidden > 0) console.log(`... and ${hidden} more failures`);
  console.log(`${checks.passed} passed, ${checks.failures.length} failed`);
  return checks.failures.length === 0 ? 0 : 1;
}

function main([argument, ...rest]) {
  if (argument === "--help" || argument === "-h") {
    console.log(USAGE);
    return 0;
  }
  if (argument === undefined || rest.length > 0) {
    console.error(USAGE);
    return 2;
  }
  if (argument === "--self-test") return report(selfTest());
  if (argument.startsWith("-")) {
    console.error(`unknown option ${argument}\n\n${USAGE}`);
    return 2;
  }
  let document;
  try {
    document = JSON.parse(readFileSync(argument, "utf8"));
  } catch (error) {
    console.error(`${argument}: ${error.message}`);
    return 2;
  }
  return report(checkDocument(document));
}

process.exitCode = main(process.argv.slice(2));
