//! What the macros write, as docs/ARCHITECTURE.md shows it.
//!
//! After a change of the output, `UPDATE=1 cargo test -p cryptofunk-metrics-macros` writes the document anew.

use std::{env, fs, path::Path};

use proc_macro2::TokenStream;
use quote::quote;

/// Compares the output of a macro with what stands between its marks in the document.
fn shown(mark: &str, output: TokenStream) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ARCHITECTURE.md");
    let document = fs::read_to_string(&path).expect("the document is there");
    let (begin, end) = (format!("<!-- expansion: {mark} -->\n```rust\n"), "```\n");
    let start = document.find(&begin).expect("the document has the mark") + begin.len();
    let length = document[start..].find(end).expect("the block ends");
    // Full paths hide what the code does; the document says that they are left out.
    let mut file = syn::parse2(output).expect("the output is a file of Rust");
    leave_out_handlers(&mut file);
    let output = prettyplease::unparse(&file);
    let output = output.replace("::cryptofunk_metrics::__private::", "").replace("::core::", "").replace("::std::", "");
    if env::var_os("UPDATE").is_some() {
        let updated = format!("{}{output}{}", &document[..start], &document[start + length..]);
        fs::write(&path, updated).expect("the document can be written");
    } else {
        assert_eq!(&document[start..start + length], output);
    }
}

/// Leaves out the handlers of methods that differ from `ping`'s in their names alone.
fn leave_out_handlers(file: &mut syn::File) {
    let alike = |ident: &syn::Ident| {
        crate::methods::METHODS.iter().any(|method| !method.is_of_tools() && ident == method.handler)
            && ident != "ping"
            && ident != "list_prompts"
    };
    for item in &mut file.items {
        if let syn::Item::Impl(block) = item
            && block.trait_.is_some()
        {
            block.items.retain(|item| !matches!(item, syn::ImplItem::Fn(method) if alike(&method.sig.ident)));
        }
    }
}

// One test: both write the same document when told to.
#[test]
fn expansions_are_shown() {
    let label = quote! {
        #[label(rename_all = "kebab-case")]
        pub enum Status { Success, TimedOut }
    };
    shown("label", crate::label::derive(label));
    let module = quote! {
        pub mod orders {
            /// Orders by outcome.
            pub fn placed_total(status: Status) -> Counter;
        }
    };
    shown("metrics", crate::metrics::expand(quote!(namespace = "shop", subsystem = "orders"), module));
    let server = quote! {
        /// Greets.
        impl Greeter {
            /// Says hello.
            #[mcp_tool]
            async fn hello(&self, #[default(1)] times: u32) -> Result<Greeting, Shy> {
                unreachable!()
            }

            #[mcp_handler]
            async fn list_prompts(&self) -> Result<ListPromptsResult, ErrorData> {
                unreachable!()
            }
        }
    };
    let agent = quote! {
        /// Follows the weather.
        impl Forecaster {
            #[analysis(timeout = "5s")]
            async fn analyze(&self, sky: &Sky) -> Result<Advice, Unsure> {
                self.ask(sky.colour()).await
            }

            #[llm_call(provider = "openai")]
            async fn ask(&self, prompt: &str) -> Result<Advice, Unsure> {
                unreachable!()
            }

            #[health_check]
            async fn barometer(&self) -> Result<(), Broken> {
                unreachable!()
            }
        }
    };
    let fallible = quote! {
        fn sell(&mut self, cups: u32) -> Result<&mut Shelf, SoldOut> {
            self.shelf.take(cups)
        }
    };
    shown("measured", crate::measured::expand(quote!(families), fallible));
    let asynchronous = quote! {
        async fn order(cups: u32) -> Result<(), Box<dyn Error>> {
            supplier().send(cups).await?;
            Ok(())
        }
    };
    shown("measured-async", crate::measured::expand(quote!(families, name = "order"), asynchronous));
    shown("agent", crate::agent::expand(quote!(name = "forecaster", port = 9301), agent));
    shown("mcp_server", crate::mcp_server::expand(quote!(name = "greeter", port = 9300), server));
}

#[test]
fn a_tool_without_a_server_names_the_attribute_that_is_missing() {
    let output = crate::component::outside(
        "mcp_tool",
        crate::MCP_SERVER,
        quote!(
            async fn hello(&self) {}
        ),
    );
    assert!(output.to_string().contains("mcp_server"), "{output}");
}
