//! Tools in other modules, under conditions, and of another type.
#![deny(warnings)]
#![allow(unexpected_cfgs)]

use cryptofunk_metrics::{McpServer, mcp::rmcp::ServerHandler, mcp_server};

pub struct Weather<S> {
    admin: toolkit::Admin,
    source: S,
}

pub trait Source: Send + Sync + 'static {
    fn sky(&self) -> String;
}

struct Window;

impl Source for Window {
    fn sky(&self) -> String {
        "blue".to_owned()
    }
}

mod forecast {
    use cryptofunk_metrics::mcp_tools;

    #[mcp_tools]
    impl<S: super::Source> super::Weather<S> {
        /// Tomorrow.
        #[mcp_tool(timeout = "1s")]
        async fn tomorrow(&self, #[default(1)] days: u32) -> String {
            format!("{} in {days}", self.source.sky())
        }
    }
}

#[cfg(feature = "missing")]
mod archive {
    #[cryptofunk_metrics::mcp_tools]
    impl<S: super::Source> super::Weather<S> {
        /// Yesterday.
        #[mcp_tool]
        async fn yesterday(&self) -> missing::Node {
            missing::Node
        }
    }
}

/// As another crate has it.
mod toolkit {
    pub struct Admin {
        pub name: String,
    }

    pub mod tools {
        #[cryptofunk_metrics::mcp_tools]
        impl super::Admin {
            /// Who.
            #[cryptofunk_metrics::mcp_tool(name = "admin.who")]
            async fn who(&self) -> Result<String, String> {
                Ok(self.name.clone())
            }
        }
    }
}

/// Weather.
#[mcp_server(
    name = "weather", port = 9300,
    tools = [forecast, #[cfg(feature = "missing")] archive, toolkit::tools(self.admin)],
)]
impl<S: Source> Weather<S> {
    /// Today.
    #[mcp_tool]
    async fn today(&self) -> String {
        self.source.sky()
    }
}

struct Joined;

mod one {
    #[cryptofunk_metrics::mcp_tools]
    impl super::Joined {
        /// One.
        #[mcp_tool]
        fn one(&self) {}
    }
}

mod two {
    #[cryptofunk_metrics::mcp_tools]
    impl super::Joined {
        /// Two.
        #[mcp_tool]
        fn two(&self) {}
    }
}

/// Nothing of its own.
#[mcp_server(name = "joined", port = 9301, tools = [one, two])]
impl Joined {}

pub fn main() {
    let names: Vec<&str> = Weather::<Window>::TOOLS.iter().map(|tool| tool.name).collect();
    assert_eq!(names, ["today", "tomorrow", "admin.who"]);
    let weather = Weather { admin: toolkit::Admin { name: "me".to_owned() }, source: Window };
    assert!(weather.get_info().capabilities.tools.is_some());
    assert_eq!(weather.get_tool("admin.who").expect("it is there").description.as_deref(), Some("Who."));
    assert_eq!(Joined::TOOLS.len(), 2);
}
