//! What buckets did in this run: ordinary epochs, borrowing, exhaustion, backpay.

use super::highlights::epochs;
use crate::demo::table::cut;
use crate::failure::Failure;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::Asset;
use workmint_core::modules::rewards::BucketLine;

/// By stream.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    buckets: BTreeMap<String, Bucket>,
}

/// Epochs of one kind: how many, their sum in base units, the one that stands out.
#[derive(Debug, Default)]
struct Epochs {
    count: u64,
    sum: Amount,
    most: Option<(u64, BucketLine)>,
}

impl Epochs {
    fn add(
        &mut self,
        (epoch, line): (u64, &BucketLine),
        of: &dyn Fn(&BucketLine) -> Amount,
    ) -> Result<(), Failure> {
        let amount = of(line);
        if amount.is_zero() {
            return Ok(());
        }
        self.count += 1;
        self.sum = self.sum.checked_add(amount).map_err(Failure::damage)?;
        if self.most.as_ref().is_none_or(|(_, most)| of(most) < amount) {
            self.most = Some((epoch, *line));
        }
        Ok(())
    }
}

/// One stream's epochs.
#[derive(Debug, Default)]
struct Bucket {
    /// All demand was paid at once, out of the target alone.
    ordinary: Epochs,
    /// It borrowed.
    borrowed: Epochs,
    /// Something could not be paid.
    exhausted: Epochs,
    /// Backpay was paid.
    repaid: Epochs,
    /// Backpay was closed unpaid.
    closed: Epochs,
    /// What was owed after each close.
    owed: Epochs,
    /// Since when nothing is owed any more.
    free: Option<u64>,
}

impl Buckets {
    /// Counts a bucket's account of an epoch.
    pub(super) fn add(
        &mut self,
        stream: &str,
        epoch: u64,
        line: &BucketLine,
    ) -> Result<(), Failure> {
        let bucket = self.buckets.entry(stream.to_owned()).or_default();
        let here = (epoch, line);
        if line.paid_new == line.demand && line.demand <= line.target && line.due.is_zero() {
            bucket.ordinary.add(here, &|line| line.paid_new)?;
        }
        bucket.borrowed.add(here, &|line| line.borrowed)?;
        bucket.exhausted.add(here, &|line| line.newly_owed)?;
        bucket.repaid.add(here, &|line| line.paid_backpay)?;
        bucket.closed.add(here, &|line| line.closed)?;
        bucket.owed.add(here, &|line| line.owed)?;
        bucket.free = match (line.owed.is_zero(), bucket.free) {
            (false, _) => None,
            (true, None) if bucket.owed.count > 0 => Some(epoch),
            (true, free) => free,
        };
        Ok(())
    }

    /// What is worth telling, in words.
    pub(super) fn lines(&self, asset: &Asset) -> Vec<String> {
        self.acts(asset).into_iter().map(|act| act.text).collect()
    }

    /// The same for machines.
    pub(super) fn json(&self, asset: &Asset) -> Vec<Value> {
        let acts = self.acts(asset).into_iter();
        acts.map(|act| json!({ "what": act.what, "count": act.count, "first": act.text })).collect()
    }

    fn acts(&self, asset: &Asset) -> Vec<Act> {
        let tellers = [
            Bucket::tell_ordinary,
            Bucket::tell_borrowed,
            Bucket::tell_exhausted,
            Bucket::tell_repaid,
        ];
        let told = |tell: fn(&Bucket, &str, &Asset) -> Option<Act>| {
            self.buckets.iter().filter_map(move |(stream, bucket)| tell(bucket, stream, asset))
        };
        tellers.into_iter().flat_map(told).collect()
    }
}

/// Something a bucket did.
struct Act {
    what: &'static str,
    count: u64,
    text: String,
}

/// An amount with its unit, cut.
fn money(amount: Amount, asset: &Asset) -> String {
    format!("{} {}", cut(amount, asset), asset.symbol)
}

impl Bucket {
    fn tell_ordinary(&self, stream: &str, asset: &Asset) -> Option<Act> {
        let count = self.ordinary.count;
        let text = format!(
            "{stream}: in {} all that became final was paid at once out of the target: {}",
            epochs(count),
            money(self.ordinary.sum, asset)
        );
        (count > 0).then_some(Act { what: "ordinary epochs", count, text })
    }

    fn tell_borrowed(&self, stream: &str, asset: &Asset) -> Option<Act> {
        let (epoch, line) = self.borrowed.most.as_ref()?;
        let count = self.borrowed.count;
        let paid = line.paid_new.checked_add(line.paid_backpay).unwrap_or_default();
        let text = format!(
            "{stream} borrowed {} from other buckets in {}; most in epoch {epoch}: asked for {} \
             and {} of backpay with a target of {}, it borrowed {} and paid {} (its ceiling is \
             {}, {} rolled over)",
            money(self.borrowed.sum, asset),
            epochs(count),
            money(line.demand, asset),
            money(line.due, asset),
            money(line.target, asset),
            money(line.borrowed, asset),
            money(paid, asset),
            money(line.ceiling, asset),
            money(line.rolled_in, asset),
        );
        Some(Act { what: "epochs with borrowed budget", count, text })
    }

    fn tell_exhausted(&self, stream: &str, asset: &Asset) -> Option<Act> {
        let (epoch, line) = self.exhausted.most.as_ref()?;
        let count = self.exhausted.count;
        let text = format!(
            "{stream} was exhausted in {}, worst in epoch {epoch}: {} became final with a target \
             of {}; {} was paid and {} became backpay",
            epochs(count),
            money(line.demand, asset),
            money(line.target, asset),
            money(line.paid_new, asset),
            money(line.newly_owed, asset),
        );
        Some(Act { what: "epochs with an exhausted bucket", count, text })
    }

    fn tell_repaid(&self, stream: &str, asset: &Asset) -> Option<Act> {
        let (epoch, line) = self.owed.most.as_ref()?;
        let count = self.repaid.count;
        let end = match self.free {
            Some(free) => format!("nothing is owed since epoch {free}"),
            None => "some is still owed".to_owned(),
        };
        let text = format!(
            "{stream} owed most after epoch {epoch}, {}; {} of backpay was paid in {}, {} closed \
             unpaid; {end}",
            money(line.owed, asset),
            money(self.repaid.sum, asset),
            epochs(count),
            money(self.closed.sum, asset),
        );
        Some(Act { what: "epochs that paid backpay", count, text })
    }
}
