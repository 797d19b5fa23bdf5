//! `eth_getLogs` and the filter of log subscriptions.

use serde::Deserialize;
use serde_json::{Value, json};
use workmint_core::{Address, Hash};
use workmint_node::BlockRecord;
use workmint_protocol::wire::logs::Log;

use super::engine::Engine;
use super::error::RpcError;
use super::params::{self, BlockId, Params};
use super::read::filter_of;
use super::show;
use crate::limits::Limits;

/// Alternatives in one place of a filter.
const ALTERNATIVES: usize = 1_000;
/// Topics of a log.
const TOPICS: usize = 4;

#[derive(Deserialize)]
#[serde(untagged, expecting = "a string or a list of strings")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A filter as callers write it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a filter object")]
pub(super) struct Asked {
    from_block: Option<String>,
    to_block: Option<String>,
    block_hash: Option<String>,
    address: Option<OneOrMany>,
    topics: Option<Vec<Option<OneOrMany>>>,
}

/// Which blocks a filter covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocks {
    /// One, by its hash.
    Hash(Hash),
    /// First and last height.
    Range(u64, u64),
}

/// Which logs match: any of the addresses (none given: all), and in each place any of the topics
/// (none given: all).
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    addresses: Vec<Address>,
    topics: Vec<Vec<Hash>>,
}

impl Asked {
    /// The blocks asked for, the head being at this height.
    pub(super) fn blocks(&self, head: u64, limits: &Limits) -> Result<Blocks, RpcError> {
        if let Some(text) = &self.block_hash {
            if self.from_block.is_some() || self.to_block.is_some() {
                return Err(RpcError::param("blockHash", "without fromBlock and toBlock"));
            }
            return Ok(Blocks::Hash(params::hash(text, "blockHash")?));
        }
        let height = |text: &Option<String>, name| match text.as_deref() {
            None => Ok(head),
            Some(text) => match params::tag(text, name)? {
                BlockId::Latest | BlockId::Pending => Ok(head),
                BlockId::Height(height) => Ok(height),
                BlockId::Hash(_) => Err(RpcError::param(name, "a height or a tag")),
            },
        };
        let from = height(&self.from_block, "fromBlock")?;
        let to = height(&self.to_block, "toBlock")?;
        if from > to {
            return Err(RpcError::param("fromBlock", "at most toBlock"));
        }
        let to = to.min(head);
        if to.saturating_sub(from) >= limits.log_blocks {
            let text = format!("fromBlock to toBlock: at most {} blocks", limits.log_blocks);
            return Err(RpcError::new(RpcError::PARAMS, text));
        }
        Ok(Blocks::Range(from, to))
    }

    /// What matches.
    pub(super) fn filter(&self) -> Result<Filter, RpcError> {
        let addresses = list(self.address.as_ref(), "address", params::address)?;
        let places = self.topics.iter().flatten();
        let topics: Vec<Vec<Hash>> = places
            .map(|place| list(place.as_ref(), "topics", params::hash))
            .collect::<Result<_, _>>()?;
        if topics.len() > TOPICS {
            return Err(RpcError::param("topics", "at most 4 places"));
        }
        Ok(Filter { addresses, topics })
    }
}

fn list<T>(
    given: Option<&OneOrMany>,
    name: &str,
    read: impl Fn(&str, &str) -> Result<T, RpcError>,
) -> Result<Vec<T>, RpcError> {
    match given {
        None => Ok(Vec::new()),
        Some(OneOrMany::One(text)) => Ok(vec![read(text, name)?]),
        Some(OneOrMany::Many(texts)) if texts.len() > ALTERNATIVES => {
            Err(RpcError::param(name, &format!("at most {ALTERNATIVES} alternatives")))
        }
        Some(OneOrMany::Many(texts)) => texts.iter().map(|text| read(text, name)).collect(),
    }
}

/// Bytes that a log takes in an answer, beside its topics and data.
const LOG_BYTES: usize = 460;

impl Engine {
    pub(super) fn get_logs(&self, params: &Params) -> Result<Value, RpcError> {
        params.at_most(1)?;
        let asked: Asked = filter_of(params, 0)?;
        let (limits, filter) = (&self.config.limits, asked.filter()?);
        let (from, to) = match asked.blocks(self.node.head().height, limits)? {
            Blocks::Range(from, to) => (from, to),
            Blocks::Hash(hash) => {
                let record = self.block(BlockId::Hash(hash))?;
                let record =
                    record.ok_or_else(|| RpcError::new(RpcError::MISSING, "blockHash: unknown"))?;
                (record.height, record.height)
            }
        };
        let (mut found, mut bytes) = (Vec::new(), 0_usize);
        for height in (from..=to).filter(|height| *height > 0) {
            let record = self.of_node(self.node.block(height))?;
            let missing = || RpcError::internal(format!("block {height} is missing"));
            let record = record.ok_or_else(missing)?;
            let (count, more) = filter.size(&record);
            bytes = bytes.saturating_add(more);
            if found.len().saturating_add(count) > limits.logs || bytes > limits.answer_bytes {
                return Err(too_many(limits, (from, height)));
            }
            found.extend(filter.of_block(&record));
        }
        Ok(found.into())
    }
}

/// More logs than an answer holds: `next` is the first block that did not fit after the blocks from
/// `from` on. The text is the one that indexers know to look for.
fn too_many(limits: &Limits, (from, next): (u64, u64)) -> RpcError {
    let (logs, bytes) = (limits.logs, limits.answer_bytes);
    let most = format!("query returned more than {logs} results or {bytes} bytes");
    if next <= from {
        let text = format!("{most} in block {from} alone; ask for fewer addresses or topics");
        return RpcError::new(RpcError::LIMIT, text);
    }
    let to = next.saturating_sub(1);
    let text = format!("{most}. Try with this block range [{from:#x}, {to:#x}].");
    let mut error = RpcError::new(RpcError::LIMIT, text);
    let (from, to) = (show::quantity(from), show::quantity(to));
    error.data = Some(json!({ "from": from, "to": to, "limit": logs }));
    error
}

impl Filter {
    /// How many logs of a block match, and about how many bytes they are as they are shown.
    fn size(&self, record: &BlockRecord) -> (usize, usize) {
        let all = record.transactions.iter().flat_map(|it| &it.logs).chain(&record.end_logs);
        let matching = all.filter(|log| self.matches(log));
        matching.fold((0, 0), |(count, bytes), log| {
            let own = LOG_BYTES + 69 * log.topics.len() + 2 * log.data.len();
            (count + 1, bytes.saturating_add(own))
        })
    }

    fn matches(&self, log: &Log) -> bool {
        let any = |allowed: &[Hash], topic: &Hash| allowed.is_empty() || allowed.contains(topic);
        (self.addresses.is_empty() || self.addresses.contains(&log.address))
            && self.topics.len() <= log.topics.len()
            && self.topics.iter().zip(&log.topics).all(|(allowed, topic)| any(allowed, topic))
    }

    /// The logs of a block that match, as they are shown.
    pub(super) fn of_block(&self, record: &BlockRecord) -> Vec<Value> {
        show::logs_of(record)
            .enumerate()
            .filter(|(_, (_, log))| self.matches(log))
            .map(|(number, (place, log))| place.log(log, number))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(address: u8, topics: &[u8]) -> Log {
        Log {
            address: Address([address; 20]),
            topics: topics.iter().map(|topic| Hash([*topic; 32])).collect(),
            data: Vec::new(),
        }
    }

    fn filter(json: &str) -> Filter {
        let json = json
            .replace("A1", &format!("0x{}", "01".repeat(20)))
            .replace("A2", &format!("0x{}", "02".repeat(20)))
            .replace("T1", &format!("0x{}", "01".repeat(32)))
            .replace("T2", &format!("0x{}", "02".repeat(32)));
        serde_json::from_str::<Asked>(&json).unwrap().filter().unwrap()
    }

    #[test]
    fn topics_match_by_place_and_addresses_by_any() {
        let cases: [(&str, &[bool; 4]); 9] = [
            ("{}", &[true, true, true, true]),
            (r#"{"address":"A1"}"#, &[true, true, false, true]),
            (r#"{"address":["A1","A2"]}"#, &[true, true, true, true]),
            (r#"{"topics":[]}"#, &[true, true, true, true]),
            (r#"{"topics":["T1"]}"#, &[true, false, true, false]),
            (r#"{"topics":[null,"T2"]}"#, &[true, false, false, false]),
            (r#"{"topics":[["T1","T2"]]}"#, &[true, true, true, false]),
            (r#"{"topics":[null]}"#, &[true, true, true, false]),
            (r#"{"address":"A1","topics":["T2"]}"#, &[false, true, false, false]),
        ];
        let logs = [log(1, &[1, 2]), log(1, &[2, 1]), log(2, &[1]), log(1, &[])];
        for (json, expected) in cases {
            let filter = filter(json);
            let found: Vec<bool> = logs.iter().map(|log| filter.matches(log)).collect();
            assert_eq!(found, expected, "{json}");
        }
    }

    #[test]
    fn ranges_end_at_the_head_and_have_a_limit() {
        let limits = Limits::default();
        let blocks =
            |json: &str, head| serde_json::from_str::<Asked>(json).unwrap().blocks(head, &limits);
        assert_eq!(blocks("{}", 7), Ok(Blocks::Range(7, 7)));
        let all = r#"{"fromBlock":"earliest","toBlock":"latest"}"#;
        assert_eq!(blocks(all, 9_999), Ok(Blocks::Range(0, 9_999)));
        let error = blocks(all, 10_000).unwrap_err();
        assert_eq!(error.message, "fromBlock to toBlock: at most 10000 blocks");
        let far = r#"{"fromBlock":"0x1","toBlock":"0xffffffffffffffff"}"#;
        assert_eq!(blocks(far, 5), Ok(Blocks::Range(1, 5)));
        assert!(blocks(r#"{"fromBlock":"0x2","toBlock":"0x1"}"#, 5).is_err());
        let hash = format!("0x{}", "01".repeat(32));
        let both = format!(r#"{{"blockHash":"{hash}","toBlock":"0x1"}}"#);
        assert!(blocks(&both, 5).is_err());
        let one = format!(r#"{{"blockHash":"{hash}"}}"#);
        assert_eq!(blocks(&one, 5), Ok(Blocks::Hash(Hash([1; 32]))));
        let future = r#"{"fromBlock":"0x9","toBlock":"0xa"}"#;
        assert_eq!(blocks(future, 5), Ok(Blocks::Range(9, 5)), "nothing yet");
    }
}
