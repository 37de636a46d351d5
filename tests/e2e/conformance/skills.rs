//! One skill of two files.

use cryptofunk_metrics::mcp::rmcp::{
    ErrorData,
    model::{
        DIRECTORY_MIME_TYPE, ReadResourceDirectoryResult, Resource, Skill, SkillFrontmatter, SkillResource,
        SkillResources,
    },
};

const NAME: &str = "greeting";
const DESCRIPTION: &str = "How to greet.";
const FOLDER: &str = "skill://greeting";
const SKILL: (&str, &str) = (
    "skill://greeting/SKILL.md",
    "---\nname: greeting\ndescription: How to greet.\n---\nSay hello, as notes/tone.md says.\n",
);
const NOTES: &str = "skill://greeting/notes";
const TONE: (&str, &str) = ("skill://greeting/notes/tone.md", "Be kind.\n");

/// The skill, if the URI is its own.
pub(super) fn skill(uri: &str) -> Result<Skill, ErrorData> {
    if uri != SKILL.0 {
        return Err(ErrorData::invalid_params(format!("no skill {uri}"), None));
    }
    let files = [SKILL, TONE].map(|(uri, text)| SkillResource::from_bytes(uri, text.as_bytes()));
    Ok(Skill::new(uri, SkillFrontmatter::new(NAME, DESCRIPTION), SkillResources::Files(files.into())))
}

/// All skills.
pub(super) fn all() -> Result<Vec<Skill>, ErrorData> {
    Ok(vec![skill(SKILL.0)?])
}

/// The file that says what the skill is, as a resource.
pub(super) fn resource() -> Resource {
    Resource::new(SKILL.0, NAME).with_description(DESCRIPTION).with_mime_type("text/markdown")
}

/// The text of a file.
pub(super) fn read(uri: &str) -> Option<&'static str> {
    [SKILL, TONE].into_iter().find(|(file, _)| *file == uri).map(|(_, text)| text)
}

/// What is in a folder.
pub(super) fn folder(uri: &str) -> Result<ReadResourceDirectoryResult, ErrorData> {
    let resources = match uri {
        FOLDER => vec![resource(), Resource::new(NOTES, "notes").with_mime_type(DIRECTORY_MIME_TYPE)],
        NOTES => vec![Resource::new(TONE.0, "tone.md").with_mime_type("text/markdown")],
        _ => return Err(ErrorData::invalid_params(format!("{uri} is no folder"), None)),
    };
    Ok(ReadResourceDirectoryResult::with_all_items(resources))
}
