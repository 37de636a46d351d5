//! A form with enums, of which the user chooses one or several.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example elicitation_enum --features elicitation
//! ```
//!
//! Let an MCP host start `target/debug/examples/elicitation_enum`. While it runs, its metrics are
//! on <http://127.0.0.1:9278/metrics>.

use std::fmt::{self, Display, Formatter};

use cryptofunk_metrics::{Error, McpServer, mcp_server};
use rmcp::{ErrorData, Peer, RoleServer, elicit_safe, schemars::JsonSchema};
use serde::Deserialize;
use tokio::sync::Mutex;

#[derive(Debug, Deserialize, JsonSchema, Default)]
#[schemars(inline)]
#[schemars(extend("type" = "string"))]
enum Titled {
    #[schemars(title = "The first value")]
    #[default]
    FirstValue,
    #[schemars(title = "The second value")]
    SecondValue,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
enum Untitled {
    First,
    Second,
    Third,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Form {
    single_select_untitled: Untitled,
    /// One of the enum's values.
    #[schemars(title = "Single Select Titled", default)]
    single_select_titled: Titled,
    #[serde(default = "second_and_third")]
    multi_select_untitled: Vec<Untitled>,
    /// Several of the enum's values.
    #[schemars(title = "Multi Select Titled")]
    multi_select_titled: Vec<Titled>,
}
elicit_safe!(Form);

fn second_and_third() -> Vec<Untitled> {
    vec![Untitled::Second, Untitled::Third]
}

impl Display for Form {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "Single Select Untitled: {:?}", self.single_select_untitled)?;
        writeln!(f, "Single Select Titled: {:?}", self.single_select_titled)?;
        writeln!(f, "Multi Select Untitled: {:?}", self.multi_select_untitled)?;
        writeln!(f, "Multi Select Titled: {:?}", self.multi_select_titled)
    }
}

struct ElicitationEnum(Mutex<Form>);

/// Asks the user to choose.
#[mcp_server(name = "elicitation-enum", port = 9278)]
impl ElicitationEnum {
    /// What is chosen.
    #[mcp_tool]
    async fn get_enum_form(&self) -> String {
        self.0.lock().await.to_string()
    }

    /// Asks the user to choose anew.
    #[mcp_tool]
    async fn set_enum_form(&self, peer: Peer<RoleServer>) -> Result<String, ErrorData> {
        match peer.elicit::<Form>("Please provide your selection").await {
            Ok(Some(form)) => {
                let text = format!("Updated selection:\n{form}");
                *self.0.lock().await = form;
                Ok(text)
            }
            Ok(None) => Ok("The user cancelled.".to_owned()),
            Err(error) => Err(ErrorData::internal_error(format!("elicitation failed: {error}"), None)),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let form = Form {
        single_select_untitled: Untitled::First,
        single_select_titled: Titled::FirstValue,
        multi_select_untitled: vec![Untitled::Second],
        multi_select_titled: vec![Titled::SecondValue],
    };
    ElicitationEnum(Mutex::new(form)).serve().await
}
