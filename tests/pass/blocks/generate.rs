//! Blocks made at random: they compile with our attributes as they compile without.

use std::{fmt::Write, fs, path::PathBuf};

/// How many blocks, of one to four tools each.
const BLOCKS: usize = 40;

/// What every block can use.
const HEAD: &str = "
use cryptofunk_metrics::{McpServer, mcp::rmcp::{self, RoleServer, handler::server::wrapper::{Json, Parameters}}, mcp_server};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{error::Error, sync::{Arc, Mutex}};
#[derive(Serialize, Deserialize, JsonSchema, Clone)]
pub struct Point { x: f64, label: Option<String> }
type Failure = Box<dyn Error + Send + Sync>;
type Context = rmcp::service::RequestContext<RoleServer>;
";

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// A parameter as it is written for us, and as it is without our attributes.
const PARAMS: [(&str, &str); 10] = [
    ("a: u32", "a: u32"),
    ("mut b: String", "mut b: String"),
    ("/** A list. */ c: Option<Vec<f64>>", "c: Option<Vec<f64>>"),
    ("#[default(0.5)] d: f64", "d: f64"),
    ("#[default] e: std::collections::BTreeMap<String, i64>", "e: std::collections::BTreeMap<String, i64>"),
    ("f: Point", "f: Point"),
    ("#[cfg(any())] g: Missing", "#[cfg(any())] g: Missing"),
    ("#[cfg(all())] h: (u8, bool)", "#[cfg(all())] h: (u8, bool)"),
    ("_: Context", "_: Context"),
    ("peer: rmcp::Peer<RoleServer>", "peer: rmcp::Peer<RoleServer>"),
];

/// A result, and a body that needs its type.
const RESULTS: [(&str, &str); 12] = [
    ("", "{}"),
    ("-> u32", "{ if self.count() > 3 { return 3; } self.count() }"),
    ("-> String", "{ format!(\"{}\", self.count()) }"),
    ("-> Result<f64, Failure>", "{ let n: f64 = \"1.5\".parse()?; if n < 0.0 { Err(\"negative\")?; } Ok(n) }"),
    (
        "-> Result<Point, Failure>",
        "{ if self.count() == 0 { return Err(Box::from(\"none\")); } Ok(Point { x: 1.0, label: None }) }",
    ),
    ("-> Vec<Point>", "{ vec![Point { x: 0.0, label: Some(String::new()) }; 2] }"),
    ("-> impl Serialize + use<'_, GENERICS>", "{ (self.count(), \"two\") }"),
    ("-> Option<Arc<str>>", "{ let text: Arc<str> = Arc::from(\"text\"); Some(text) }"),
    ("-> &str", "{ let text = self.text(); if text.is_empty() { return \"empty\" } text }"),
    ("-> Json<Point>", "{ Json(Point { x: f64::from(self.count()), label: None }) }"),
    ("-> std::result::Result<Json<Vec<u8>>, std::fmt::Error>", "{ Err(std::fmt::Error) }"),
    ("-> Result<(), rmcp::ErrorData>", "{ loop { break Err(rmcp::ErrorData::internal_error(\"no\", None)) } }"),
];

const ATTRIBUTES: [&str; 8] = [
    "",
    "#[inline]",
    "#[allow(clippy::all)]",
    "#[deprecated]",
    "#[must_use]",
    "#[cfg(all())]",
    "#[cfg(not(any()))] #[expect(unused_mut)]",
    "#[cold]",
];

const DOCS: [&str; 3] =
    ["/// Does it.\n", "/** Does it.\n *\n * - well\n */\n", "#[doc = concat!(\"Does \", \"it.\")]\n"];

/// The generics of the type, of the impl, their uses, and what `use<…>` has to name.
const GENERICS: [(&str, &str, &str); 4] = [
    ("", "", ""),
    ("<T: Clone + Send + Sync + 'static>", "<T>", "T"),
    ("<const N: usize>", "<N>", "N"),
    ("<T, const N: usize>", "<T, N>", "T, N"),
];

/// Writes both files for the compiler to include: with our attributes, and without.
pub(super) fn blocks() {
    let mut dice = Dice(20_261_125);
    let (mut with, mut without) = (HEAD.to_owned(), HEAD.to_owned());
    let mut check = String::from("pub(super) fn every_tool_is_there() {\n");
    for number in 0..BLOCKS {
        block(&mut dice, number, &mut with, &mut without, &mut check);
    }
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo runs this"));
    for (name, text) in [("with-attributes.rs", with + &check + "}\n"), ("without-attributes.rs", without)] {
        fs::write(folder.join(name), text).expect("the file can be written");
    }
}

fn block(dice: &mut Dice, number: usize, with: &mut String, without: &mut String, check: &mut String) {
    let (declared, used, names) = dice.of(&GENERICS);
    let fields = match names {
        "" | "N" => "()",
        _ => "std::marker::PhantomData<T>",
    };
    let condition = if declared.starts_with("<T,") { " where T: Send + Sync + 'static" } else { "" };
    let head = format!(
        "pub struct S{number}{declared}({fields}){condition};\nimpl{declared} S{number}{used}{condition} {{\n    fn count(&self) -> u32 {{ 2 }}\n    fn text(&self) -> &str {{ \"text\" }}\n}}\n"
    );
    let (mut ours, mut plain) = (String::new(), String::new());
    let mut listed = 0;
    for tool in 0..=dice.below(4) {
        listed += self::tool(dice, tool, names, &mut ours, &mut plain);
    }
    // One that is not compiled, whose types are not there.
    let gone = "    /// Gone.\n    #[cfg(any())]\n    #[mcp_tool]\n    async fn gone(&self, node: Missing) -> Missing { node }\n";
    let port = 20_000 + number;
    write!(with, "{head}/// A block.\n#[mcp_server(name = \"block-{number}\", port = {port})]\nimpl{declared} S{number}{used}{condition} {{\n{ours}{gone}}}\n")
        .expect("a string takes it");
    write!(without, "{head}impl{declared} S{number}{used}{condition} {{\n{plain}}}\n").expect("a string takes it");
    let used = used.replace('T', "u8").replace('N', "3");
    writeln!(check, "    assert_eq!(<S{number}{used} as McpServer>::__tools().len(), {listed});")
        .expect("a string takes it");
}

/// Adds a tool, and answers how many there are more.
fn tool(dice: &mut Dice, number: usize, generics: &str, ours: &mut String, plain: &mut String) -> usize {
    let asynchronous = dice.of(&["async ", ""]);
    let (attribute, doc) = (dice.of(&ATTRIBUTES), dice.of(&DOCS));
    let (result, body) = dice.of(&RESULTS);
    let result = match generics {
        "" => result.replace(", GENERICS", ""),
        names => result.replace("GENERICS", names),
    };
    // Nothing to be used, or to be mutable, where nothing is.
    let attribute = match (result.is_empty(), attribute) {
        (true, "#[must_use]") => "",
        (_, attribute) => attribute,
    };
    let mut params: Vec<(&str, &str)> = Vec::new();
    for _ in 0..dice.below(4) {
        let param = dice.of(&PARAMS);
        if !params.contains(&param) {
            params.push(param);
        }
    }
    let attribute = if attribute.contains("unused_mut") && !params.iter().any(|(ours, _)| ours.starts_with("mut ")) {
        "#[cfg(not(any()))]"
    } else {
        attribute
    };
    let ours_of: String = params.iter().map(|(ours, _)| format!(", {ours}")).collect();
    let plain_of: String = params.iter().map(|(_, plain)| format!(", {plain}")).collect();
    let signature = |params: &str| format!("{asynchronous}fn tool_{number}(&self{params}) {result} {body}\n");
    write!(ours, "    {doc}    {attribute}\n    #[mcp_tool]\n    pub {}", signature(&ours_of))
        .expect("a string takes it");
    write!(plain, "    {attribute}\n    pub {}", signature(&plain_of)).expect("a string takes it");
    1
}
