//! `workmint key`: the user's keys, as encrypted Ethereum keystore files.

mod change;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::io::Read;
use std::path::{Path, PathBuf};
use workmint_core::Address;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::keys::folder::{opening, read, write_new};
use crate::keys::keystore::{Cost, decrypt, encrypt};
use crate::keys::{Folder, Passphrase, PassphraseArguments, Secret, hex};
use crate::output::{COMMON, Out, Side, Table, print_json};

/// Most bytes of a key on standard input.
const MAX_INPUT: u64 = 65_536;

/// Make, import, list, show, export, re-encrypt and delete keys.
///
/// A key is an encrypted Ethereum keystore file (version 3) that geth, MetaMask and every Ethereum
/// library can import. Names and addresses both select a key.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  workmint key new alice\n  workmint key import bob UTC--2026-01-01--\
                        0123.json\n  workmint key import carol < key.hex\n  workmint key list\n  \
                        workmint key export alice --out alice.json\n  workmint key passwd \
                        alice\n  workmint key delete bob\n\n\
                        Exit codes: 0 success; 2 wrong input; 4 the machine refused to read or \
                        write."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    folder: FolderArguments,
}

/// Where keys lie.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct FolderArguments {
    /// Folder of the keys [default: workmint/keystore in XDG_DATA_HOME, or in ~/.local/share]
    #[arg(long, global = true, value_name = "DIR", env = "WORKMINT_KEYSTORE",
          help_heading = COMMON)]
    keystore: Option<PathBuf>,
}

impl FolderArguments {
    /// The folder.
    pub(crate) fn folder(&self) -> Result<Folder, Failure> {
        let path = self.keystore.clone().or_else(Folder::default_path);
        let missing = || Failure::input("--keystore: neither XDG_DATA_HOME nor HOME is set");
        path.map(|path| Folder::at(&path)).ok_or_else(missing)
    }
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a new key.
    #[command(after_help = "Example:\n  workmint key new alice")]
    New(New),
    /// Take in a key: a keystore file, or hexadecimal digits on standard input.
    #[command(after_help = "Example:\n  workmint key import carol < key.hex")]
    Import(Import),
    /// List the keys there are.
    #[command(after_help = "Example:\n  workmint key list")]
    List(List),
    /// Show a key's address and file; nothing secret.
    #[command(after_help = "Example:\n  workmint key show alice")]
    Show(change::Show),
    /// Write a key out: as a keystore file under its passphrase.
    #[command(after_help = "Example:\n  workmint key export alice --out alice.json")]
    Export(Export),
    /// Put a key under another passphrase: its file is replaced as a whole, or stays as it is.
    #[command(after_help = "Example:\n  workmint key passwd alice --new-password-file new.txt")]
    Passwd(change::Passwd),
    /// Delete a key, if its passphrase opens it. Without a copy what it owns is lost.
    #[command(after_help = "Example:\n  workmint key delete bob")]
    Delete(change::Delete),
}

#[derive(Debug, Args)]
struct New {
    /// What to call it
    name: String,
    #[command(flatten)]
    storing: Storing,
}

#[derive(Debug, Args)]
struct Storing {
    #[command(flatten)]
    passphrase: PassphraseArguments,
    /// Encrypt with less work: for keys that guard no money
    #[arg(long)]
    light: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Storing {
    fn cost(&self) -> Cost {
        if self.light { Cost::Light } else { Cost::Standard }
    }
}

#[derive(Debug, Args)]
struct Import {
    /// What to call it
    name: String,
    /// A keystore file; without it the private key is read from standard input as 64 hexadecimal
    /// digits
    file: Option<PathBuf>,
    #[command(flatten)]
    storing: Storing,
}

#[derive(Debug, Args)]
struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Export {
    /// Name or address of the key
    key: String,
    /// Write to this new file, readable by you alone, instead of to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the private key itself, unencrypted: whoever sees it owns the account
    #[arg(long)]
    unencrypted: bool,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let folder = arguments.folder.folder()?;
    match &arguments.action {
        Action::New(new) => {
            let secret = Secret::generate()?;
            folder.require_free(&new.name, &secret.address())?;
            let passphrase = Passphrase::new(&new.storing.passphrase, &new.name)?;
            store(&folder, &new.name, &secret, &passphrase, &new.storing)
        }
        Action::Import(import) => take_in(&folder, import),
        Action::List(list) => all(&folder, list.json),
        Action::Show(one) => change::show(&folder, one),
        Action::Export(export) => write_out(&folder, export),
        Action::Passwd(passwd) => change::passwd(&folder, passwd),
        Action::Delete(delete) => change::delete(&folder, delete),
    }
}

fn store(
    folder: &Folder,
    name: &str,
    secret: &Secret,
    passphrase: &Passphrase,
    storing: &Storing,
) -> Result<(), Failure> {
    let text = encrypt(secret, passphrase, storing.cost())?;
    let path = folder.store(name, &text)?;
    let address = secret.address();
    if storing.json {
        return print_json(&key_json(name, &address, &path));
    }
    let mut out = Out::stdout();
    out.line(format_args!("{name}  {address}"))?;
    out.line(format_args!("kept encrypted in {}", path.display()))?;
    out.finish()
}

fn take_in(folder: &Folder, import: &Import) -> Result<(), Failure> {
    let Import { name, file, storing } = import;
    match file {
        Some(path) => {
            let text = read(path)?;
            let what = path.display().to_string();
            let passphrase = Passphrase::existing(&storing.passphrase, &what)?;
            let secret = decrypt(&text, &passphrase).map_err(|error| opening(path, &error))?;
            folder.require_free(name, &secret.address())?;
            store(folder, name, &secret, &passphrase, storing)
        }
        None => {
            let mut text = Zeroizing::new(String::new());
            let read = std::io::stdin().lock().take(MAX_INPUT).read_to_string(&mut text);
            read.map_err(|error| Failure::reading("standard input", &error))?;
            let secret = Secret::from_hex(&text)?;
            folder.require_free(name, &secret.address())?;
            let passphrase = Passphrase::new(&storing.passphrase, name)?;
            store(folder, name, &secret, &passphrase, storing)
        }
    }
}

fn all(folder: &Folder, as_json: bool) -> Result<(), Failure> {
    let listing = folder.list()?;
    if as_json {
        let keys = listing.keys.iter();
        let keys: Vec<Value> =
            keys.map(|key| key_json(&key.name, &key.address, &key.path)).collect();
        let others = listing
            .others
            .iter()
            .map(|(path, reason)| json!({ "file": path.display().to_string(), "problem": reason }));
        return print_json(&json!({
            "keystore": folder.path().display().to_string(),
            "keys": keys,
            "unreadable": others.collect::<Vec<Value>>(),
        }));
    }
    let mut out = Out::stdout();
    if listing.keys.is_empty() {
        let path = folder.path().display();
        out.line(format_args!("No keys in {path}; make one with: workmint key new NAME"))?;
    } else {
        let mut table = Table::new(&[("name", Side::Left), ("address", Side::Left)]);
        for key in &listing.keys {
            table.row(vec![key.name.clone(), key.address.to_string()]);
        }
        table.print(&mut out)?;
    }
    for (path, reason) in &listing.others {
        out.line(format_args!("not a key: {}: {reason}", path.display()))?;
    }
    out.finish()
}

fn write_out(folder: &Folder, export: &Export) -> Result<(), Failure> {
    let entry = folder.find(&export.key)?;
    let text = match export.unencrypted {
        true => {
            let secret = folder.open(&entry, &export.passphrase)?;
            Zeroizing::new(format!("0x{}\n", hex(&*secret.bytes())))
        }
        false => {
            // Whoever names the passphrase wants to know that the file opens with it.
            if export.passphrase.password_file.is_some() {
                folder.open(&entry, &export.passphrase)?;
            }
            Zeroizing::new(read(&entry.path)?)
        }
    };
    match &export.out {
        Some(path) => write_new(path, &text),
        None => {
            let mut out = Out::stdout();
            out.text(&text)?;
            out.finish()
        }
    }
}

fn key_json(name: &str, address: &Address, path: &Path) -> Value {
    json!({
        "name": name,
        "address": address.to_string(),
        "file": path.display().to_string(),
    })
}
