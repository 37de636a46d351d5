//! A server with resources, prompts and completion beside its tools. Each `#[mcp_handler]` is a method of the SDK's `ServerHandler`.
//!
//! ```sh
//! cargo run -p cryptofunk-metrics --example handlers
//! curl -s http://127.0.0.1:9287/metrics | grep requests_total
//! ```
//!
//! `/metrics` has a series for each method that the server answers, such as `resources/read` and `prompts/get`.

use cryptofunk_metrics::{
    McpServer, mcp_server,
    rmcp::{ErrorData, model::*},
};

const CITIES: [(&str, &str); 3] = [("Oslo", "4 °C, rain"), ("Rome", "18 °C, sun"), ("Riga", "2 °C, fog")];

struct Stations;

/// Reports of weather stations.
#[mcp_server(name = "handlers", port = 9287)]
impl Stations {
    /// The cities that have a station.
    #[mcp_tool]
    async fn cities(&self) -> Vec<&'static str> {
        CITIES.iter().map(|(city, _)| *city).collect()
    }

    #[mcp_handler]
    async fn list_resources(&self) -> Result<ListResourcesResult, ErrorData> {
        let resources = CITIES.iter().map(|(city, _)| Resource::new(format!("station://{city}"), *city)).collect();
        Ok(ListResourcesResult::with_all_items(resources))
    }

    #[mcp_handler]
    async fn read_resource(&self, request: ReadResourceRequestParams) -> Result<ReadResourceResult, ErrorData> {
        let city = request.uri.strip_prefix("station://");
        let found = CITIES.iter().find(|(name, _)| Some(*name) == city);
        let (_, report) = found.ok_or_else(|| ErrorData::resource_not_found("no station has this URI", None))?;
        Ok(ReadResourceResult::new(vec![ResourceContents::text(*report, request.uri)]))
    }

    #[mcp_handler]
    async fn list_prompts(&self) -> Result<ListPromptsResult, ErrorData> {
        let city = PromptArgument::new("city").with_description("Where you go.").with_required(true);
        let packing = Prompt::new("packing", Some("What to pack for a city."), Some(vec![city]));
        Ok(ListPromptsResult::with_all_items(vec![packing]))
    }

    #[mcp_handler]
    async fn get_prompt(&self, request: GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
        let city = request.arguments.as_ref().and_then(|arguments| arguments.get("city")?.as_str());
        match (request.name.as_str(), city) {
            ("packing", Some(city)) => {
                let question = format!("Read station://{city}. What do I pack?");
                Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, question)]))
            }
            ("packing", None) => Err(ErrorData::invalid_params("the prompt needs a city", None)),
            _ => Err(ErrorData::invalid_params("the only prompt is `packing`", None)),
        }
    }

    #[mcp_handler]
    async fn complete(&self, request: CompleteRequestParams) -> Result<CompleteResult, ErrorData> {
        let fits = |city: &&str| city.to_lowercase().starts_with(&request.argument.value.to_lowercase());
        let cities = CITIES.iter().map(|(city, _)| *city).filter(fits).map(str::to_owned).collect();
        let completion = CompletionInfo::with_all_values(cities);
        Ok(CompleteResult::new(completion.map_err(|error| ErrorData::internal_error(error, None))?))
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    Stations.serve_http(Stations::address()?).await
}
