//! One key that there is: shown, put under another passphrase, deleted.

use clap::Args;

use super::key_json;
use crate::failure::Failure;
use crate::keys::folder::{remove, replace};
use crate::keys::keystore::{Cost, decrypt, encrypt};
use crate::keys::passphrase::NextPassphraseArguments;
use crate::keys::{Folder, Passphrase, PassphraseArguments};
use crate::output::{Out, print_json};
use crate::sending::agreed;

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Name or address of the key
    key: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Passwd {
    /// Name or address of the key
    key: String,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    #[command(flatten)]
    next: NextPassphraseArguments,
    /// Encrypt with less work: for keys that guard no money
    #[arg(long)]
    light: bool,
}

#[derive(Debug, Args)]
pub(super) struct Delete {
    /// Name or address of the key
    key: String,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Delete it without its passphrase, or a file of that name that is no key
    #[arg(long)]
    force: bool,
}

/// Prints where a key is and whose.
pub(super) fn show(folder: &Folder, show: &Show) -> Result<(), Failure> {
    let entry = folder.find(&show.key)?;
    if show.json {
        return print_json(&key_json(&entry.name, &entry.address, &entry.path));
    }
    let mut out = Out::stdout();
    out.line(format_args!("{}  {}", entry.name, entry.address))?;
    out.line(format_args!("kept encrypted in {}", entry.path.display()))?;
    out.finish()
}

/// Encrypts a key anew.
pub(super) fn passwd(folder: &Folder, passwd: &Passwd) -> Result<(), Failure> {
    let entry = folder.find(&passwd.key)?;
    let secret = folder.open(&entry, &passwd.passphrase)?;
    let next = Passphrase::next(&passwd.next, &entry.name)?;
    let cost = if passwd.light { Cost::Light } else { Cost::Standard };
    let text = encrypt(&secret, &next, cost)?;
    // The old file is gone after this: the new one must be known to open.
    let opened = decrypt(&text, &next).map_err(Failure::damage)?;
    if opened.address() != secret.address() {
        return Err(Failure::damage("the new file would hold another key; nothing was written"));
    }
    replace(&entry.path, &text)?;
    let mut out = Out::stdout();
    out.line(format_args!("{}  {}", entry.name, entry.address))?;
    out.line(format_args!("now under the new passphrase in {}", entry.path.display()))?;
    out.finish()
}

/// Deletes a key.
pub(super) fn delete(folder: &Folder, delete: &Delete) -> Result<(), Failure> {
    let (path, what) = match folder.find(&delete.key) {
        Ok(entry) => {
            if !delete.force {
                folder.open(&entry, &delete.passphrase).map_err(kept)?;
            }
            (entry.path, format!("the key {} of {}", entry.name, entry.address))
        }
        Err(missing) => match folder.unreadable(&delete.key)? {
            Some(path) if delete.force => (path, format!("{}, which is no key", delete.key)),
            Some(path) => {
                let path = path.display();
                return Err(Failure::Input(format!("{path} is no key; --force deletes it")));
            }
            None => return Err(missing),
        },
    };
    let question = format!(
        "Delete {what}? {} goes for good: without a copy what the key owns is lost.",
        path.display()
    );
    if !delete.yes && !agreed(&question)? {
        return Err(Failure::input("nothing was deleted"));
    }
    remove(&path)?;
    let mut out = Out::stdout();
    out.line(format_args!("deleted {what}: {}", path.display()))?;
    out.finish()
}

fn kept(why: Failure) -> Failure {
    match why {
        Failure::Input(text) => {
            Failure::Input(format!("{text}; nothing was deleted (--force does without it)"))
        }
        other => other,
    }
}
