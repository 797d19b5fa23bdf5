//! Reading a trace of requests: tokens asked in each step.

use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// The columns, in any place of the first line.
const COLUMNS: [&str; 3] = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"];

/// Tokens, read and generated, that were asked in each step of so many seconds; requests in order
/// of time.
pub(super) fn demand(file: &Path, step: u64, most: usize) -> Result<Vec<u64>, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::reading(&file.display().to_string(), &error))?;
    demand_of(&text, step, most)
        .map_err(|problem| Failure::input(format!("{}: {problem}", file.display())))
}

fn demand_of(text: &str, step: u64, most: usize) -> Result<Vec<u64>, String> {
    let mut lines = text.lines().enumerate();
    let head: Vec<&str> = lines.next().map_or("", |(_, head)| head).split(',').collect();
    let place = |name: &str| head.iter().position(|column| column.trim() == name);
    let [Some(time), Some(read), Some(made)] = COLUMNS.map(place) else {
        return Err(format!("line 1: the columns {} are needed", COLUMNS.join(", ")));
    };
    let (mut steps, mut first) = (Vec::new(), None);
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let bad = |what: &str| format!("line {}: {what}", at + 1);
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let cell = |place: usize| cells.get(place).copied().unwrap_or_default();
        let tokens = |place| cell(place).parse::<u32>().map_err(|_| bad("tokens: 0 to 2^32 - 1"));
        let second = second(cell(time)).ok_or_else(|| bad("a time such as 2023-11-16 18:17:03"))?;
        let start = *first.get_or_insert(second);
        let passed = second.checked_sub(start).ok_or_else(|| bad("it is before the first line"))?;
        let index = usize::try_from(passed / step).unwrap_or(usize::MAX);
        if index >= most {
            return Err(bad(&format!("at most {most} steps: take longer ones with --step")));
        }
        if steps.len() <= index {
            steps.resize(index + 1, 0_u64);
        }
        if let Some(sum) = steps.get_mut(index) {
            *sum += u64::from(tokens(read)?) + u64::from(tokens(made)?);
        }
    }
    if steps.is_empty() {
        return Err("there is no request in it".to_owned());
    }
    Ok(steps)
}

/// The second of a time "YYYY-MM-DD HH:MM:SS", whatever follows a dot. Months count 31 days: only
/// differences within a trace of hours matter, and order.
fn second(text: &str) -> Option<u64> {
    let (date, time) = text.split_once([' ', 'T'])?;
    let number = |text: &str| text.parse::<u64>().ok();
    let date: Vec<u64> = date.split('-').map(number).collect::<Option<_>>()?;
    let whole = time.split('.').next()?;
    let time: Vec<u64> = whole.split(':').map(number).collect::<Option<_>>()?;
    let ([year, month, day], [hour, minute, second]) =
        (date.as_slice().try_into().ok()?, time.as_slice().try_into().ok()?);
    let fits = year <= 9_999 && month <= 12 && day <= 31 && hour < 24 && minute < 60 && second < 61;
    let days = (year * 12 + month) * 31 + day;
    fits.then_some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::demand_of;

    const HEAD: &str = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

    fn read(rows: &str) -> Result<Vec<u64>, String> {
        demand_of(&format!("{HEAD}{rows}"), 30, 10)
    }

    #[test]
    fn tokens_are_summed_by_step() {
        let rows = "2023-11-16 23:59:50.9,10,1\n2023-11-17 00:00:20.1,100,5\n\
                    2023-11-16 23:59:59,2,2\n2023-11-17 00:01:20,0,7\n";
        assert_eq!(read(rows).unwrap(), [15, 105, 0, 7]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert!(demand_of("a,b\n", 30, 10).unwrap_err().starts_with("line 1: the columns"));
        assert!(read("").unwrap_err().contains("no request"));
        assert!(read("today,1,2\n").unwrap_err().starts_with("line 2: a time"));
        assert!(read("2023-11-16 10:00:00,x,2\n").unwrap_err().starts_with("line 2: tokens"));
        let late = "2023-11-16 10:00:00,1,2\n2023-11-16 10:05:00,1,2\n";
        assert!(read(late).unwrap_err().starts_with("line 3: at most 10 steps"));
        let before = "2023-11-16 10:00:00,1,2\n2023-11-16 09:59:00,1,2\n";
        assert!(read(before).unwrap_err().contains("before the first line"));
    }
}
