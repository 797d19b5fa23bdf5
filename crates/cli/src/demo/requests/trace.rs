//! A recorded trace: `TIMESTAMP,ContextTokens,GeneratedTokens`, one request a row.

use crate::failure::Failure;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The only accepted header.
const HEADER: [&str; 3] = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"];
/// Most tokens of one request, context and generated each.
const MAX_TOKENS: u64 = 1 << 32;
/// Most bytes of a trace.
const MAX_BYTES: u64 = 1 << 30;

/// A trace in memory.
#[derive(Debug)]
pub(crate) struct Trace {
    /// Context and generated tokens of each request, in the file's order.
    pub(crate) requests: Vec<(u64, u64)>,
    /// Milliseconds from the first request to the last.
    pub(crate) span_ms: u64,
    /// BLAKE3 of the file.
    pub(crate) hash: String,
}

impl Trace {
    /// Reads a trace; the first bad row is an error that names its line.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| Failure::reading(&name, &error))?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::reading(&name, &error))?;
        if bytes.len() as u64 > MAX_BYTES {
            let text = format!("{name}: a trace has at most {MAX_BYTES} bytes");
            return Err(Failure::Input(text));
        }
        let hash = blake3::hash(&bytes).to_hex().to_string();
        Self::parse(&name, &bytes, hash)
    }

    fn parse(name: &str, bytes: &[u8], hash: String) -> Result<Self, Failure> {
        let at = |line: u64, what: String| Failure::Input(format!("{name}:{line}: {what}"));
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let mut requests = Vec::new();
        let (mut first_ms, mut last_ms) = (None, 0);
        for (row, record) in reader.records().enumerate() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, csv::Position::line);
                at(line, "the row is not UTF-8 text".to_owned())
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            if row == 0 {
                if !record.iter().eq(HEADER) {
                    let needed = HEADER.join(",");
                    return Err(at(line, format!("the first line must be {needed}")));
                }
                continue;
            }
            if record.len() != HEADER.len() {
                let text = format!("the row has {} columns, 3 are needed", record.len());
                return Err(at(line, text));
            }
            let field = |column: usize| record.get(column).unwrap_or_default();
            let time = milliseconds(field(0)).ok_or_else(|| {
                let form = "YYYY-MM-DD HH:MM:SS.fffffff";
                at(line, format!("TIMESTAMP is \"{}\", not {form}", field(0)))
            })?;
            let tokens = |column: usize| {
                let allowed = "a whole number from 0 to 4,294,967,295";
                whole(field(column)).ok_or_else(|| {
                    let (name, text) = (HEADER[column], field(column));
                    at(line, format!("{name} is \"{text}\"; allowed: {allowed}"))
                })
            };
            let (context, generated) = (tokens(1)?, tokens(2)?);
            if context + generated == 0 {
                return Err(at(line, "a request has at least one token".to_owned()));
            }
            if time < last_ms {
                return Err(at(line, "TIMESTAMP is before the row above".to_owned()));
            }
            first_ms = first_ms.or(Some(time));
            last_ms = time;
            requests.push((context, generated));
        }
        let Some(first_ms) = first_ms else {
            return Err(at(1, "the trace has no requests".to_owned()));
        };
        Ok(Self { requests, span_ms: last_ms - first_ms, hash })
    }

    /// Requests in `length_ms` at the trace's own rate; as they are if it has no duration.
    pub(crate) fn requests_in(&self, length_ms: u64) -> u64 {
        let count = self.requests.len() as u128;
        match u128::from(self.span_ms) {
            0 => self.requests.len() as u64,
            span => u64::try_from(count * u128::from(length_ms) / span).unwrap_or(u64::MAX),
        }
    }
}

/// Digits only: no sign, no point, no exponent.
fn whole(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number| *number < MAX_TOKENS)
}

/// Milliseconds since the year 1970 of `YYYY-MM-DD HH:MM:SS.fffffff`.
fn milliseconds(text: &str) -> Option<u64> {
    let shape = b"dddd-dd-dd dd:dd:dd.ddddddd";
    let fits = |(byte, shape): (u8, &u8)| match shape {
        b'd' => byte.is_ascii_digit(),
        other => byte == *other,
    };
    if text.len() != shape.len() || !text.bytes().zip(shape).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let real = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (hour < 24 && minute < 60 && second < 60);
    if !real {
        return None;
    }
    // Days since 0000-03-01 of the Gregorian calendar; years begin in March.
    let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day - 1;
    let seconds = (days - 719_468) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(seconds * 1_000 + number(20, 23)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Trace, Failure> {
        Trace::parse("t.csv", text.as_bytes(), String::new())
    }

    #[test]
    fn reads_the_published_form_with_both_line_ends() {
        let rows = "2023-11-16 18:17:03.9799600,4808,10\r\n2023-11-16 18:18:04.0319600,0,8";
        let trace = parse(&format!("TIMESTAMP,ContextTokens,GeneratedTokens\r\n{rows}")).unwrap();
        assert_eq!(trace.requests, [(4808, 10), (0, 8)]);
        assert_eq!(trace.span_ms, 60_052);
        assert_eq!(trace.requests_in(120_104), 4);
    }

    #[test]
    fn days_count_as_the_calendar_does() {
        let day =
            |text: &str| milliseconds(&format!("{text} 00:00:00.0000000")).unwrap() / 86_400_000;
        assert_eq!(day("1970-01-01"), 0);
        assert_eq!(day("2000-03-01") - day("2000-02-28"), 2);
        assert_eq!(day("2025-01-01"), 20_089);
    }

    #[test]
    fn bad_rows_name_their_line() {
        let head = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n";
        for (row, what) in [
            ("2023-11-16 18:17:04.0319600,3180", "2 columns"),
            ("2023-11-16 18:17:04.0319600,3180,8,1", "4 columns"),
            ("2023-11-16 18:17:04,3180,8", "TIMESTAMP"),
            ("2023-13-16 18:17:04.0319600,3180,8", "TIMESTAMP"),
            ("2023-11-16 18:17:02.0319600,3180,8", "before the row above"),
            ("2023-11-16 18:17:04.0319600,-1,8", "ContextTokens is \"-1\""),
            ("2023-11-16 18:17:04.0319600,NaN,8", "ContextTokens"),
            ("2023-11-16 18:17:04.0319600,1,1e3", "GeneratedTokens"),
            ("2023-11-16 18:17:04.0319600,1,4294967296", "GeneratedTokens"),
            ("2023-11-16 18:17:04.0319600,0,0", "at least one token"),
        ] {
            let message = parse(&format!("{head}{row}\n")).unwrap_err().to_string();
            assert!(message.starts_with("t.csv:3: "), "{row}: {message}");
            assert!(message.contains(what), "{row}: {message}");
        }
        for empty in ["", "TIMESTAMP,ContextTokens,GeneratedTokens\n"] {
            let message = parse(empty).unwrap_err().to_string();
            assert!(message.contains("no requests"), "{message}");
        }
        assert!(parse("time,in,out\n").unwrap_err().to_string().contains("first line must be"));
    }
}
