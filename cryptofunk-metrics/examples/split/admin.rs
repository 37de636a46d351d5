//! Tools that change something.

use cryptofunk_metrics::mcp_tools;

use super::Weather;

#[mcp_tools]
impl Weather {
    /// Adds a city.
    #[mcp_tool]
    async fn add_city(&self, city: String) {
        self.cities.lock().await.push(city);
    }
}
