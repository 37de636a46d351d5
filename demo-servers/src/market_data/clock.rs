//! The market's clock: it says which tick it is, and survives its process.
//!
//! A process takes the time of day once, at its start; from there on the monotonic clock counts, so that a clock of the machine that is
//! set back stops nothing. A small file keeps when the market opened and which tick it has told: the next process goes on from there, with the
//! opening of the file if the environment names none, and never before a tick that was told.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use super::exchange::HISTORY;
use crate::settings::Market;

/// How often the file is written at most: a tick that was told is forgotten if the process is killed within this time.
const EVERY: Duration = Duration::from_secs(1);

/// What the file keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// Of another seed, or with other ticks, it is another market.
    seed: u64,
    tick_ns: u64,
    /// When it opened, in milliseconds since 1970.
    opened_ms: u64,
    /// The last tick that was told.
    told: u64,
}

/// A running clock.
#[derive(Debug)]
pub(super) struct Clock {
    tick: Duration,
    started: Instant,
    /// How long the market had been open at the start of the process.
    before: Duration,
    file: Option<File>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    written: Mutex<Written>,
}

#[derive(Debug)]
struct Written {
    kept: Kept,
    at: Instant,
    /// Whether the last attempt failed, which is told once.
    failed: bool,
}

impl Clock {
    /// The clock of this market, kept in this file.
    pub(super) fn start(market: &Market, file: Option<PathBuf>) -> Self {
        Clock::start_at(SystemTime::now(), market, file)
    }

    fn start_at(day: SystemTime, market: &Market, file: Option<PathBuf>) -> Self {
        let tick_ns = nanos(market.tick);
        let known = file.as_deref().and_then(read);
        let known = known.filter(|known| (known.seed, known.tick_ns) == (market.seed, tick_ns));
        let opened_ms = match (market.epoch, known) {
            (Some(epoch), _) => millis(epoch),
            (None, Some(known)) => known.opened_ms,
            (None, None) => millis(day),
        };
        // What a market with another opening has told says nothing of this one.
        let told = known.filter(|known| known.opened_ms == opened_ms).map_or(HISTORY, |known| known.told.max(HISTORY));
        let since_opening = Duration::from_millis(millis(day).saturating_sub(opened_ms));
        let before = since_opening.max(Duration::from_nanos(tick_ns.saturating_mul(told - HISTORY)));
        let kept = Kept { seed: market.seed, tick_ns, opened_ms, told };
        let file = file.map(|path| {
            let written = Written { kept, at: Instant::now(), failed: false };
            File { path, written: Mutex::new(written) }
        });
        let clock = Clock { tick: market.tick, started: Instant::now(), before, file };
        if let Some(file) = &clock.file {
            file.write(&mut file.written.lock().unwrap_or_else(PoisonError::into_inner));
        }
        clock
    }

    /// The tick of now.
    pub(super) fn now(&self) -> u64 {
        let open = self.before + self.started.elapsed();
        let now = HISTORY + u64::try_from(open.as_nanos() / self.tick.as_nanos()).unwrap_or(u64::MAX / 2);
        if let Some(file) = &self.file {
            let mut written = file.written.lock().unwrap_or_else(PoisonError::into_inner);
            if now > written.kept.told && written.at.elapsed() >= EVERY {
                written.kept.told = now;
                file.write(&mut written);
            }
        }
        now
    }
}

impl File {
    fn write(&self, written: &mut Written) {
        written.at = Instant::now();
        let result = write(&self.path, &written.kept);
        if let Err(error) = &result
            && !written.failed
        {
            let path = self.path.display();
            tracing::warn!(
                "cannot write {path}, which MARKET_CLOCK_FILE names: {error}; if this process ends, the market opens anew. Name a file \
                 that can be written, or set MARKET_EPOCH"
            );
        }
        written.failed = result.is_err();
    }
}

/// All or nothing, also if the process is killed meanwhile.
fn write(path: &Path, kept: &Kept) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let new = path.with_extension("new");
    fs::write(&new, serde_json::to_vec(kept)?)?;
    fs::rename(new, path)
}

fn read(path: &Path) -> Option<Kept> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            tracing::warn!(
                "cannot read {}, which MARKET_CLOCK_FILE names: {error}; the market opens anew",
                path.display()
            );
            return None;
        }
    };
    let kept = serde_json::from_slice(&text);
    kept.inspect_err(|error| {
        tracing::warn!(
            "{}, which MARKET_CLOCK_FILE names, is no clock: {error}; the market opens anew",
            path.display()
        );
    })
    .ok()
}

fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const OPENING: Duration = Duration::from_secs(1_800_000_000);

    fn market(epoch: Option<Duration>) -> Market {
        Market { seed: 1, epoch: epoch.map(|epoch| UNIX_EPOCH + epoch), tick: MINUTE }
    }

    /// A clock that starts so many minutes after the opening, by the machine's clock.
    fn after(minutes: u32, market: Market, file: &Path) -> Clock {
        Clock::start_at(UNIX_EPOCH + OPENING + MINUTE * minutes, &market, Some(file.to_owned()))
    }

    #[test]
    fn the_next_process_goes_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("new/market-clock");
        assert_eq!(after(0, market(None), &file).now(), HISTORY);
        assert_eq!(after(90, market(None), &file).now(), HISTORY + 90, "not from the beginning");
        // An opening that is named counts, whatever was kept.
        assert_eq!(after(90, market(Some(OPENING + MINUTE * 60)), &file).now(), HISTORY + 30);
        fs::write(&file, "nonsense").expect("it is written");
        assert_eq!(after(200, market(None), &file).now(), HISTORY, "a file that says nothing is like none");
        let other = Market { seed: 2, ..market(None) };
        assert_eq!(after(300, other, &file).now(), HISTORY, "another market opens of its own");
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_set_the_market_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("market-clock");
        for market in [market(None), market(Some(OPENING))] {
            let told =
                Kept { seed: 1, tick_ns: nanos(MINUTE), opened_ms: millis(UNIX_EPOCH + OPENING), told: HISTORY + 90 };
            write(&file, &told).expect("it is written");
            for minutes in [0, 30, 89] {
                assert_eq!(after(minutes, market, &file).now(), HISTORY + 90);
            }
            assert_eq!(after(91, market, &file).now(), HISTORY + 91);
        }
        // Set back to before the opening, and no process has ended.
        let early =
            Clock::start_at(UNIX_EPOCH, &Market { tick: Duration::from_millis(1), ..market(Some(OPENING)) }, None);
        while early.now() < HISTORY + 3 {
            std::thread::yield_now();
        }
    }

    #[test]
    fn what_was_told_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("market-clock");
        let clock = Clock::start(&Market { tick: Duration::from_millis(10), ..market(None) }, Some(file.clone()));
        let kept = || read(&file).expect("a clock").told;
        while kept() == HISTORY {
            clock.now();
        }
        assert!(kept() >= HISTORY + 100, "a second is a hundred ticks");
    }

    #[test]
    fn a_place_that_cannot_be_written_stops_nothing() {
        assert_eq!(after(7, market(Some(OPENING)), Path::new("/proc/market-clock")).now(), HISTORY + 7);
    }
}
