use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use super::{
    slot::{Slot, sweep},
    *,
};

/// A folder of its own that is gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("discovery-{}-{}", std::process::id(), COUNT.fetch_add(1, Relaxed));
        Folder(env::temp_dir().join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

fn instance(folder: &Folder, component: &str) -> Arc<Instance> {
    let settings = InstanceSettings::from_env(Some(folder.0.clone())).expect("no variable is set");
    Arc::new(Instance::new(settings, component))
}

fn file(folder: &Folder, component: &'static str, transport: Option<&'static str>) -> File {
    let address = ([127, 0, 0, 1], 9203).into();
    let of = Target { component, transport, address };
    File { target: address.to_string(), of, instance: instance(folder, component) }
}

#[test]
fn a_slot_is_the_lowest_that_no_living_process_has() {
    let folder = Folder::new();
    let claim = |component| Slot::claim(&folder.0, component).expect("a slot");
    let (first, second) = (claim("weather"), claim("weather"));
    assert_eq!((first.number, second.number, claim("news").number), (1, 2, 1));
    drop(first);
    let again = claim("weather");
    assert_eq!((again.number, claim("weather").number), (1, 3));
}

#[test]
fn a_file_names_the_target_and_its_labels() {
    let folder = Folder::new();
    let (first, second) = (file(&folder, "weather", Some("stdio")), file(&folder, "weather", None));
    first.write().expect("written");
    second.write().expect("written");
    assert_eq!(names(&folder.0), ["weather-1.json", "weather-1.lock", "weather-2.json", "weather-2.lock"]);
    let read = |name| -> serde_json::Value {
        serde_json::from_slice(&fs::read(folder.0.join(name)).expect("a file")).expect("JSON")
    };
    let labels = serde_json::json!({ "component": "weather", "instance": "weather-1", "transport": "stdio" });
    assert_eq!(read("weather-1.json"), serde_json::json!([{ "targets": ["127.0.0.1:9203"], "labels": labels }]));
    assert_eq!(
        read("weather-2.json")[0]["labels"],
        serde_json::json!({ "component": "weather", "instance": "weather-2" })
    );
}

#[test]
fn files_of_processes_that_are_gone_are_removed() {
    let folder = Folder::new();
    let gone = file(&folder, "gone", None);
    gone.write().expect("written");
    drop(gone);
    fs::write(folder.0.join("by-hand.json"), "[]").expect("written");
    let living = file(&folder, "living", None);
    living.write().expect("written");
    assert_eq!(names(&folder.0), ["by-hand.json", "gone-1.lock", "living-1.json", "living-1.lock"]);
    sweep(&folder.0);
    assert!(folder.0.join("living-1.json").exists());
}

#[test]
fn an_emptied_folder_is_filled_again() {
    let folder = Folder::new();
    let file = file(&folder, "weather", None);
    file.write().expect("written");
    fs::remove_dir_all(&folder.0).expect("removed");
    // Another process takes the slot meanwhile.
    let other = Slot::claim(&folder.0, "weather").expect("a slot");
    file.write().expect("written");
    assert_eq!(other.number, 1);
    assert_eq!(names(&folder.0), ["weather-1.lock", "weather-2.json", "weather-2.lock"]);
}

#[test]
fn a_registration_ends_with_its_file() {
    let folder = Folder::new();
    let target = Target { component: "weather", transport: None, address: ([0, 0, 0, 0], 9203).into() };
    let settings = DiscoverySettings { folder: folder.0.clone(), host: None };
    let registration = Registration::start(settings, target, instance(&folder, "weather"));
    let path = folder.0.join("weather-1.json");
    while !path.exists() {
        std::thread::yield_now();
    }
    registration.end();
    assert_eq!(names(&folder.0), ["weather-1.lock"]);
}

#[test]
fn a_target_can_be_reached() {
    let target = |host: Option<&str>, address: &str| {
        let settings = DiscoverySettings { folder: PathBuf::new(), host: host.map(str::to_owned) };
        settings.target(address.parse().expect("an address"))
    };
    assert_eq!(target(None, "127.0.0.1:9203"), "127.0.0.1:9203");
    assert_eq!(target(None, "0.0.0.0:9203"), "127.0.0.1:9203");
    assert_eq!(target(None, "[::]:9203"), "[::1]:9203");
    assert_eq!(target(Some("build-7"), "0.0.0.0:9203"), "build-7:9203");
}
