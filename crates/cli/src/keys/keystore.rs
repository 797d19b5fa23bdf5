//! One keystore file: version 3 of the Web3 Secret Storage, that geth, MetaMask and every Ethereum
//! library read. The key is encrypted by AES-128 in counter mode under a key that scrypt derives
//! from the passphrase; a keccak-256 over half of that tells a wrong passphrase.

use aes::Aes128;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use hmac::Hmac;
use rand::RngCore;
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};
use sha2_10::Sha256;
use std::fmt;
use workmint_core::Address;
use zeroize::Zeroizing;

use super::passphrase::Passphrase;
use super::{Secret, hex, unhex};
use crate::failure::Failure;

const VERSION: u32 = 3;
const CIPHER: &str = "aes-128-ctr";
/// What scrypt may cost for files of others: 1 GiB of memory, and four times geth's work.
const MAX_LOG_N: u32 = 20;
const MAX_WORK: u64 = 1 << 23;
const MAX_ROUNDS: u32 = 10_000_000;

/// How dear a passphrase is to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cost {
    /// geth's standard: scrypt with N = 2^18; 256 MiB and about a second for each guess.
    Standard,
    /// geth's light form: N = 2^12, p = 6; for keys that guard no money, and small machines.
    Light,
}

/// The file.
#[derive(Serialize, Deserialize)]
struct File {
    address: Option<String>,
    #[serde(alias = "Crypto")]
    crypto: Crypto,
    id: String,
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct Crypto {
    cipher: String,
    ciphertext: String,
    cipherparams: CipherParameters,
    #[serde(flatten)]
    kdf: Kdf,
    mac: String,
}

#[derive(Serialize, Deserialize)]
struct CipherParameters {
    iv: String,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kdf", content = "kdfparams", rename_all = "lowercase")]
enum Kdf {
    Scrypt { dklen: u32, n: u32, p: u32, r: u32, salt: String },
    Pbkdf2 { c: u32, dklen: u32, prf: String, salt: String },
}

/// Why a keystore file gives no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeystoreError {
    /// The text is none, or asks for what we do not do.
    Form(String),
    /// The passphrase does not open it.
    Passphrase,
}

impl fmt::Display for KeystoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(what) => write!(formatter, "not a keystore file of version 3: {what}"),
            Self::Passphrase => formatter.write_str("the passphrase is wrong"),
        }
    }
}

fn form(what: impl Into<String>) -> KeystoreError {
    KeystoreError::Form(what.into())
}

/// The text of a new keystore file.
pub(crate) fn encrypt(
    secret: &Secret,
    passphrase: &Passphrase,
    cost: Cost,
) -> Result<String, Failure> {
    let (salt, iv, id) = (random::<32>()?, random::<16>()?, random::<16>()?);
    let (n, p) = match cost {
        Cost::Standard => (1 << 18, 1),
        Cost::Light => (1 << 12, 6),
    };
    let kdf = Kdf::Scrypt { dklen: 32, n, p, r: 8, salt: hex(&salt) };
    let derived = kdf.derive(passphrase).map_err(Failure::damage)?;
    let mut ciphertext = secret.bytes();
    crypt(&derived, &iv, &mut *ciphertext);
    let file = File {
        address: Some(hex(secret.address().as_bytes())),
        crypto: Crypto {
            cipher: CIPHER.to_owned(),
            ciphertext: hex(&*ciphertext),
            cipherparams: CipherParameters { iv: hex(&iv) },
            kdf,
            mac: hex(&mac(&derived, &*ciphertext)),
        },
        id: uuid(id),
        version: VERSION,
    };
    let mut text = serde_json::to_string_pretty(&file).map_err(Failure::damage)?;
    text.push('\n');
    Ok(text)
}

/// The key in a keystore file.
pub(crate) fn decrypt(text: &str, passphrase: &Passphrase) -> Result<Secret, KeystoreError> {
    let file = parse(text)?;
    let crypto = &file.crypto;
    if crypto.cipher != CIPHER {
        return Err(form(format!("crypto.cipher is \"{}\"; allowed: {CIPHER}", crypto.cipher)));
    }
    let ciphertext = bytes::<32>("crypto.ciphertext", &crypto.ciphertext)?;
    let iv = bytes::<16>("crypto.cipherparams.iv", &crypto.cipherparams.iv)?;
    let expected = bytes::<32>("crypto.mac", &crypto.mac)?;
    let derived = crypto.kdf.derive(passphrase)?;
    if mac(&derived, &ciphertext) != expected {
        return Err(KeystoreError::Passphrase);
    }
    let mut plain = Zeroizing::new(ciphertext);
    crypt(&derived, &iv, &mut *plain);
    let secret = Secret::from_bytes(&plain).ok_or_else(|| form("it holds no secp256k1 key"))?;
    match stated(&file)? {
        Some(address) if address != secret.address() => {
            Err(form(format!("it says {address} but holds the key of {}", secret.address())))
        }
        _ => Ok(secret),
    }
}

/// The address that a keystore file says it is for; some programs leave it out.
pub(crate) fn address(text: &str) -> Result<Option<Address>, KeystoreError> {
    stated(&parse(text)?)
}

fn parse(text: &str) -> Result<File, KeystoreError> {
    let file: File = serde_json::from_str(text).map_err(|error| form(error.to_string()))?;
    match file.version {
        VERSION => Ok(file),
        other => Err(form(format!("version is {other}; allowed: {VERSION}"))),
    }
}

fn stated(file: &File) -> Result<Option<Address>, KeystoreError> {
    let Some(text) = &file.address else {
        return Ok(None);
    };
    let digits = text.strip_prefix("0x").unwrap_or(text);
    bytes::<20>("address", digits).map(|bytes| Some(Address(bytes)))
}

impl Kdf {
    fn derive(&self, passphrase: &Passphrase) -> Result<Zeroizing<[u8; 32]>, KeystoreError> {
        let mut derived = Zeroizing::new([0_u8; 32]);
        let (dklen, salt) = match self {
            Self::Scrypt { dklen, salt, .. } | Self::Pbkdf2 { dklen, salt, .. } => (dklen, salt),
        };
        if *dklen != 32 {
            return Err(form(format!("kdfparams.dklen is {dklen}; allowed: 32")));
        }
        let salt = unhex(salt).filter(|salt| salt.len() <= 1_024);
        let salt = salt.ok_or_else(|| form("kdfparams.salt: allowed are 0 to 1,024 bytes"))?;
        match self {
            Self::Scrypt { n, p, r, .. } => {
                let log_n = n.ilog2_checked().filter(|log| (1..=MAX_LOG_N).contains(log));
                let work = u64::from(*n) * u64::from(*r) * u64::from(*p);
                let parameters = log_n
                    .filter(|_| work <= MAX_WORK && *r <= 64)
                    .and_then(|log_n| u8::try_from(log_n).ok())
                    .and_then(|log_n| scrypt::Params::new(log_n, *r, *p).ok())
                    .ok_or_else(|| {
                        form(format!(
                            "scrypt with n {n}, r {r}, p {p}; allowed: n a power of 2 from 2 to \
                             2^20, r to 64, n x r x p to {MAX_WORK}"
                        ))
                    })?;
                scrypt::scrypt(passphrase.bytes(), &salt, &parameters, &mut *derived)
                    .map_err(|error| form(error.to_string()))?;
            }
            Self::Pbkdf2 { c, prf, .. } => {
                if prf != "hmac-sha256" {
                    return Err(form(format!("kdfparams.prf is \"{prf}\"; allowed: hmac-sha256")));
                }
                if !(1..=MAX_ROUNDS).contains(c) {
                    let range = format!("allowed: 1 to {MAX_ROUNDS}");
                    return Err(form(format!("kdfparams.c is {c}; {range}")));
                }
                pbkdf2::pbkdf2::<Hmac<Sha256>>(passphrase.bytes(), &salt, *c, &mut *derived);
            }
        }
        Ok(derived)
    }
}

/// The logarithm of a power of two.
trait PowerOfTwo {
    fn ilog2_checked(self) -> Option<u32>;
}

impl PowerOfTwo for u32 {
    fn ilog2_checked(self) -> Option<u32> {
        self.is_power_of_two().then(|| self.trailing_zeros())
    }
}

fn crypt(derived: &[u8; 32], iv: &[u8; 16], data: &mut [u8]) {
    let (mut key, mut counter) = (Zeroizing::new([0_u8; 16]), [0_u8; 16]);
    key.copy_from_slice(&derived[..16]);
    counter.copy_from_slice(iv);
    Ctr128BE::<Aes128>::new(&(*key).into(), &counter.into()).apply_keystream(data);
}

fn mac(derived: &[u8; 32], ciphertext: &[u8]) -> [u8; 32] {
    let mut hasher = alloy_primitives::Keccak256::new();
    hasher.update(&derived[16..]);
    hasher.update(ciphertext);
    hasher.finalize().0
}

fn bytes<const N: usize>(field: &str, digits: &str) -> Result<[u8; N], KeystoreError> {
    let found = unhex(digits).and_then(|bytes| <[u8; N]>::try_from(bytes).ok());
    found.ok_or_else(|| form(format!("{field}: allowed are {} hexadecimal digits", N * 2)))
}

fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0_u8; N];
    match OsRng.try_fill_bytes(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => {
            Err(Failure::Machine(format!("the operating system gives no randomness: {error}")))
        }
    }
}

/// A random identifier as RFC 9562 writes its version 4.
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex(&bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| digits[part].to_owned());
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Web3 Secret Storage Definition, and its key.
    const PBKDF2: &str = r#"{"crypto":{"cipher":"aes-128-ctr",
        "cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
        "salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;
    /// The example of web3.js, under its older name of the section.
    const SCRYPT: &str = r#"{"Crypto":{"cipher":"aes-128-ctr",
        "cipherparams":{"iv":"2885df2b63f7ef247d753c82fa20038a"},
        "ciphertext":"a1c25da3ecde4e6a24f3697251dd15d6208520efc84ad97397e906e6df24d251",
        "kdf":"scrypt","kdfparams":{"dklen":32,"n":262144,"p":1,"r":8,
        "salt":"4531b3c174cc3ff32a6a7a85d6761b410db674807b2d216d022318ceee50be10"},
        "mac":"b8b010fff37f9ae5559a352a185e86f9b9c1d7f7a9f1bd4e82a5dd35468fc7f6"},
        "address":"2c7536e3605d9c16a7a3d7b1898e529396a65c23",
        "id":"04e9bcbb-96fa-497b-94d1-14df4cd20af6","version":3}"#;
    const SCRYPT_KEY: &str = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
    const KEY: &str = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::of(text)
    }

    #[test]
    fn opens_the_examples_of_the_definition() {
        let examples = [(PBKDF2, "testpassword", KEY), (SCRYPT, "test!", SCRYPT_KEY)];
        for (text, word, key) in examples {
            let secret = decrypt(text, &passphrase(word)).unwrap();
            assert_eq!(hex(&*secret.bytes()), key);
            let wrong = decrypt(text, &passphrase(&format!("{word} "))).unwrap_err();
            assert_eq!(wrong, KeystoreError::Passphrase);
        }
    }

    #[test]
    fn what_is_encrypted_comes_back() {
        let secret = Secret::from_hex(KEY).unwrap();
        // The address that the definition's tests give for this key.
        let expected = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b";
        assert_eq!(secret.address().to_string().to_lowercase(), expected.to_lowercase());
        let one = encrypt(&secret, &passphrase("bridge"), Cost::Light).unwrap();
        let two = encrypt(&secret, &passphrase("bridge"), Cost::Light).unwrap();
        assert_ne!(one, two, "salt, counter and id are drawn anew");
        assert_eq!(address(&one).unwrap(), Some(secret.address()));
        assert_eq!(*decrypt(&one, &passphrase("bridge")).unwrap().bytes(), *secret.bytes());
        assert!(!one.contains(KEY));
    }

    #[test]
    fn files_that_cannot_be_are_refused_with_their_field() {
        let cases = [
            (SCRYPT.replace("\"version\":3", "\"version\":1"), "version is 1"),
            (SCRYPT.replace("aes-128-ctr", "aes-128-cbc"), "crypto.cipher"),
            (SCRYPT.replace("262144", "262143"), "power of 2"),
            (SCRYPT.replace("262144", "1073741824"), "n 1073741824"),
            (SCRYPT.replace("\"r\":8", "\"r\":4294967295"), "r to 64"),
            (SCRYPT.replace("\"p\":1", "\"p\":0"), "p 0"),
            (SCRYPT.replace("\"dklen\":32", "\"dklen\":16"), "kdfparams.dklen"),
            (SCRYPT.replace("2885df2b", ""), "crypto.cipherparams.iv"),
            (SCRYPT.replace("a1c25da3", "zzzzzzzz"), "crypto.ciphertext"),
            (PBKDF2.replace("hmac-sha256", "hmac-sha1"), "kdfparams.prf"),
            (PBKDF2.replace("262144", "0"), "kdfparams.c"),
            (PBKDF2.replace("pbkdf2", "argon2"), "variant"),
            ("[]".to_owned(), "keystore"),
        ];
        for (text, expected) in cases {
            let error = decrypt(&text, &passphrase("testpassword")).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let other = PBKDF2.replace("\"id\"", "\"address\":\"00\",\"id\"");
        assert!(address(&other).unwrap_err().to_string().contains("address"));
        let other = other.replace("\"00\"", "\"0000000000000000000000000000000000000001\"");
        let error = decrypt(&other, &passphrase("testpassword")).unwrap_err().to_string();
        assert!(error.contains("holds the key of"), "{error}");
    }

    #[test]
    fn identifiers_are_of_version_4() {
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    }
}
