//! Hashes that bind what is revealed later, made of what they bind: a commitment of weights, of a
//! seed, the seal of a job's result. The core says how each is made.

use serde_json::Value;
use workmint_core::modules::market::jobs::{self, result_seal};
use workmint_core::modules::{opinions, work};
use workmint_core::{Address, Hash, Message};
use workmint_protocol::wire::message_of;

use super::client::Client;
use super::facts::Facts;
use super::kinds::{Input, Kind, kinds};
use super::values::{Given, Names, Reader};
use crate::failure::Failure;

/// An option with a hash, and the options that may stand in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// The function.
    function: &'static str,
    /// Its option with the hash.
    pub(crate) option: &'static str,
    /// The function that reveals what was hashed.
    reveals: &'static str,
    /// Options of that function to give instead, all of them.
    pub(crate) instead: &'static [&'static str],
    /// Such an option that no function has, and what it is.
    pub(crate) own: Option<(&'static str, &'static str)>,
    /// A command line.
    pub(crate) example: &'static str,
}

const SEALED: [Sealed; 3] = [
    Sealed {
        function: "commitWeights",
        option: "hash",
        reveals: "revealWeights",
        instead: &["entries", "salt"],
        own: Some(("seat", "Your seat, as register-seat said; for the hash")),
        example: "workmint tx commit-weights --seat 1 --entries seat=2,weight=10 --salt @secret\n\
                  later: workmint tx reveal-weights --entries seat=2,weight=10 --salt @secret",
    },
    Sealed {
        function: "commitSeed",
        option: "commitment",
        reveals: "revealSeed",
        instead: &["seed"],
        own: None,
        example: "workmint tx commit-seed --epoch open --seed @secret.txt --signature 0x\n\
                  in the next epoch: workmint tx reveal-seed --epoch closed --seed @secret.txt",
    },
    Sealed {
        function: "revealResult",
        option: "seal",
        reveals: "revealResult",
        instead: &[],
        own: None,
        example: "workmint tx reveal-result --customer alice --number 0 --units 900 --result \
                  @answer.txt\nwithout --seal it is made of the job, you, and the result",
    },
];

/// What of a kind is such a hash.
pub(crate) fn sealed(kind: &Kind) -> Option<&'static Sealed> {
    SEALED.iter().find(|one| one.function == kind.function.name)
}

impl Sealed {
    /// The kind that reveals it.
    fn revealing(&self) -> Option<&'static Kind> {
        kinds().iter().find(|kind| kind.function.name == self.reveals)
    }

    /// The options that may stand in the hash's place.
    pub(crate) fn options(&self) -> impl Iterator<Item = &'static Input> {
        let options = self.revealing().map_or(&[][..], |kind| kind.options.as_slice());
        options.iter().filter(|input| self.instead.contains(&input.option.as_str()))
    }
}

/// Who asks, and whom.
pub(crate) struct Sealing<'a> {
    /// The network.
    pub(crate) facts: &'a Facts,
    /// The user's keys.
    pub(crate) names: &'a Names,
    /// Who signs.
    pub(crate) sender: Address,
    /// A node; none off line.
    pub(crate) client: Option<&'a Client>,
}

impl Sealing<'_> {
    /// What was given, with the hash where what it is made of was given instead.
    pub(crate) fn completed(&self, kind: &Kind, given: &Given) -> Result<Given, Failure> {
        let mut given = given.clone();
        let Some(sealed) = sealed(kind) else { return Ok(given) };
        if given.contains_key(sealed.option) {
            return Ok(given);
        }
        let own = sealed.own.map(|(name, _)| name);
        let missing = sealed.instead.iter().copied().chain(own);
        let missing: Vec<&str> = missing.filter(|name| !given.contains_key(*name)).collect();
        if !missing.is_empty() {
            let missing = missing.join(", --");
            return Err(Failure::Input(format!(
                "--{}: missing; give it, or what it is made of: --{missing}",
                sealed.option
            )));
        }
        let hash = self.hash(sealed, &given)?;
        given.insert(sealed.option.to_owned(), vec![hash.to_string()]);
        Ok(given)
    }

    fn hash(&self, sealed: &Sealed, given: &Given) -> Result<Hash, Failure> {
        let kind = sealed.revealing().ok_or_else(|| Failure::damage(sealed.reveals))?;
        let mut revealed = given.clone();
        // The message that will reveal it; what it has for the hash itself is not looked at.
        revealed.insert(sealed.option.to_owned(), vec![Hash([0; 32]).to_string()]);
        let reader = Reader::new(self.facts, self.names, kind, &revealed);
        let values = reader.values().map_err(Failure::input)?;
        let chain = self.facts.chain().map_err(Failure::input)?;
        let call = reader.call(&values).map_err(Failure::damage)?;
        match message_of(&call, &chain).map_err(Failure::input)? {
            Message::Opinion(opinions::Request::RevealWeights(it)) => {
                let seat = given.get("seat").and_then(|texts| texts.first());
                let seat = seat.and_then(|seat| seat.parse::<u16>().ok());
                let seat = seat.ok_or_else(|| Failure::input("--seat; allowed: 0 to 65,535"))?;
                let (who, epoch) = ((&self.sender, seat), self.facts.epoch);
                Ok(opinions::commitment(&chain.genesis, who, epoch, &it.entries, &it.salt))
            }
            Message::RevealSeed(it) => Ok(work::commitment_of(&it.seed)),
            Message::Job(jobs::Message::RevealResult(it)) => {
                let commitment = self.job_commitment(&it.customer, it.number)?;
                let job = (&it.customer, it.number);
                let result = (&self.sender, &it.result);
                Ok(result_seal(&chain.genesis, job, &commitment, result))
            }
            other => Err(Failure::damage(other.kind().name())),
        }
    }

    /// What the customer committed to when it created the job.
    fn job_commitment(&self, customer: &Address, number: u64) -> Result<Hash, Failure> {
        let Some(client) = self.client else {
            return Err(Failure::input(
                "--seal: needed with --offline: no node says what the job is",
            ));
        };
        let job: Value = client.get(&format!("/v1/jobs/{customer}/{number}"))?.json()?;
        let hash = job["commitment"].as_str().and_then(|text| text.parse::<Hash>().ok());
        hash.ok_or_else(|| {
            Failure::Machine("the job has no commitment; is it our node?".to_owned())
        })
    }
}
