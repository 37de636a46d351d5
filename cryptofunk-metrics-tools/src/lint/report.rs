use crate::lint::finding::Finding;

/// The findings in some files, and what was read and skipped.
#[derive(Debug, Default)]
pub struct Report {
    /// The mistakes, file by file in the order of the lines.
    pub findings: Vec<Finding>,
    /// The families of the catalogue that no query of the files uses.
    pub unused: Vec<&'static str>,
    /// How many files with rules were read.
    pub rule_files: usize,
    /// How many rules.
    pub rules: usize,
    /// How many dashboards.
    pub dashboards: usize,
    /// How many queries were checked, those of rules included.
    pub queries: usize,
    /// The queries and documents that were not checked.
    pub skipped: Vec<Skipped>,
}

/// A query, a document or a file that was not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The file.
    pub file: String,
    /// The line.
    pub line: u64,
    /// What it is.
    pub what: String,
    /// Whether it is a query, rather than a document.
    pub is_query: bool,
}

impl Report {
    /// What was read and skipped, in a sentence: `read 1 rule file with 1 rule, 0 dashboards and 1 query`.
    pub fn summary(&self) -> String {
        let count = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
        let mut text = format!(
            "read {} with {}, {} and {}",
            count(self.rule_files, "rule file", "rule files"),
            count(self.rules, "rule", "rules"),
            count(self.dashboards, "dashboard", "dashboards"),
            count(self.queries, "query", "queries"),
        );
        let queries = self.skipped.iter().filter(|skipped| skipped.is_query).count();
        let documents = self.skipped.len() - queries;
        let skipped: Vec<String> = [(queries, "query", "queries"), (documents, "document", "documents")]
            .into_iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, one, many)| count(number, one, many))
            .collect();
        if !skipped.is_empty() {
            text += &format!("; skipped {} (-v names them)", skipped.join(" and "));
        }
        text
    }
}
