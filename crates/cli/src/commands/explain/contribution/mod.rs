//! `workmint explain --contribution`: one contribution from its submission to its payment, or to
//! the reason why it is not paid.

mod refused;
mod tell;

use std::path::Path;

use workmint_answers::Directory;
use workmint_answers::explain::Past;
pub(super) use workmint_answers::explain::contribution::key;
use workmint_answers::explain::contribution::{Story, story};
use workmint_core::modules::contributions::ContributionKey;

use crate::failure::Failure;
use crate::output::{print_json, progress};

pub(super) fn run(
    data_dir: &Path,
    network: &Directory,
    key: &ContributionKey,
    as_json: bool,
) -> Result<(), Failure> {
    let mut bar = None;
    let story = story(network, key, Past::Replay, |done, last| {
        bar.get_or_insert_with(|| progress(Some(last), "blocks")).set_position(done);
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    let story = story.map_err(|error| {
        let option = error.field().map_or_else(String::new, |field| format!("--{field}"));
        Failure::answer(&error, &option)
    })?;
    match &story {
        _ if as_json => print_json(&story.document()),
        Story::Taken(trace) => tell::print(data_dir, trace),
        Story::Refused(key, all) => refused::print(key, all),
    }
}
