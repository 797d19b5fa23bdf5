//! `workmint query events --follow`: what happens, as it happens.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use serde_json::Value;

use super::question::Question;
use crate::failure::Failure;
use crate::output::Out;
use crate::sending::client::Client;
use crate::sending::facts::Facts;
use crate::sending::happened;

/// Before a stream that ended is asked for again.
const PAUSE: Duration = Duration::from_secs(1);

/// So many attempts in a row without a stream, and the node is given up.
const ATTEMPTS: u32 = 10;

/// Prints events until the node is gone or nobody reads: a line each, or a JSON document a line. A
/// stream that breaks off goes on behind the last event that was read.
pub(super) fn run(client: &Client, question: &Question, as_json: bool) -> Result<(), Failure> {
    let network = client.get("/v1/network")?.json()?;
    let facts = client.facts()?;
    let mut parameters = question.parameters.clone();
    if !parameters.iter().any(|(name, _)| *name == "from") {
        // Said once: what happens while a stream that broke off is asked for again is not lost.
        let next = network["height"].as_u64().and_then(|height| height.checked_add(1));
        parameters.extend(next.map(|next| ("from", next.to_string())));
    }
    let mut reader = Reader::default();
    let mut failed = 0;
    loop {
        match client.stream("/v1/events/stream", &parameters, reader.last.as_deref()) {
            Ok(body) => {
                failed = 0;
                for event in reader.events(BufReader::new(body)) {
                    print(&event, &facts, as_json)?;
                }
            }
            // Refused in words: the same would be told again.
            Err(error) if !matches!(error, Failure::Machine(_)) => return Err(error),
            Err(error) => {
                failed += 1;
                if failed == ATTEMPTS {
                    return Err(error);
                }
            }
        }
        std::thread::sleep(PAUSE);
    }
}

fn print(event: &Value, facts: &Facts, as_json: bool) -> Result<(), Failure> {
    let mut out = Out::stdout();
    if as_json {
        out.line(event)?;
    } else {
        out.line(happened::line(event, facts))?;
    }
    out.finish()
}

/// Reads server-sent events.
#[derive(Default)]
struct Reader {
    /// Id of the last event that was whole.
    last: Option<String>,
}

impl Reader {
    /// The events of a stream, until it ends or breaks off.
    fn events<'a>(&'a mut self, body: impl BufRead + 'a) -> impl Iterator<Item = Value> + 'a {
        let mut lines = body.lines();
        std::iter::from_fn(move || {
            let (mut id, mut data) = (None, String::new());
            loop {
                let line = lines.next()?.ok()?;
                if let Some(text) = line.strip_prefix("id:") {
                    id = Some(text.trim_start().to_owned());
                } else if let Some(text) = line.strip_prefix("data:") {
                    data.push_str(text);
                } else if line.is_empty() && !data.is_empty() {
                    self.last = id.or_else(|| self.last.take());
                    return serde_json::from_str(&data).ok();
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_events_are_read_and_the_last_one_is_remembered() {
        let body = ": alive\n\nevent: Transfer\nid: 7-0\ndata: {\"id\":\"7-0\"}\n\n\
                    id:7-1\ndata:{\"id\":\"7-1\"}\n\n:\n\nid: 8-0\ndata: {\"id\":";
        let mut reader = Reader::default();
        let events: Vec<Value> = reader.events(body.as_bytes()).collect();
        let ids: Vec<&str> = events.iter().filter_map(|event| event["id"].as_str()).collect();
        assert_eq!(ids, ["7-0", "7-1"]);
        assert_eq!(reader.last.as_deref(), Some("7-1"));
    }
}
