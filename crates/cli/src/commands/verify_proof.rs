//! `workmint verify-proof`: checks proofs with nothing but the file.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;
use serde_json::json;
use workmint_amounts::Amount;
use workmint_core::tree::{Leaf, root, verify};
use workmint_core::{Address, Hash};

use crate::failure::Failure;
use crate::output::{Out, counted, grouped, print_json};
use workmint_answers::proof::LEAF_ENCODING;

/// What to verify.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  workmint verify-proof claims.json\n  \
                  workmint proof --data-dir workmint-data/demo-gonka 3 0x5aAe.. --json | \
                  workmint verify-proof -\n  \
                  workmint verify-proof claims.json --root 0x12..\n\n\
                  Exit codes: 0 every proof leads to the root; 1 one does not; 2 no such form.")]
pub(crate) struct Arguments {
    /// The JSON that `workmint proof` or `workmint settle --proofs` printed; - for standard input.
    file: PathBuf,
    /// The root to trust, from the chain or a contract; without it the file's own.
    #[arg(long, value_name = "0x..")]
    root: Option<String>,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

/// The fields that matter; others may stand beside them.
#[derive(Deserialize)]
struct Document {
    leaf_encoding: Vec<String>,
    root: String,
    #[serde(default)]
    complete: bool,
    claims: Vec<Claim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    epoch: String,
    account: String,
    asset: String,
    amount: String,
    proof: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let name = arguments.file.display().to_string();
    let text = read(&arguments.file)?;
    let document: Document = serde_json::from_str(&text).map_err(|error| {
        Failure::Input(format!(
            "{name}:{}:{}: this is no proof: {error}",
            error.line(),
            error.column()
        ))
    })?;
    let wrong = |what: String| Failure::Input(format!("{name}: {what}"));
    if document.leaf_encoding != LEAF_ENCODING {
        return Err(wrong(format!("leaf_encoding: allowed: {}", json!(LEAF_ENCODING))));
    }
    if document.claims.is_empty() {
        return Err(wrong("claims: the list is empty; allowed: at least one".to_owned()));
    }
    let stated = hash("root", &document.root).map_err(wrong)?;
    let trusted = match &arguments.root {
        Some(text) => hash("--root", text).map_err(Failure::Input)?,
        None => stated,
    };
    let mut bad = Vec::new();
    let mut leaves = Vec::with_capacity(document.claims.len());
    for (at, claim) in document.claims.iter().enumerate() {
        let place = |what: String| wrong(format!("claims[{at}].{what}"));
        let (leaf, proof) = claim.read().map_err(place)?;
        if !verify(&trusted, &leaf, &proof) {
            bad.push(format!("claims[{at}] of {}", leaf.account));
        }
        leaves.push(leaf.hash());
    }
    let (count, failed) = (document.claims.len(), bad.len());
    if document.complete && root(leaves) != trusted {
        bad.push("the tree of all claims has another root".to_owned());
    }
    if arguments.json {
        print_json(&json!({
            "root": trusted.to_string(),
            "claims": count.to_string(),
            "valid": bad.is_empty(),
            "failed": bad,
        }))?;
    } else if bad.is_empty() {
        let mut out = Out::stdout();
        let whole = if document.complete { ", and together they are the whole tree" } else { "" };
        let (proofs, lead) =
            (counted(count as u64, "proof"), if count == 1 { "leads" } else { "lead" });
        out.line(format_args!("valid: {proofs} {lead} to root {trusted}{whole}"))?;
        out.finish()?;
    }
    match bad.first() {
        None => Ok(()),
        Some(_) if failed == 0 => Err(Failure::Check(format!(
            "{name}: every proof leads to root {trusted}, but claims are missing or \
             named twice: together they have another root"
        ))),
        Some(first) => Err(Failure::Check(format!(
            "{name}: {} of {} {} not lead to root {trusted}: {first}",
            grouped(failed as u64),
            counted(count as u64, "proof"),
            if failed == 1 { "does" } else { "do" }
        ))),
    }
}

impl Claim {
    fn read(&self) -> Result<(Leaf, Vec<Hash>), String> {
        let number = |field: &str, text: &str| {
            text.parse::<Amount>().map_err(|error| format!("{field}: \"{text}\": {error}"))
        };
        let address = |field: &str, text: &str| {
            text.parse::<Address>().map_err(|error| format!("{field}: \"{text}\": {error}"))
        };
        let epoch = number("epoch", &self.epoch)?;
        let epoch = u64::try_from(epoch.get())
            .map_err(|_| format!("epoch: \"{}\"; allowed: 0 to 2^64 - 1", self.epoch))?;
        let leaf = Leaf {
            epoch,
            account: address("account", &self.account)?,
            asset: address("asset", &self.asset)?,
            amount: number("amount", &self.amount)?,
        };
        let nodes = self.proof.iter().enumerate();
        let proof = nodes.map(|(at, text)| hash(&format!("proof[{at}]"), text));
        Ok((leaf, proof.collect::<Result<Vec<Hash>, String>>()?))
    }
}

fn hash(field: &str, text: &str) -> Result<Hash, String> {
    text.parse::<Hash>().map_err(|error| format!("{field}: \"{text}\": {error}"))
}

fn read(path: &Path) -> Result<String, Failure> {
    let name = path.display().to_string();
    let read = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    read.map_err(|error| Failure::reading(&name, &error))
}
