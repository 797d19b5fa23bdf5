//! What a demo was started with. It lies beside the demo's data, so that a restart goes on with
//! the same plan.

use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// The file's name in the data directory.
const FILE: &str = "demo.json";
/// The file's name while it is written.
const UNFINISHED: &str = "demo.json.tmp";
/// The form of the file.
const FORMAT: u32 = 1;

/// The plan of a demo: together with the state it determines every later block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    format: u32,
    /// The network, as it was named on the command line.
    pub(crate) network: String,
    /// Hosts.
    pub(crate) participants: u64,
    /// Requests of customers in each epoch.
    pub(crate) requests_per_epoch: u64,
    /// Key of all draws.
    pub(crate) seed: u64,
    /// The trace that gives the requests' sizes; without one they are drawn.
    pub(crate) trace: Option<TraceSettings>,
}

/// Which trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceSettings {
    /// Where it was read.
    pub(crate) file: String,
    /// BLAKE3 of its bytes.
    pub(crate) blake3: String,
}

impl Settings {
    /// Settings of a new demo.
    pub(crate) fn new(
        network: String,
        (participants, requests_per_epoch, seed): (u64, u64, u64),
        trace: Option<TraceSettings>,
    ) -> Self {
        Self { format: FORMAT, network, participants, requests_per_epoch, seed, trace }
    }

    /// The same for another number of participants and of requests in each epoch.
    pub(super) fn of(&self, participants: u64, requests_per_epoch: u64) -> Self {
        Self { participants, requests_per_epoch, ..self.clone() }
    }

    /// The settings of the demo in `dir`; `None` if nothing lies there yet. A directory with other
    /// things in it is an error.
    pub(crate) fn load(dir: &Path) -> Result<Option<Self>, Failure> {
        let path = dir.join(FILE);
        let name = path.display().to_string();
        match fs::read(&path) {
            Ok(bytes) => {
                let settings: Self = serde_json::from_slice(&bytes).map_err(|error| {
                    let what = "it is not what workmint demo wrote";
                    Failure::Damage(format!("{name}:{}: {what}: {error}", error.line()))
                })?;
                if settings.format == FORMAT {
                    Ok(Some(settings))
                } else {
                    let found = settings.format;
                    let what = "this program reads format";
                    Err(Failure::Input(format!("{name} has format {found}; {what} {FORMAT}")))
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                require_empty(dir)?;
                Ok(None)
            }
            Err(error) => Err(Failure::reading(&name, &error)),
        }
    }

    /// Writes the settings of a new demo: all of the file or nothing, and durable.
    pub(crate) fn save(&self, dir: &Path) -> Result<(), Failure> {
        let (unfinished, path) = (dir.join(UNFINISHED), dir.join(FILE));
        let text = serde_json::to_string_pretty(self).map_err(Failure::damage)?;
        let written = fs::create_dir_all(dir)
            .and_then(|()| File::create(&unfinished))
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.write_all(b"\n")?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&unfinished, &path))
            .and_then(|()| File::open(dir)?.sync_all());
        written.map_err(|error| Failure::writing(&path.display().to_string(), &error))
    }
}

/// Nothing but what a killed start leaves.
fn require_empty(dir: &Path) -> Result<(), Failure> {
    let name = dir.display().to_string();
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::reading(&name, &error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| Failure::reading(&name, &error))?;
        if entry.file_name() != UNFINISHED {
            return Err(Failure::Input(format!(
                "{name} is not a demo's directory: it has no {FILE} but holds {}; choose an empty \
                 directory with --data-dir",
                entry.file_name().display()
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::new("gonka".to_owned(), (24, 1_000, u64::MAX), None)
    }

    #[test]
    fn settings_come_back_as_they_were_saved() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("a/b");
        assert_eq!(Settings::load(&dir).unwrap(), None);
        let trace = TraceSettings { file: "t.csv".to_owned(), blake3: "00".to_owned() };
        let mut saved = settings();
        saved.trace = Some(trace);
        saved.save(&dir).unwrap();
        assert_eq!(Settings::load(&dir).unwrap(), Some(saved));
    }

    #[test]
    fn a_killed_start_is_no_obstacle_but_other_files_are() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(UNFINISHED), b"{\"for").unwrap();
        assert_eq!(Settings::load(dir.path()).unwrap(), None);
        fs::write(dir.path().join("thesis.txt"), b"").unwrap();
        let error = Settings::load(dir.path()).unwrap_err();
        assert!(error.to_string().contains("thesis.txt"), "{error}");
        assert!(matches!(error, Failure::Input(_)));
    }

    #[test]
    fn damaged_settings_are_told() {
        let dir = tempfile::tempdir().unwrap();
        settings().save(dir.path()).unwrap();
        let path = dir.path().join(FILE);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &text[..text.len() / 2]).unwrap();
        assert!(matches!(Settings::load(dir.path()), Err(Failure::Damage(_))));
        fs::write(&path, text.replace("\"format\": 1", "\"format\": 9")).unwrap();
        assert!(matches!(Settings::load(dir.path()), Err(Failure::Input(_))));
    }
}
