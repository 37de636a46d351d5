//! Which names components and tools may have, for the macros and for constants that the macros cannot see.

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

#[cfg(test)]
mod tests {
    use super::*;

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
