//! The frame of a page: head, style, script and policy.

use std::fmt::{Arguments, Write};

use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};

use super::escape::Escaped;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The `Content-Security-Policy` of a page, with the SHA-256 of its style and its script: what somebody smuggles into a text cannot run,
/// nothing is loaded from elsewhere, and no other page frames it.
const POLICY: &str = "default-src 'none'; style-src 'sha256-89PanZORov4DHlWwfRsz7q1RM6qpcJidaaMtPU9jHmk='; \
    script-src 'sha256-jf+HX2D4guy9RBH8ayTGmaEf7mb75tS2R6dEeediwzk='; connect-src 'self'; img-src data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// A page. [`push`](Self::push) appends to its body. As a response of axum it carries its `Content-Security-Policy`.
#[derive(Debug, Clone)]
#[must_use]
pub struct Document {
    html: String,
}

impl Document {
    /// A page with this title and an empty body.
    pub fn new(title: &str) -> Self {
        let title = Escaped(title);
        Document {
            html: format!(
                "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
                 <link rel=icon href=data:,><title>{title}</title><style>{STYLE}</style></head><body>"
            ),
        }
    }

    /// Appends HTML to the body. Wrap every text that is not HTML in [`Escaped`].
    pub fn push(&mut self, html: Arguments<'_>) {
        // A text takes everything.
        let _ = self.html.write_fmt(html);
    }

    /// The page as text, for a server other than axum. Send [`policy`](Self::policy) in the header `Content-Security-Policy`.
    #[must_use]
    pub fn into_html(mut self) -> String {
        self.push(format_args!("<script>{SCRIPT}</script></body></html>\n"));
        self.html
    }

    /// The `Content-Security-Policy` of every page.
    #[must_use]
    pub const fn policy() -> &'static str {
        POLICY
    }
}

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        (headers, Html(self.into_html())).into_response()
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_has_the_hashes_of_style_and_script() {
        for (directive, text) in [("style-src", STYLE), ("script-src", SCRIPT)] {
            let expected = format!("{directive} 'sha256-{}';", STANDARD.encode(Sha256::digest(text)));
            assert!(POLICY.contains(&expected), "POLICY should have {expected}");
        }
        assert!(!POLICY.contains("unsafe"));
    }

    #[test]
    fn style_and_script_end_where_their_elements_do_and_load_nothing() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</"));
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains("http"));
        assert!(!SCRIPT.contains("http") && !SCRIPT.contains("innerHTML"));
    }

    #[test]
    fn a_title_is_text() {
        let html = Document::new("</title><b>").into_html();
        assert!(html.contains("<title>&lt;/title&gt;&lt;b&gt;</title>"), "{html}");
    }
}
