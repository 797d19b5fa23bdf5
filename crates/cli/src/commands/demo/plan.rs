//! Which demo is meant: a new one, or the one that lies in the directory.

use super::{Arguments, MAX_REQUESTS};
use crate::demo::{
    Calendar, Settings, Source, Trace, TraceSettings, bindings, has_customers, has_opinions,
};
use crate::failure::Failure;
use crate::source;
use std::path::{Path, PathBuf};
use workmint_core::Genesis;
use workmint_core::modules::parameters::Parameters;
use workmint_storage::store::{Store, View};

/// The network of a demo that names none.
const NETWORK: &str = "gonka";
/// Hosts of a demo that names no number.
const PARTICIPANTS: u64 = 24;
/// Requests an epoch of a demo that names no number and no trace.
const REQUESTS: u64 = 200_000;
/// Fewest who hold a seat: three validators and a miner.
const FEWEST_SEATS: u64 = 4;
/// Seed of a demo that names none.
const SEED: u64 = 1;
/// Genesis of every demo: 2025-01-01 00:00 UTC, so that runs can be compared.
const GENESIS_TIME_MS: u64 = 1_735_689_600_000;

/// What will be run where; nothing is written yet.
pub(super) struct Plan {
    pub(super) dir: PathBuf,
    pub(super) settings: Settings,
    pub(super) source: Source,
    /// The first state of a network still to be made.
    pub(super) genesis: Option<Genesis>,
}

impl Plan {
    /// Reads everything that is named and checks that it fits together.
    pub(super) fn new(arguments: &Arguments) -> Result<Self, Failure> {
        let given = arguments.network.as_deref();
        let dir = match &arguments.data_dir {
            Some(dir) => dir.clone(),
            None => Path::new("workmint-data").join(default_name(given.unwrap_or(NETWORK))?),
        };
        if dir.exists() && !dir.is_dir() {
            let text = format!("{} is not a directory", dir.display());
            return Err(Failure::Input(text));
        }
        let saved = Settings::load(&dir)?;
        if let Some(saved) = &saved {
            require_same(&dir, arguments, saved)?;
        }
        let name = saved.as_ref().map(|saved| saved.network.clone());
        let name = name.unwrap_or_else(|| given.unwrap_or(NETWORK).to_owned());
        let genesis = if Store::exists(&dir) {
            if arguments.serve {
                require_own_chain_id(&dir)?;
            }
            None
        } else {
            let mut definition = source::network(&name)?;
            // Made of the genesis: whoever signs for it when it is served, from now on or one day,
            // signs for no other network.
            definition.parameters.network.chain_id = 0;
            let genesis = definition.genesis(GENESIS_TIME_MS, &bindings(&definition));
            Some(genesis.map_err(Failure::input)?)
        };
        if let Some(genesis) = &genesis {
            Calendar::new(&genesis.parameters)?;
        }
        let trace = read_trace(arguments, saved.as_ref())?;
        let settings = match saved {
            Some(saved) => saved,
            None => new_settings(arguments, name, genesis.as_ref(), trace.as_ref())?,
        };
        let source = trace.map_or(Source::Fitted, |(_, trace)| Source::Trace(trace));
        Ok(Self { dir, settings, source, genesis })
    }
}

/// `demo-NETWORK`.
fn default_name(network: &str) -> Result<String, Failure> {
    if network.contains('/') || network.ends_with(".toml") {
        let definition = source::network(network)?;
        let name = definition.parameters.network.name;
        return Ok(format!("demo-{}", name.as_str().replace('/', "-")));
    }
    source::network_text(network)?;
    Ok(format!("demo-{network}"))
}

/// Options that are given must be those the demo was started with.
fn require_same(dir: &Path, arguments: &Arguments, saved: &Settings) -> Result<(), Failure> {
    let text = |number: &Option<u64>| number.map(|number| number.to_string());
    let requests = saved.requests_per_epoch.to_string();
    for (option, given, saved) in [
        ("network", arguments.network.clone(), saved.network.clone()),
        ("participants", text(&arguments.participants), saved.participants.to_string()),
        ("requests-per-epoch", text(&arguments.requests_per_epoch), requests),
        ("seed", text(&arguments.seed), saved.seed.to_string()),
    ] {
        if let Some(given) = given.filter(|given| *given != saved) {
            return Err(Failure::Input(format!(
                "the demo in {} was started with --{option} {saved}, not {given}; leave the option \
                 out to go on with it, or begin another one with --data-dir",
                dir.display()
            )));
        }
    }
    Ok(())
}

/// What is signed for a network that is served must be for no other: a demo of an earlier version
/// has the chain id that its file states, and with it the real network's.
fn require_own_chain_id(dir: &Path) -> Result<(), Failure> {
    let genesis = View::genesis_of(dir)?;
    let network = &genesis.parameters.network;
    if network.chain_id == 0 {
        return Ok(());
    }
    Err(Failure::Input(format!(
        "the demo in {} was made with chain id {}, which is that of {} itself: what wallets sign \
         for it would be good there too; leave it unserved, and serve another one with --data-dir",
        dir.display(),
        network.chain_id,
        network.name
    )))
}

/// The trace that is named, or that the demo was started with; it must be the same.
fn read_trace(
    arguments: &Arguments,
    saved: Option<&Settings>,
) -> Result<Option<(PathBuf, Trace)>, Failure> {
    let before = saved.map(|saved| saved.trace.as_ref());
    let path = match (&arguments.trace, before) {
        (Some(path), _) => path.clone(),
        (None, Some(Some(before))) => PathBuf::from(&before.file),
        (None, _) => return Ok(None),
    };
    let trace = Trace::read(&path)?;
    let name = path.display();
    match before {
        Some(None) => Err(Failure::Input(format!(
            "the demo was started without a trace, not with {name}; leave --trace out to go on"
        ))),
        Some(Some(before)) if before.blake3 != trace.hash => Err(Failure::Input(format!(
            "the demo was started with another trace than {name}: its BLAKE3 was {}, this file's \
             is {}",
            before.blake3, trace.hash
        ))),
        Some(Some(_)) | None => Ok(Some((path, trace))),
    }
}

/// What a network pays for where customers' requests count for nothing.
fn paid_instead(parameters: &Parameters) -> Option<&'static str> {
    let opinions = has_opinions(parameters) && !has_customers(parameters);
    match parameters.contributions.is_some() {
        true => Some("contributions"),
        false => opinions.then_some("what validators see miners do"),
    }
}

/// An error if some would never get a seat.
fn require_seats(parameters: &Parameters, participants: u64) -> Result<(), Failure> {
    let Some(rules) = parameters.opinions.as_ref().filter(|_| has_opinions(parameters)) else {
        return Ok(());
    };
    let most = u64::from(rules.seats).saturating_sub(u64::from(rules.owner.is_some()));
    if (FEWEST_SEATS..=most).contains(&participants) {
        return Ok(());
    }
    Err(Failure::Input(format!(
        "--participants {participants}: {} has {} seats; allowed: {FEWEST_SEATS} to {most}",
        parameters.network.name, rules.seats
    )))
}

fn new_settings(
    arguments: &Arguments,
    network: String,
    genesis: Option<&Genesis>,
    trace: Option<&(PathBuf, Trace)>,
) -> Result<Settings, Failure> {
    let Some(genesis) = genesis else {
        // The settings are written before the network, so somebody removed them.
        let text = "the directory holds a network, but not the settings of a demo (demo.json)";
        return Err(Failure::Input(text.to_owned()));
    };
    let asked = arguments.requests_per_epoch.is_some() || trace.is_some();
    let parameters = &genesis.parameters;
    let instead = paid_instead(parameters);
    if let (Some(instead), true) = (instead, asked) {
        return Err(Failure::Input(format!(
            "{network} pays for {instead}, not for customers' requests: leave \
             --requests-per-epoch and --trace out"
        )));
    }
    let requests = match (arguments.requests_per_epoch, trace) {
        _ if instead.is_some() => 0,
        (Some(requests), _) => requests,
        (None, Some((path, trace))) => {
            let requests = trace.requests_in(Calendar::new(&genesis.parameters)?.epoch_ms());
            if requests > MAX_REQUESTS {
                return Err(Failure::Input(format!(
                    "{} has a rate of {requests} requests an epoch, more than {MAX_REQUESTS}; \
                     choose a number with --requests-per-epoch",
                    path.display()
                )));
            }
            requests
        }
        (None, None) => parameters.emission.utility.map_or(REQUESTS, |rule| rule.max_tasks),
    };
    let participants = arguments.participants.unwrap_or(PARTICIPANTS);
    require_seats(parameters, participants)?;
    let seed = arguments.seed.unwrap_or(SEED);
    let trace = trace.map(|(path, trace)| TraceSettings {
        file: path.canonicalize().unwrap_or_else(|_| path.clone()).display().to_string(),
        blake3: trace.hash.clone(),
    });
    Ok(Settings::new(network, (participants, requests, seed), trace))
}
