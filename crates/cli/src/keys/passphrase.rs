//! Where passphrases come from: a file, the environment, or a prompt; never an argument, which
//! every process of the machine could read.

use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::output::COMMON;

/// The environment variable with the passphrase.
pub(crate) const VARIABLE: &str = "WORKMINT_PASSWORD";
/// Fewest characters of a new key's passphrase.
const FEWEST: usize = 8;
/// How to give a passphrase where nobody is there to ask.
const GIVE: &str = "--password-file FILE or WORKMINT_PASSWORD";
const GIVE_NEXT: &str = "--new-password-file FILE";

/// Options that say where the passphrase is.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PassphraseArguments {
    /// Read the passphrase from the first line of this file; without it from the environment
    /// variable WORKMINT_PASSWORD, else it is asked for
    #[arg(long, global = true, value_name = "FILE", env = "WORKMINT_PASSWORD_FILE",
          help_heading = COMMON)]
    pub(crate) password_file: Option<PathBuf>,
}

/// Where the next passphrase of a key is.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct NextPassphraseArguments {
    /// Read the new passphrase from the first line of this file; without it it is asked for
    #[arg(long, value_name = "FILE", env = "WORKMINT_NEW_PASSWORD_FILE")]
    new_password_file: Option<PathBuf>,
}

/// What a key is encrypted with; erased from memory when it is dropped, never printed.
pub(crate) struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// A given one.
    pub(crate) fn of(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The passphrase of a key that there is.
    pub(crate) fn existing(arguments: &PassphraseArguments, what: &str) -> Result<Self, Failure> {
        match Self::given(arguments)? {
            Some(passphrase) => Ok(passphrase),
            None => ask(&format!("Passphrase of {what}: "), GIVE),
        }
    }

    /// The passphrase of a new key: asked for twice, and not too short.
    pub(crate) fn new(arguments: &PassphraseArguments, what: &str) -> Result<Self, Failure> {
        Self::given(arguments)?.map_or_else(|| ask_twice(what, GIVE), Self::required_long)
    }

    /// The passphrase that a key gets instead of its own: asked for twice, and not too short.
    pub(crate) fn next(arguments: &NextPassphraseArguments, what: &str) -> Result<Self, Failure> {
        match &arguments.new_password_file {
            Some(path) => Self::of_file(path)?.required_long(),
            None => ask_twice(what, GIVE_NEXT),
        }
    }

    fn required_long(self) -> Result<Self, Failure> {
        if self.0.chars().count() < FEWEST {
            return Err(Failure::Input(format!(
                "the passphrase is too short; allowed: {FEWEST} characters or more"
            )));
        }
        Ok(self)
    }

    fn given(arguments: &PassphraseArguments) -> Result<Option<Self>, Failure> {
        if let Some(path) = &arguments.password_file {
            return Self::of_file(path).map(Some);
        }
        match std::env::var(VARIABLE).map(Zeroizing::new) {
            Ok(text) => Ok(Some(Self(text))),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(Failure::Input(format!("{VARIABLE} is not UTF-8")))
            }
        }
    }

    /// The first line of a file.
    fn of_file(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|error| Failure::reading(&name, &error))?;
        Ok(Self::of(text.lines().next().unwrap_or_default()))
    }
}

fn ask_twice(what: &str, instead: &str) -> Result<Passphrase, Failure> {
    let prompt = format!("New passphrase for {what}, {FEWEST} characters or more: ");
    let first = ask(&prompt, instead)?.required_long()?;
    let second = ask("The same again: ", instead)?;
    if first.0 != second.0 {
        return Err(Failure::input("the two passphrases differ; nothing was written"));
    }
    Ok(first)
}

/// `instead` says how to give it where nobody is there to ask.
fn ask(prompt: &str, instead: &str) -> Result<Passphrase, Failure> {
    match rpassword::prompt_password(prompt) {
        Ok(text) => Ok(Passphrase(Zeroizing::new(text))),
        Err(error) => {
            Err(Failure::Input(format!("cannot ask for the passphrase ({error}); give {instead}")))
        }
    }
}
