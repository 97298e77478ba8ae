//! An agent's words: paragraphs as they are written, fenced code as code.
//!
//! Text only ever becomes text nodes: nothing an agent writes is read as HTML.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) text: AttrValue,
}

#[component]
pub(crate) fn Prose(props: &Props) -> Html {
    html! {
        <div class="prose">
            for part in parts(&props.text) {
                { draw(&part) }
            }
        </div>
    }
}

fn draw(part: &Part<'_>) -> Html {
    match part {
        Part::Words(words) => html! { <p>{ words.to_owned() }</p> },
        Part::Code { language, code } => html! {
            <figure>
                if !language.is_empty() {
                    <figcaption class="small">{ language.to_owned() }</figcaption>
                }
                <pre tabindex="0"><code>{ code.to_owned() }</code></pre>
            </figure>
        },
    }
}

/// A stretch of an answer.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Words(&'a str),
    Code { language: &'a str, code: &'a str },
}

/// Cuts a text at its code fences; one that is still open runs to the end, as it does while an answer streams.
fn parts(text: &str) -> Vec<Part<'_>> {
    const FENCE: &str = "```";
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = fence_at(rest) {
        push_words(&mut parts, &rest[..start]);
        let after = &rest[start + FENCE.len()..];
        let (language, code) = after.split_once('\n').unwrap_or((after, ""));
        let end = if code.starts_with(FENCE) { Some(0) } else { code.find("\n```").map(|at| at + 1) };
        let (code, after) = end.map_or((code, ""), |end| (&code[..end], &code[end + FENCE.len()..]));
        parts.push(Part::Code { language: language.trim(), code: code.trim_end() });
        rest = after;
    }
    push_words(&mut parts, rest);
    parts
}

/// Where the next fence begins: at the start of a line.
fn fence_at(text: &str) -> Option<usize> {
    if text.starts_with("```") { Some(0) } else { text.find("\n```").map(|at| at + 1) }
}

fn push_words<'a>(parts: &mut Vec<Part<'a>>, words: &'a str) {
    let words = words.trim_matches('\n');
    if !words.is_empty() {
        parts.push(Part::Words(words));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_words() {
        let text = "Look:\n```rust\nfn main() {}\n```\nDone.";
        let code = Part::Code { language: "rust", code: "fn main() {}" };
        assert_eq!(parts(text), [Part::Words("Look:"), code, Part::Words("Done.")]);
    }

    #[test]
    fn an_answer_may_stop_anywhere() {
        let text = "Look:\n```rust\nfn main() {}\n```\nDone.";
        for end in 0..=text.len() {
            assert!(parts(&text[..end]).len() <= 3);
        }
        let open = Part::Code { language: "rust", code: "fn ma" };
        assert_eq!(parts("```rust\nfn ma"), [open]);
    }
}
