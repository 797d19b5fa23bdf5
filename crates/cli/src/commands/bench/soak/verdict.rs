//! Whether a process grew.

/// What a process used at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) resident_bytes: u64,
    /// Open files, sockets and the like.
    pub(super) descriptors: u64,
}

/// The later two thirds of all samples, each as the median of memory and the most open files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) samples: usize,
    pub(super) middle: Sample,
    pub(super) last: Sample,
}

/// The last third may use a tenth more memory than the middle third, and have so many more files
/// open: the index merges files in the background.
const MEMORY_PERCENT: u64 = 110;
const MORE_FILES: u64 = 16;

impl Verdict {
    pub(super) fn of(samples: &[Sample]) -> Self {
        let third = samples.len() / 3;
        let (earlier, last) = samples.split_at(samples.len() - third);
        let middle = earlier.get(earlier.len() - third..).unwrap_or_default();
        Self { samples: samples.len(), middle: one(middle), last: one(last) }
    }

    /// What grew.
    pub(super) fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let (before, after) = (self.middle.resident_bytes, self.last.resident_bytes);
        if after.saturating_mul(100) > before.saturating_mul(MEMORY_PERCENT) {
            let (before, after) = (before >> 20, after >> 20);
            wrong.push(format!("memory grew from {before} MiB to {after} MiB"));
        }
        let (before, after) = (self.middle.descriptors, self.last.descriptors);
        if after > before.saturating_add(MORE_FILES) {
            wrong.push(format!("open files grew from {before} to {after}"));
        }
        if before == 0 || self.middle.resident_bytes == 0 {
            wrong.push("the system does not say what the node uses".to_owned());
        }
        wrong
    }
}

fn one(samples: &[Sample]) -> Sample {
    let mut memory: Vec<u64> = samples.iter().map(|sample| sample.resident_bytes).collect();
    memory.sort_unstable();
    let most = samples.iter().map(|sample| sample.descriptors).max();
    Sample {
        resident_bytes: memory.get(memory.len() / 2).copied().unwrap_or(0),
        descriptors: most.unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(mib: impl Fn(u64) -> u64, files: impl Fn(u64) -> u64) -> Verdict {
        let sample = |at| Sample { resident_bytes: mib(at) << 20, descriptors: files(at) };
        Verdict::of(&(0..300).map(sample).collect::<Vec<_>>())
    }

    #[test]
    fn warm_up_does_not_count_and_growth_does() {
        let flat = verdict(|at| if at < 100 { at } else { 200 }, |at| at.min(40));
        assert_eq!(flat.middle, Sample { resident_bytes: 200 << 20, descriptors: 40 });
        assert_eq!(flat.last, flat.middle);
        assert!(flat.wrong().is_empty());
        // Medians of a steady growth: 250 and 350 of 300 samples begun at 100.
        let grows = verdict(|at| 100 + at, |_| 40);
        assert_eq!(
            (grows.middle.resident_bytes, grows.last.resident_bytes),
            (250 << 20, 350 << 20)
        );
        assert_eq!(grows.wrong(), ["memory grew from 250 MiB to 350 MiB"]);
        let leaks = verdict(|_| 200, |at| 40 + at / 10);
        assert_eq!((leaks.middle.descriptors, leaks.last.descriptors), (59, 69));
        assert!(leaks.wrong().is_empty());
        let leaks = verdict(|_| 200, |at| 40 + at / 5);
        assert_eq!(leaks.wrong(), ["open files grew from 79 to 99"]);
    }

    #[test]
    fn a_spike_is_no_growth_and_silence_no_proof() {
        let spike = verdict(|at| if at % 10 == 0 { 900 } else { 200 }, |_| 40);
        assert!(spike.wrong().is_empty());
        assert_eq!(verdict(|_| 0, |_| 0).wrong().len(), 1);
    }
}
