//! `process_*`: processor time, memory, file descriptors and threads of this process, under the names that all of Prometheus'
//! client libraries give them.
//!
//! The collector of the prometheus crate reads the same files through four crates, which take as long to compile as this library
//! itself, and cuts processor time down to whole seconds. Like that one, it knows Linux alone.

use std::{
    collections::HashMap,
    fs,
    sync::{Once, OnceLock},
};

use prometheus::{
    core::{Collector, Desc},
    proto::{Counter, Gauge, Metric, MetricFamily, MetricType},
};

/// Ticks a second in /proc: `USER_HZ`, part of the kernel's interface.
const TICKS: f64 = 100.0;

const FAMILIES: [(&str, &str); 7] = [
    ("process_cpu_seconds_total", "Total user and system CPU time spent in seconds."),
    ("process_open_fds", "Number of open file descriptors."),
    ("process_max_fds", "Maximum number of open file descriptors."),
    ("process_virtual_memory_bytes", "Virtual memory size in bytes."),
    ("process_resident_memory_bytes", "Resident memory size in bytes."),
    ("process_start_time_seconds", "Start time of the process since unix epoch in seconds."),
    ("process_threads", "Number of OS threads in the process."),
];

/// Adds the collector to the default registry of the prometheus crate, unless the application has brought that crate's own.
pub(crate) fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if cfg!(target_os = "linux")
            && let Some(collector) = Process::new()
        {
            // The one error there is: the families are there already.
            let _ = prometheus::register(Box::new(collector));
        }
    });
}

struct Process {
    families: Vec<Desc>,
}

impl Process {
    fn new() -> Option<Self> {
        let desc =
            |(name, help): (&str, &str)| Desc::new(name.to_owned(), help.to_owned(), vec![], HashMap::new()).ok();
        Some(Process { families: FAMILIES.into_iter().map(desc).collect::<Option<_>>()? })
    }
}

impl Collector for Process {
    fn desc(&self) -> Vec<&Desc> {
        self.families.iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        // A value that cannot be read costs its family and no more.
        FAMILIES.iter().zip(values()).filter_map(|(family, value)| Some(self::family(*family, value?))).collect()
    }
}

fn family((name, help): (&str, &str), value: f64) -> MetricFamily {
    let mut metric = Metric::default();
    let mut family = MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_help(help.to_owned());
    if name.ends_with("_total") {
        let mut counter = Counter::default();
        counter.set_value(value);
        metric.set_counter(counter);
        family.set_field_type(MetricType::COUNTER);
    } else {
        let mut gauge = Gauge::default();
        gauge.set_value(value);
        metric.set_gauge(gauge);
        family.set_field_type(MetricType::GAUGE);
    }
    family.set_metric(vec![metric]);
    family
}

/// How many files the process may have open, if that is limited and known.
pub(crate) fn max_files() -> Option<usize> {
    field(&fs::read_to_string("/proc/self/limits").ok()?, "Max open files").map(|files| files as usize)
}

/// In the order of [`FAMILIES`].
fn values() -> [Option<f64>; 7] {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let bytes = |key| field(&status, key).map(|kib: f64| kib * 1024.0);
    let open = fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count() as f64);
    let most = max_files().map(|files| files as f64);
    [cpu_seconds(&stat), open, most, bytes("VmSize:"), bytes("VmRSS:"), start(&stat), field(&status, "Threads:")]
}

/// The first number of the line that begins so.
fn field(text: &str, key: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(key))?.split_ascii_whitespace().next()?.parse().ok()
}

/// A field of `/proc/…/stat` by its number in proc(5). The second one, the name in parentheses, may have spaces.
fn stat_field(stat: &str, number: usize) -> Option<f64> {
    stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(number - 3)?.parse().ok()
}

fn cpu_seconds(stat: &str) -> Option<f64> {
    Some((stat_field(stat, 14)? + stat_field(stat, 15)?) / TICKS)
}

/// The same at every scrape, whatever the clock is set to meanwhile.
fn start(stat: &str) -> Option<f64> {
    static START: OnceLock<Option<f64>> = OnceLock::new();
    *START.get_or_init(|| {
        let booted = field(&fs::read_to_string("/proc/stat").ok()?, "btime ")?;
        Some(booted + stat_field(stat, 22)? / TICKS)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_spaces_and_parentheses() {
        let stat = "7 (a) (b c) S 1 7 7 0 -1 4194304 90 0 0 0 150 50 0 0 20 0 3 0 12345 1000000 250";
        assert_eq!(cpu_seconds(stat), Some(2.0));
        assert_eq!(stat_field(stat, 22), Some(12345.0));
        assert_eq!(cpu_seconds(""), None);
    }

    #[test]
    fn limits_and_sizes() {
        assert_eq!(
            field("Max processes 9 9\nMax open files            1024     4096    files\n", "Max open files"),
            Some(1024.0)
        );
        assert_eq!(field("Max open files            unlimited   unlimited\n", "Max open files"), None);
        assert_eq!(field("VmSize:\t    9000 kB\nVmRSS:\t     300 kB\n", "VmRSS:"), Some(300.0));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_this_process_uses() {
        let [cpu, open, most, size, resident, start, threads] = values().map(|value| value.expect("a value"));
        assert!((0.0..3600.0).contains(&cpu), "{cpu}");
        assert!((3.0..=most).contains(&open), "{open} of {most}");
        assert!(size >= resident && resident > 100_000.0, "{size} {resident}");
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs_f64();
        assert!(start <= now + 1.0 && start > now - 3600.0, "{start} {now}");
        assert!(threads >= 1.0);
    }
}
