//! Which names components, tools and metrics may have, for the macros and for constants that the macros cannot see.

/// Whether a component can be called so: lower-case letters, digits, `-` and `_`, a letter first, no `-` last, at most 63 bytes.
pub const fn is_component_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > 63 || !bytes[0].is_ascii_lowercase() || bytes[bytes.len() - 1] == b'-' {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        if !matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_') {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether the protocol allows a tool of this name: 1 to 128 letters, digits, `_`, `-` and `.`.
pub const fn is_tool_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !matches!(bytes[at], b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.') {
            return false;
        }
        at += 1;
    }
    matches!(bytes.len(), 1..=128)
}

/// Whether names of metrics can begin with this namespace: letters, digits and `_`, no digit or `_` at the edges, or nothing.
pub const fn is_namespace(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !matches!(bytes[at], b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_') {
            return false;
        }
        at += 1;
    }
    bytes.is_empty() || (bytes[0].is_ascii_alphabetic() && bytes[bytes.len() - 1] != b'_')
}

/// How long a name in a namespace is.
pub const fn length_in(namespace: &str, name: &str) -> usize {
    match namespace.len() {
        0 => name.len(),
        length => length + 1 + name.len(),
    }
}

/// A name in a namespace, `namespace_name`.
pub const fn name_in<const N: usize>(namespace: &str, name: &str) -> [u8; N] {
    let (namespace, name) = (namespace.as_bytes(), name.as_bytes());
    let start = N - name.len();
    let (mut all, mut at) = ([b'_'; N], 0);
    while at < N {
        if at >= start {
            all[at] = name[at - start];
        } else if at < namespace.len() {
            all[at] = namespace[at];
        }
        at += 1;
    }
    all
}

/// The name that [`name_in`] has made.
pub const fn text(name: &'static [u8]) -> &'static str {
    match str::from_utf8(name) {
        Ok(text) => text,
        Err(_) => panic!("a name is joined of two texts"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_namespaces() {
        const NAME: [u8; length_in("shop", "orders_total")] = name_in("shop", "orders_total");
        assert_eq!(text(&NAME), "shop_orders_total");
        const ALONE: [u8; length_in("", "orders_total")] = name_in("", "orders_total");
        assert_eq!(text(&ALONE), "orders_total");
    }

    #[test]
    fn namespaces() {
        for right in ["", "a", "shop", "Shop_2", "a_b"] {
            assert!(is_namespace(right), "{right}");
        }
        for wrong in ["2a", "_a", "a_", "a-b", "a b", "ä", "a:b"] {
            assert!(!is_namespace(wrong), "{wrong}");
        }
    }

    #[test]
    fn names_of_components() {
        for name in ["a", "risk-analyzer", "b2_c"] {
            assert!(is_component_name(name), "{name}");
        }
        for name in ["", "A", "2a", "-a", "a-", "a b", "ä", &"a".repeat(64)] {
            assert!(!is_component_name(name), "{name}");
        }
    }

    #[test]
    fn names_of_tools() {
        for name in ["a", "Get.Price-2_x", "7", &"t".repeat(128)] {
            assert!(is_tool_name(name), "{name}");
        }
        for name in ["", "a b", "a/b", "é", &"t".repeat(129)] {
            assert!(!is_tool_name(name), "{name}");
        }
    }
}
