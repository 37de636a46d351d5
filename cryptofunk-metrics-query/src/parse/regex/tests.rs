use super::*;
use crate::pattern::{Matches, matches};

#[test]
fn expressions_are_those_of_go() {
    for (text, yes, no) in [
        ("error|cancelled", "error cancelled", "err errors"),
        ("(error|cancelled)", "error cancelled", "err"),
        ("(?:a|b)c", "ac bc", "a abc"),
        (".*or", "error or", "errors"),
        (".+error", "xerror", "error"),
        ("e[rx]{2}o?r?", "errr exror erx", "er exrrror"),
        ("a{2,3}", "aa aaa", "a aaaa"),
        ("(ab){2,}", "abab ababab", "ab aba"),
        ("(ab|c*){2}d", "abcd ccd abd d", "ababab"),
        ("a{,3}", "a{,3}", "a aa"),
        ("{{x}}", "{{x}}", "x"),
        ("[[]", "[", "]"),
        ("[]a-]", "] a -", "b"),
        ("[^a-y]", "z é", "a"),
        ("[[:^alpha:]_]x", "1x _x", "ax"),
        (r"\Qa.b\E", "a.b", "axb"),
        (r"\07|\x41|\x{42}|\.", "\u{7} A B .", "C"),
        (r"\d+\D?", "5 55x", "x"),
        ("(?i)Post|put", "POST post PUT", "posts"),
        ("(?i:a)b", "Ab ab", "AB"),
        ("^abc$", "abc", "abcd"),
        ("^(?:a|b)$", "a b", "c"),
        (r"\Aa\z|b", "a b", "ab"),
        ("x(?P<n>y)?", "x xy", "y"),
        ("(?<n>y)|z", "y z", "yz"),
        ("(((a)*)*)*", "a aaa", "b"),
        ("a||b", "a b", "c"),
        ("(?s).", "x", "xx"),
        ("é+", "é éé", "e"),
    ] {
        let arena = Bump::new();
        let pattern = pattern(&arena, text).unwrap_or_else(|error| panic!("{text}: {error}"));
        yes.split(' ').for_each(|word| assert_eq!(matches(pattern, word), Matches::Yes, "{text} {word}"));
        no.split(' ').for_each(|word| assert_eq!(matches(pattern, word), Matches::No, "{text} {word}"));
    }
}

#[test]
fn what_is_not_understood_may_match() {
    for text in [r"\bword\b", r"\pN+", "(a$)|b", "a^b", r"[\p{Greek}]", "(?m)^a", "(?i)é", "a{200}"] {
        let arena = Bump::new();
        assert_eq!(matches(pattern(&arena, text).expect("Go reads it"), "c"), Matches::Unknown, "{text}");
    }
}

#[test]
fn what_go_refuses_is_refused() {
    for text in [
        "*a",
        "a**",
        "a+*",
        "a{2}{3}",
        "a{3,2}",
        "a{1001}",
        "(a{1000}){2}",
        "(a",
        "a)",
        "[a",
        "[z-a]",
        r"\y",
        r"\1",
        r"\8",
        r"a\",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        "(?P<a>x)(?P<a>y)",
        "(?P<>x)",
        "(?P<a-b>x)",
        "(?z)a",
        "(?i",
        "|*",
        "(*)",
        r"\p{greek}",
        r"\xZZ",
        "[[:word",
        "[[:words:]]",
        r"[\b]",
        "(?i)*",
        r"\Z",
        "(?-)a",
    ] {
        assert!(pattern(&Bump::new(), text).is_err(), "{text}");
    }
}

#[test]
fn neither_depth_nor_stars_take_long() {
    let arena = Bump::new();
    let stars = pattern(&arena, &format!("{}b", ".*a".repeat(40))).expect("Go reads it");
    assert_eq!(matches(stars, &"a".repeat(10_000)), Matches::No);
    let deep = format!("{}a{}", "(".repeat(900), ")".repeat(900));
    assert_eq!(matches(pattern(&arena, &deep).expect("Go reads it"), "a"), Matches::Yes);
    assert!(pattern(&arena, &"(".repeat(100_000)).is_err());
}
