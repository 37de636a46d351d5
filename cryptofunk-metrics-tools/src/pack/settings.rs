use std::{ffi::OsString, path::Path, process::ExitCode};

use cryptofunk_metrics_catalog::descriptor::{ComponentDescriptor, ComponentKind, MetricDescriptor};
use cryptofunk_metrics_query::{Arena, Rules, Schema, parse};

use crate::{
    docs::{Category, Dashboard, Example, RunbookEntry, System},
    pack::{
        alerts::{self, Alerts, HEALTHY},
        budget,
        clock::Clock,
        constants, dashboards,
        dialect::{Dialect, fits},
        draft::{Group, Page, Scene, rule_file},
        error::PackError,
        facts::{Facts, Jobs},
        families::Families,
        file::{PackFile, check_files, write_files},
        own::Own,
        promtool, records,
    },
};

/// The settings of a pack: its name, what it is about, and its thresholds. [`files`](Self::files), [`write`](Self::write),
/// [`check`](Self::check) and [`generate`](Self::generate) make it.
///
/// The [module](crate::pack) has an example.
#[derive(Debug, Clone)]
pub struct Pack {
    name: String,
    title: String,
    schema: Schema,
    components: &'static [ComponentDescriptor],
    made_by: String,
    jobs: Jobs,
    few: u32,
    slow: f64,
    sessions: u32,
    divisor: u32,
    own: Own,
}

impl Pack {
    /// A pack of this name, about the families of a catalogue or a schema, and these components.
    ///
    /// The name begins the names of files, groups of rules and dashboards. It has lower-case letters, digits and `-`.
    pub fn new(name: &str, schema: impl Into<Schema>, components: &'static [ComponentDescriptor]) -> Self {
        let jobs = Jobs { servers: "mcp-servers".to_owned(), agents: "agents".to_owned(), services: None };
        Pack {
            name: name.to_owned(),
            title: title(name),
            schema: schema.into(),
            components,
            made_by: "cryptofunk_metrics_tools::pack".to_owned(),
            jobs,
            few: 5,
            slow: 10.0,
            sessions: 1_000,
            divisor: 1,
            own: Own::default(),
        }
    }

    /// Names the command that makes the pack. It stands in the first line of each file.
    #[must_use]
    pub fn made_by(mut self, command: &str) -> Self {
        command.clone_into(&mut self.made_by);
        self
    }

    /// Sets the title of its dashboards, before their `:`. By default it is the pack's name.
    #[must_use]
    pub fn title(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }

    /// Sets the job in Prometheus' configuration for all components of a kind. By default it is `mcp-servers`, `agents`, or the service's
    /// own name.
    #[must_use]
    pub fn job(mut self, kind: ComponentKind, job: &str) -> Self {
        match kind {
            ComponentKind::McpServer => self.jobs.servers = job.to_owned(),
            ComponentKind::Agent => self.jobs.agents = job.to_owned(),
            _ => self.jobs.services = Some(job.to_owned()),
        }
        self
    }

    /// Sets how many calls must fail in a window before a share of failures raises an alert; 5 by default. Otherwise one failure of three
    /// calls would be a third.
    #[must_use]
    pub fn few_failures(mut self, failures: u32) -> Self {
        self.few = failures;
        self
    }

    /// Sets the 95th percentile from which on a tool is slow, in seconds; 10 by default.
    #[must_use]
    pub fn slow_tool(mut self, seconds: f64) -> Self {
        self.slow = seconds;
        self
    }

    /// Sets the limit of open sessions of each server, as its `MCP_SESSIONS` says; 1,000 by default.
    #[must_use]
    pub fn most_sessions(mut self, sessions: u32) -> Self {
        self.sessions = sessions;
        self
    }

    /// Divides all windows and times of the rules, so that a test takes minutes instead of hours. It is not for production: Prometheus must
    /// scrape that much more often.
    #[must_use]
    pub fn windows_divided_by(mut self, divisor: u32) -> Self {
        self.divisor = divisor;
        self
    }

    /// The families by what they are about, for the documents. Without it, by their convention.
    #[must_use]
    pub fn categories(mut self, categories: &'static [Category]) -> Self {
        self.own.categories = categories;
        self
    }

    /// Rules of your own, from rule files beside the pack's: documents say which of them ask for a family, and the runbook has their alerts.
    #[must_use]
    pub fn rules(mut self, rules: &'static [Rules]) -> Self {
        self.own.rules = rules;
        self
    }

    /// Queries for people to start from: QUERIES.md.
    #[must_use]
    pub fn queries(mut self, queries: &'static [Example]) -> Self {
        self.own.queries = queries;
        self
    }

    /// Dashboards of your own. One with the uid of one of the pack's, such as `weather-overview`, adds its rows to it, above the pack's, and gives it
    /// its title and description.
    #[must_use]
    pub fn dashboards(mut self, dashboards: &'static [Dashboard]) -> Self {
        self.own.dashboards = dashboards;
        self
    }

    /// What to do about the alerts of your own rules. An entry about an alert of the pack adds to what the pack says of it.
    #[must_use]
    pub fn runbook(mut self, entries: &'static [RunbookEntry]) -> Self {
        self.own.runbook = entries;
        self
    }

    /// The system with the rules, dashboards and runbook of the pack and of your own.
    ///
    /// # Errors
    ///
    /// A catalogue of several namespaces or of no convention, objectives that it has no families for, and alerts of your own without an entry of the
    /// runbook or a dashboard.
    pub fn system(&self) -> Result<System<'static>, PackError> {
        Ok(self.build()?.system)
    }

    /// The files of the pack, with their paths.
    ///
    /// # Errors
    ///
    /// Those of [`Pack::system`].
    pub fn files(&self) -> Result<Vec<PackFile>, PackError> {
        let Built { facts, system, groups, alert_group, alerts } = self.build()?;
        let name = &self.name;
        let rules = format!("{name}.rules.yml");
        let comment = format!("# Made by `{}`; a change of it is lost.\n", self.made_by);
        let made = format!("<!-- Made by `{}`; a change of it is lost. -->", self.made_by);
        let address = |page: Page| self.address(page);
        let healthy = Scene {
            title: "a healthy hour fires nothing".to_owned(),
            series: alerts.healthy,
            at: HEALTHY,
            fires: None,
        };
        let metrics = format!("{made}\n\n# Metrics\n\nEvery component serves these on its own port at `/metrics`.");
        let runbook = format!("{made}\n\n# Runbook\n\nWhat to do about each alert.");
        let file = |path: String, text| PackFile { path, text };
        let mut files = vec![
            file(format!("prometheus/{rules}"), rule_file(&comment, &groups, &alert_group, &alerts.all, address)),
            file(
                // In a folder of its own, so that Prometheus may be given all files beside the rules.
                format!("prometheus/tests/{name}.rules.test.yml"),
                promtool::test_file(&comment, &format!("../{rules}"), &alerts.all, &healthy, facts.clock, address),
            ),
            file("METRICS.md".to_owned(), system.markdown(&metrics)),
            file("RUNBOOK.md".to_owned(), system.runbook_markdown(&runbook)),
            file("catalog.json".to_owned(), system.json(&self.made_by)),
        ];
        if !system.queries.is_empty() {
            let queries = format!("{made}\n\n# Queries\n\nTo paste into Prometheus.");
            files.push(file("QUERIES.md".to_owned(), system.queries_markdown(&queries)));
        }
        let runbook = (format!("{}: runbook", self.title), self.address(Page::Runbook));
        let pages = system.dashboards.iter().map(|page| (page.title.to_owned(), format!("/d/{}", page.uid)));
        let pages: Vec<(String, String)> = pages.chain([runbook.clone()]).collect();
        let links: Vec<(&str, &str)> = pages.iter().map(|(title, address)| (&**title, &**address)).collect();
        for dashboard in system.dashboards {
            files.push(file(format!("grafana/{}.json", dashboard.uid), dashboard.json(&self.made_by, &links)));
        }
        let uid = self.uid(Page::Runbook);
        let page = system.runbook_json(&uid, &runbook.0, &self.made_by, &links);
        files.push(file(format!("grafana/{uid}.json"), page));
        Ok(files)
    }

    /// Writes the files into a folder. Returns the paths of the files that changed.
    ///
    /// # Errors
    ///
    /// Those of [`Pack::system`], and if a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<Vec<String>, PackError> {
        write_files(&self.files()?, folder)
    }

    /// Compares the files in a folder with what would be written.
    ///
    /// # Errors
    ///
    /// Those of [`Pack::system`], and [`PackError::Drift`], which names the files.
    pub fn check(&self, folder: &Path) -> Result<(), PackError> {
        check_files(&self.files()?, folder, &self.made_by)
    }

    /// The `main` of a program. It writes the files into a folder. With the argument `--check`, it fails if the files differ from what it
    /// would write.
    pub fn generate(&self, folder: impl AsRef<Path>, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
        let folder = folder.as_ref();
        let arguments: Vec<OsString> = arguments.into_iter().skip(1).collect();
        let result = match arguments.as_slice() {
            [] => self.write(folder).map(|written| {
                for path in written {
                    eprintln!("wrote {}", folder.join(path).display());
                }
            }),
            [check] if check == "--check" => self.check(folder),
            _ => {
                eprintln!("usage: {} [--check]", self.made_by);
                return ExitCode::from(2);
            }
        };
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn uid(&self, page: Page) -> String {
        format!("{}-{}", self.name, page.end())
    }

    fn address(&self, page: Page) -> String {
        format!("/d/{}", self.uid(page))
    }

    fn facts(&self) -> Result<Facts, PackError> {
        let families = Families::of(self.schema.catalog())?;
        let dialect = Dialect::of(&families)?;
        let prefix = families.prefix();
        let indicators = match &dialect {
            Some(dialect) => budget::indicators(self.components, dialect, prefix)?,
            None => Vec::new(),
        };
        if dialect.is_none() && families.is_empty() {
            return Err(PackError::Nothing);
        }
        Ok(Facts {
            families,
            prefix,
            components: self.components,
            dialect,
            indicators,
            clock: Clock::new(self.divisor),
            jobs: self.jobs.clone(),
            few: self.few,
            slow: self.slow,
            sessions: self.sessions,
        })
    }

    fn build(&self) -> Result<Built, PackError> {
        let facts = self.facts()?;
        for job in [&facts.jobs.servers, &facts.other_jobs()] {
            let query = format!("up{{job{}}}", fits(job));
            if let Err(error) = parse(&Arena::default(), &query) {
                return Err(PackError::Job { job: job.clone(), error: error.to_string() });
            }
        }
        // Names of groups are like those of series.
        let group = self.name.replace('-', "_");
        let mut groups = vec![records::group(&facts, &group)];
        if let Some(dialect) = &facts.dialect {
            groups.extend(budget::groups(&facts.indicators, dialect, &group, facts.clock));
        }
        let alerts = alerts::alerts(&facts);
        let alert_group = Group { name: format!("{group}_alerts"), interval: None, records: Vec::new() };
        let rules = constants::rules(&groups, &alert_group.name, &alerts.all, |page| self.address(page));
        let own = &self.own;
        let dashboards = own.dashboards_with(dashboards::dashboards(&facts, &self.name, &self.title));
        let runbook = own.runbook_with(constants::runbook(&alerts.all));
        own.check(rules, dashboards, runbook)?;
        let system = System {
            categories: match own.categories {
                [] => constants::list(categories(&self.schema)),
                categories => categories,
            },
            schema: told(self.schema, self.components),
            components: self.components,
            rules: constants::list([&[rules][..], own.rules].concat()),
            queries: own.queries,
            dashboards,
            runbook,
        };
        Ok(Built { facts, system, groups, alert_group, alerts })
    }
}

/// A pack before it is written.
struct Built {
    facts: Facts,
    system: System<'static>,
    groups: Vec<Group>,
    alert_group: Group,
    alerts: Alerts,
}

/// A name as a title: `weather-station` is `Weather station`.
fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The schema with the names of the components, unless it was told them.
fn told(mut schema: Schema, components: &'static [ComponentDescriptor]) -> Schema {
    let names = |kind: Option<ComponentKind>| {
        let of = components.iter().filter(move |component| kind.is_none_or(|kind| component.kind == kind));
        constants::list(of.map(|component| component.name).collect())
    };
    let mut tools: Vec<&str> = components.iter().flat_map(|component| component.tools).map(|tool| tool.name).collect();
    tools.sort_unstable();
    tools.dedup();
    tools.push("unknown");
    let all = [
        ("server", names(Some(ComponentKind::McpServer))),
        ("agent", names(Some(ComponentKind::Agent))),
        ("component", names(None)),
        ("tool", constants::list(tools)),
    ];
    for (label, values) in all {
        if schema.catalog().has_fixed_label(label) && schema.values(label).is_none() && !values.is_empty() {
            schema = schema.with_values(label, values);
        }
    }
    schema
}

/// The families by what they are about.
fn categories(schema: &Schema) -> Vec<Category> {
    const TITLES: [(&str, &[&str]); 5] = [
        ("MCP servers", &["mcp", "otel-mcp"]),
        ("Agents", &["agent"]),
        ("Language models", &["llm", "otel-gen-ai"]),
        ("Functions", &["function"]),
        ("Components", &["component"]),
    ];
    let of = |is_in: &dyn Fn(Option<&str>) -> bool| -> &'static [MetricDescriptor] {
        constants::list(schema.catalog().iter().filter(|family| is_in(family.convention)).copied().collect())
    };
    let mut all: Vec<Category> = TITLES
        .into_iter()
        .map(|(title, conventions)| Category {
            title,
            families: of(&|convention| convention.is_some_and(|one| conventions.contains(&one))),
        })
        .collect();
    let known = |convention: Option<&str>| {
        convention.is_some_and(|one| TITLES.iter().any(|(_, conventions)| conventions.contains(&one)))
    };
    all.insert(0, Category { title: "The system's own", families: of(&|convention| !known(convention)) });
    all.retain(|category| !category.families.is_empty());
    all
}
