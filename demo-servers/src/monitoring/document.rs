//! Files that are generated.

/// A file that is generated.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its path in the project.
    pub path: String,
    /// What it says.
    pub text: String,
}
