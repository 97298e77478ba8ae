//! What a provider says of its refusal: bounded, in plain text, and never with the key in it.

use serde_json::Value;

/// How much of a provider's words is shown, in characters.
const SHOWN_MAX_CHARS: usize = 300;
/// How much of a provider's words is looked at, in characters.
const READ_MAX_CHARS: usize = 2_000;
/// So many characters of a key in a row are a part of the key and no accident.
const KEY_PART_CHARS: usize = 8;

/// The words in the body of a refusal; none where it has none for people.
pub(super) fn own_words(body: &[u8], key: Option<&str>) -> Option<String> {
    let text = if let Ok(value) = serde_json::from_slice::<Value>(body) {
        message(&value)?.to_owned()
    } else {
        String::from_utf8_lossy(body).trim().to_owned()
    };
    // A page for browsers is no word for people who read one line.
    if text.starts_with('<') {
        return None;
    }
    let plain = tidy(&text, key);
    (!plain.is_empty()).then_some(plain)
}

/// One line of plain text, without the key.
pub(super) fn tidy(text: &str, key: Option<&str>) -> String {
    let plain = |c: char| if c.is_control() || c.is_whitespace() { ' ' } else { c };
    // What turns text around or is not seen could make it say something else.
    let visible = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let line: String = text.chars().take(READ_MAX_CHARS).map(plain).filter(visible).collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = without_key(&line, key.unwrap_or_default().trim());
    match line.char_indices().nth(SHOWN_MAX_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Where the message is, in the shapes that are about.
fn message(value: &Value) -> Option<&str> {
    let value = value.as_array().and_then(|list| list.first()).unwrap_or(value);
    let places = ["/error/message", "/error", "/message", "/detail/0/msg", "/detail", "/errors/0/message"];
    places.into_iter().find_map(|place| value.pointer(place)?.as_str())
}

/// Blots out the key, and parts of it where the text has only those. A key shorter than such a part is blotted out whole.
fn without_key(text: &str, key: &str) -> String {
    if key.is_empty() {
        return text.to_owned();
    }
    let key: Vec<char> = key.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let least = KEY_PART_CHARS.min(key.len());
    let mut shown = String::new();
    let mut at = 0;
    while at < text.len() {
        let longest = (0..key.len()).map(|start| in_common(&text[at..], &key[start..])).max().unwrap_or(0);
        if longest >= least {
            shown.push_str("(key)");
            at += longest;
        } else {
            shown.push(text[at]);
            at += 1;
        }
    }
    shown
}

fn in_common(one: &[char], two: &[char]) -> usize {
    one.iter().zip(two).take_while(|(one, two)| one == two).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_message_is_found_in_every_shape() {
        for (body, words) in [
            (r#"{"error":{"message":"Incorrect key","type":"x"}}"#, "Incorrect key"),
            (r#"{"type":"error","error":{"type":"x","message":"Overloaded"}}"#, "Overloaded"),
            (r#"[{"error":{"code":400,"message":"API key not valid."}}]"#, "API key not valid."),
            (r#"{"error":"model not found"}"#, "model not found"),
            (r#"{"message":"Unauthorized"}"#, "Unauthorized"),
            (r#"{"detail":"Not Found"}"#, "Not Found"),
            (r#"{"detail":[{"msg":"field required"}]}"#, "field required"),
            ("no\n  such\tthing", "no such thing"),
        ] {
            assert_eq!(own_words(body.as_bytes(), None).as_deref(), Some(words), "{body}");
        }
        for body in ["", "<!DOCTYPE html><title>404</title>", "{}", r#"{"error":{"message":""}}"#] {
            assert_eq!(own_words(body.as_bytes(), None), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn words_are_one_short_line_and_hold_no_part_of_the_key(
            before in ".{0,400}", after in ".{0,400}", key in "[a-zA-Z0-9_-]{1,40}", from in 0_usize..40, to in 0_usize..41,
        ) {
            let part = key.get(from.min(key.len())..to.clamp(from.min(key.len()), key.len())).unwrap_or_default();
            let body = serde_json::json!({ "error": { "message": format!("{before}{part}{after} {key}") } });
            if let Some(words) = own_words(body.to_string().as_bytes(), Some(&key)) {
                prop_assert!(words.chars().count() <= SHOWN_MAX_CHARS + 1);
                prop_assert!(!words.contains(char::is_control));
                let least = KEY_PART_CHARS.min(key.len());
                let blotted = words.replace("(key)", "\u{0}");
                for start in 0..=key.len() - least {
                    prop_assert!(!blotted.contains(&key[start..start + least]), "{} in {}", key, words);
                }
            }
        }
    }
}
