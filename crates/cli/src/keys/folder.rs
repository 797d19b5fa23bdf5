//! The folder of keys: `NAME.json` for each, readable by its user alone.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use workmint_core::Address;

use super::Secret;
use super::keystore::{self, KeystoreError};
use super::passphrase::{Passphrase, PassphraseArguments};
use crate::failure::Failure;

const ENDING: &str = ".json";
/// A keystore file has about 500 bytes.
const MAX_BYTES: u64 = 65_536;
const LONGEST_NAME: usize = 64;

/// Words that values reserve: what they would mean as a name of a key is not what they mean.
const RESERVED: [&str; 12] = [
    "active",
    "all",
    "base",
    "closed",
    "false",
    "max",
    "none",
    "now",
    "open",
    "treasury",
    "true",
    "unlimited",
];

/// A folder of keystore files.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

/// A key in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What its user calls it.
    pub(crate) name: String,
    /// Its account.
    pub(crate) address: Address,
    /// The file.
    pub(crate) path: PathBuf,
}

/// What the folder holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    /// Keys, by name.
    pub(crate) keys: Vec<Entry>,
    /// Files that are none, with the reason.
    pub(crate) others: Vec<(PathBuf, String)>,
}

impl Folder {
    /// This folder; it need not exist yet.
    pub(crate) fn at(path: &Path) -> Self {
        Self(path.to_path_buf())
    }

    /// Where keys lie if nobody says otherwise: `workmint/keystore` in `XDG_DATA_HOME`, or in
    /// `.local/share` of the home directory.
    pub(crate) fn default_path() -> Option<PathBuf> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let data = set("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let data = data.or_else(|| Some(PathBuf::from(set("HOME")?).join(".local/share")));
        data.map(|data| data.join("workmint/keystore"))
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The keys in it; a folder that does not exist has none.
    pub(crate) fn list(&self) -> Result<Listing, Failure> {
        let name = self.0.display().to_string();
        let mut listing = Listing::default();
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(listing),
            Err(error) => return Err(Failure::reading(&name, &error)),
        };
        for entry in entries {
            let path = entry.map_err(|error| Failure::reading(&name, &error))?.path();
            let Some(name) = key_name(&path) else {
                continue;
            };
            match read(&path).and_then(|text| stated(&text)) {
                Ok(address) => listing.keys.push(Entry { name, address, path }),
                Err(error) => listing.others.push((path, error.to_string())),
            }
        }
        listing.keys.sort_by(|one, other| one.name.cmp(&other.name));
        listing.others.sort();
        Ok(listing)
    }

    /// Addresses of the keys by name.
    pub(crate) fn names(&self) -> Result<BTreeMap<String, Address>, Failure> {
        Ok(self.list()?.keys.into_iter().map(|key| (key.name, key.address)).collect())
    }

    /// The key with this name or address.
    pub(crate) fn find(&self, selector: &str) -> Result<Entry, Failure> {
        let listing = self.list()?;
        let address = selector.parse::<Address>().ok();
        let wanted = |entry: &&Entry| match address {
            Some(address) => entry.address == address,
            None => entry.name == selector,
        };
        if let Some(entry) = listing.keys.iter().find(wanted) {
            return Ok(entry.clone());
        }
        let names: Vec<&str> = listing.keys.iter().map(|entry| entry.name.as_str()).collect();
        let there = match names.is_empty() {
            true => "there are none yet; make one with: workmint key new NAME".to_owned(),
            false => format!("allowed: {}, or one of their addresses", names.join(", ")),
        };
        Err(Failure::Input(format!("no key \"{selector}\" in {}; {there}", self.0.display())))
    }

    /// The only key, or the error that names them.
    pub(crate) fn only(&self) -> Result<Entry, Failure> {
        let mut keys = self.list()?.keys;
        match (keys.pop(), keys.is_empty()) {
            (Some(entry), true) => Ok(entry),
            (Some(last), false) => {
                keys.push(last);
                let names: Vec<&str> = keys.iter().map(|entry| entry.name.as_str()).collect();
                let names = names.join(", ");
                Err(Failure::Input(format!("which key? Say it with --key; there are {names}")))
            }
            (None, _) => {
                let folder = self.0.display();
                let make = "make one with: workmint key new NAME";
                Err(Failure::Input(format!("there is no key in {folder}; {make}")))
            }
        }
    }

    /// Opens a key with its passphrase.
    pub(crate) fn open(
        &self,
        entry: &Entry,
        arguments: &PassphraseArguments,
    ) -> Result<Secret, Failure> {
        let text = read(&entry.path)?;
        let passphrase = Passphrase::existing(arguments, &entry.name)?;
        keystore::decrypt(&text, &passphrase).map_err(|error| opening(&entry.path, &error))
    }

    /// An error if a new key cannot have this name or this account, before anything is asked for.
    pub(crate) fn require_free(&self, name: &str, address: &Address) -> Result<(), Failure> {
        check_name(name)?;
        if RESERVED.contains(&name) {
            let words = RESERVED.join(", ");
            return Err(Failure::Input(format!(
                "key name \"{name}\": it means something else where a key's name may stand, as do \
                 {words}"
            )));
        }
        let listing = self.list()?;
        let path = self.file(name);
        if fs::symlink_metadata(&path).is_ok() {
            let path = path.display();
            return Err(Failure::Input(format!("a key \"{name}\" is there already: {path}")));
        }
        match listing.keys.iter().find(|entry| entry.address == *address) {
            Some(entry) => Err(Failure::Input(format!(
                "the key of {address} is there already, as \"{}\"",
                entry.name
            ))),
            None => Ok(()),
        }
    }

    /// Writes a new key: the whole file or none, never over another, durable.
    pub(crate) fn store(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        check_name(name)?;
        let path = self.file(name);
        self.make()?;
        write_new(&path, text)?;
        Ok(path)
    }

    /// Makes the folder, for its owner alone.
    pub(crate) fn make(&self) -> Result<(), Failure> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.0);
        made.map_err(|error| Failure::writing(&self.0.display().to_string(), &error))
    }

    /// The file of that name which is no key, if there is one.
    pub(crate) fn unreadable(&self, name: &str) -> Result<Option<PathBuf>, Failure> {
        let path = self.file(name);
        let others = self.list()?.others.into_iter();
        Ok(others.map(|(other, _)| other).find(|other| *other == path))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}{ENDING}"))
    }
}

/// What opening a keystore file failed on.
pub(crate) fn opening(path: &Path, error: &KeystoreError) -> Failure {
    Failure::Input(format!("{}: {error}", path.display()))
}

/// The text of a keystore file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let name = path.display().to_string();
    let size = fs::metadata(path).map_err(|error| Failure::reading(&name, &error))?.len();
    if size > MAX_BYTES {
        return Err(Failure::Input(format!("{name}: {size} bytes; allowed: {MAX_BYTES}")));
    }
    fs::read_to_string(path).map_err(|error| Failure::reading(&name, &error))
}

/// Writes a secret file that must not exist yet: mode 0600, whole and durable, or not at all.
pub(crate) fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let name = path.display().to_string();
    let unfinished = unfinished(path);
    // Unlike a rename, a link never replaces what is there.
    let written =
        write_unfinished(&unfinished, text).and_then(|()| fs::hard_link(&unfinished, path));
    fs::remove_file(&unfinished).ok();
    match written {
        Ok(()) => sync_folder(path).map_err(|error| Failure::writing(&name, &error)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Failure::Input(format!("{name} is there already")))
        }
        Err(error) => Err(Failure::writing(&name, &error)),
    }
}

/// Puts another text in the place of a secret file: the whole new one or the old one, durable.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let replaced = fs::canonicalize(path).and_then(|path| {
        let unfinished = unfinished(&path);
        // Only this process uses the name: what is there, an earlier one of its number left behind.
        fs::remove_file(&unfinished).ok();
        let written = write_unfinished(&unfinished, text);
        let written = written.and_then(|()| fs::rename(&unfinished, &path));
        if written.is_err() {
            fs::remove_file(&unfinished).ok();
        }
        written.map(|()| path)
    });
    let name = path.display().to_string();
    let replaced = replaced.map_err(|error| Failure::writing(&name, &error))?;
    sync_folder(&replaced).map_err(|error| {
        Failure::Machine(format!(
            "{name} is replaced, but whether its folder is on the disk nobody knows: {error}; \
             after a failure of power it may be the old file: keep both passphrases"
        ))
    })
}

/// Removes a file, durably.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    let name = path.display();
    fs::remove_file(path)
        .map_err(|error| Failure::Machine(format!("cannot remove {name}: {error}")))?;
    sync_folder(path).map_err(|error| {
        Failure::Machine(format!(
            "{name} is removed, but whether its folder is on the disk nobody knows: {error}; \
             after a failure of power it may be there again"
        ))
    })
}

/// Where a file is written before it has its name.
fn unfinished(path: &Path) -> PathBuf {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}.unfinished", std::process::id()));
    PathBuf::from(unfinished)
}

/// Writes a new file of mode 0600, durably.
fn write_unfinished(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Makes a name in a file's folder durable, or that it is gone.
fn sync_folder(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

fn stated(text: &str) -> Result<Address, Failure> {
    match keystore::address(text) {
        Ok(Some(address)) => Ok(address),
        Ok(None) => Err(Failure::input("it does not say its address; import it")),
        Err(error) => Err(Failure::input(error)),
    }
}

fn key_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.strip_suffix(ENDING)?;
    check_name(name).ok().map(|()| name.to_owned())
}

fn check_name(name: &str) -> Result<(), Failure> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let long = name.is_empty() || name.len() > LONGEST_NAME;
    if long || name.starts_with(['.', '-']) || !name.bytes().all(allowed) {
        return Err(Failure::Input(format!(
            "key name \"{name}\": allowed are 1 to {LONGEST_NAME} characters a-z A-Z 0-9 . _ -, \
             the first a letter, digit or _"
        )));
    }
    if name.starts_with("0x") {
        return Err(Failure::Input(format!("key name \"{name}\": 0x begins an address")));
    }
    Ok(())
}
