//! Who contributes, verifies, challenges and judges.

use super::rated::{Rated, rated};
use crate::demo::people::{People, funders, holders, local, numbered};
use crate::demo::settings::Settings;
use crate::failure::Failure;
use std::collections::BTreeMap;
use workmint_core::modules::parameters::ContributionKind;
use workmint_core::modules::registry::Role;
use workmint_core::names::AssetId;
use workmint_core::{Address, Genesis};

/// Accounts that look for wrong contributions.
const CHALLENGERS: u64 = 2;
/// Of contributors to a network's streams, so many serve a stream of tokens for one that serves
/// another.
const TOKENS: usize = 3;

/// Everyone.
#[derive(Debug)]
pub(super) struct Cast {
    /// Contributors, by number; the last one is also the first verifier, if there is one.
    pub(super) contributors: Vec<Contributor>,
    /// The number of the contributor that is a verifier.
    pub(super) insider: Option<usize>,
    /// Verifiers of the genesis.
    pub(super) verifiers: Vec<Address>,
    /// Judges of the genesis.
    pub(super) judges: Vec<Address>,
    /// Who challenges.
    pub(super) challengers: Vec<Address>,
    /// By asset, the account that owns most of it at genesis and may spend it.
    pub(super) funders: BTreeMap<AssetId, Address>,
    pub(super) people: People,
    /// Contributors' numbers.
    numbers: BTreeMap<Address, usize>,
}

/// A participant with one node, numbered 0, that serves all models.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contributor {
    pub(super) address: Address,
    pub(super) owner: Address,
    /// The stream it contributes to: its place in the parameters.
    pub(super) stream: usize,
}

/// What a contributor of a kind is called.
fn word(kind: ContributionKind) -> &'static str {
    match kind {
        ContributionKind::Tokens => "inference node",
        ContributionKind::Improvement => "learning contributor",
        ContributionKind::Tasks => "validator",
        ContributionKind::Dataset => "dataset provider",
    }
}

impl Cast {
    /// The cast of a demo; an error if no stream pays for contributions.
    pub(super) fn new(settings: &Settings, genesis: &Genesis) -> Result<Self, Failure> {
        let parameters = &genesis.parameters;
        let places: Vec<(usize, ContributionKind)> = rated(parameters)
            .flat_map(|Rated { at, rule, .. }| {
                let places = if rule.kind == ContributionKind::Tokens { TOKENS } else { 1 };
                std::iter::repeat_n((at, rule.kind), places)
            })
            .collect();
        if places.is_empty() {
            let name = &parameters.network.name;
            let text = format!("no stream of {name} pays a rate for contributions");
            return Err(Failure::Input(text));
        }
        let mut people = People::default();
        let mut contributors = Vec::new();
        let mut words: Vec<(&'static str, Vec<Address>)> =
            places.iter().map(|(_, kind)| (word(*kind), Vec::new())).collect();
        words.dedup_by_key(|(word, _)| *word);
        for (number, (stream, kind)) in (0..settings.participants).zip(places.iter().cycle()) {
            let address = local(&format!("contributor {number}"));
            let owner = local(&format!("owner {number}"));
            let mut of_kind = words.iter_mut().filter(|(name, _)| *name == word(*kind));
            if let Some((_, addresses)) = of_kind.next() {
                addresses.push(address);
            }
            contributors.push(Contributor { address, owner, stream: *stream });
        }
        for (word, addresses) in words.into_iter().filter(|(_, addresses)| !addresses.is_empty()) {
            people.add(word, addresses);
        }
        let verifiers = holders(genesis, Role::Verifier);
        // A verifier may contribute; tasks are nearest to what it does.
        let tasks = places.iter().find(|(_, kind)| *kind == ContributionKind::Tasks);
        let insider = verifiers.first().zip(tasks).map(|(verifier, (stream, _))| {
            let owner = local("owner of a verifier");
            contributors.push(Contributor { address: *verifier, owner, stream: *stream });
            contributors.len().saturating_sub(1)
        });
        let judges = holders(genesis, Role::Judge);
        let challengers = numbered("challenger", CHALLENGERS);
        people.add("verifier", verifiers.iter().copied());
        people.add("challenger", challengers.iter().copied());
        people.add("judge", judges.iter().copied());
        let addresses = contributors.iter().map(|contributor| contributor.address);
        Ok(Self {
            numbers: addresses.zip(0..).collect(),
            contributors,
            insider,
            verifiers,
            judges,
            challengers,
            funders: funders(genesis),
            people,
        })
    }

    /// The contributors to a stream, by number, without the verifier.
    pub(super) fn members(&self, stream: usize) -> Vec<usize> {
        let numbered = self.contributors.iter().enumerate();
        let members = numbered.filter(|(number, contributor)| {
            contributor.stream == stream && Some(*number) != self.insider
        });
        members.map(|(number, _)| number).collect()
    }

    /// A contributor's number.
    pub(super) fn number(&self, address: &Address) -> Option<usize> {
        self.numbers.get(address).copied()
    }

    /// Everyone that sends transactions, but the funders; each once.
    pub(super) fn senders(&self) -> impl Iterator<Item = Address> {
        let others = [&self.verifiers, &self.challengers, &self.judges];
        let numbered = self.contributors.iter().enumerate();
        let contributors = numbered.filter(|(number, _)| Some(*number) != self.insider);
        let contributors = contributors.map(|(_, contributor)| contributor.address);
        contributors.chain(others.into_iter().flatten().copied())
    }
}
