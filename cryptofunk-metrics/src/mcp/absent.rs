use rmcp::{ServerHandler, model::ServerConfig};

/// The SDK's own answers to requests that a server has no method for.
#[doc(hidden)]
pub struct Absent {
    config: ServerConfig,
}

impl Absent {
    /// Of a server that says this of itself.
    pub fn of(server: &impl ServerHandler) -> Self {
        Absent { config: server.get_info() }
    }
}

impl ServerHandler for Absent {
    fn get_info(&self) -> ServerConfig {
        self.config.clone()
    }
}
