use crate::lint::finding::Finding;

/// What was found in some files, and what was read of them.
#[derive(Debug, Default)]
pub struct Report {
    /// The mistakes, file by file in the order of the lines.
    pub findings: Vec<Finding>,
    /// The families that none of the files asks for.
    pub unused: Vec<&'static str>,
    /// How many files with rules were read.
    pub rule_files: usize,
    /// How many rules.
    pub rules: usize,
    /// How many dashboards.
    pub dashboards: usize,
    /// How many queries were judged, those of rules included.
    pub queries: usize,
    /// What was not judged.
    pub skipped: Vec<Skipped>,
}

/// A query, a document or a file that was not judged.
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
    /// What was read and skipped, in a sentence.
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
