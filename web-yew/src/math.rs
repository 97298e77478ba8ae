//! Formulas: LaTeX as `MathML`, which browsers draw themselves.
//!
//! A library translates. What it writes is read here piece by piece, so that only elements and attributes come of it
//! that are known to be harmless, whatever an agent wrote.

use pulldown_latex::{Parser, RenderConfig, Storage, config::DisplayMode, push_mathml};

/// The longest formula that is drawn. Bytes.
pub(crate) const LONGEST: usize = 8 * 1024;
/// How deep elements may stand in each other.
const DEEPEST: usize = 100;
/// Commands that are not followed: those that define others, which can go on for ever, and one that the library
/// stumbles over.
const REFUSED: &[&str] = &["char", "def", "let", "futurelet", "newcommand", "renewcommand"];
const ELEMENTS: &[&str] = &[
    "math",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mover",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
];
/// The rest, colours and negative widths in style attributes, is left out: the page takes no styles from words.
const ATTRIBUTES: &[&str] = &[
    "class",
    "display",
    "displaystyle",
    "height",
    "linethickness",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "scriptlevel",
    "stretchy",
    "symmetric",
    "width",
];

/// A part of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    Element(Element),
}

/// An element of `MathML`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: &'static str,
    pub(crate) attributes: Vec<(&'static str, String)>,
    pub(crate) inside: Vec<Part>,
}

/// A formula, on a line of its own or not; none where it is no LaTeX, or more than is drawn.
pub(crate) fn formula(latex: &str, is_block: bool) -> Option<Element> {
    if latex.len() > LONGEST || commands(latex).any(|name| REFUSED.contains(&name)) {
        return None;
    }
    let storage = Storage::new();
    let events: Result<Vec<_>, _> = Parser::new(latex, &storage).collect();
    let display_mode = if is_block { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut written = String::new();
    let events = events.ok()?.into_iter().map(Ok::<_, pulldown_latex::ParserError>);
    push_mathml(&mut written, events, config).ok()?;
    read(&written)
}

/// The commands of a text: the letters behind each backslash.
fn commands(latex: &str) -> impl Iterator<Item = &str> {
    latex.split('\\').skip(1).map(|rest| {
        let end = rest.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(rest.len());
        &rest[..end]
    })
}

/// Reads one element and all that is in it.
fn read(mut rest: &str) -> Option<Element> {
    let mut open: Vec<Element> = Vec::new();
    loop {
        if let Some(tag) = rest.strip_prefix("</") {
            rest = tag.split_once('>')?.1;
            let mut element = open.pop()?;
            let Some(around) = open.last_mut() else { return Some(element) };
            around.inside.extend(space_before(&mut element));
            around.inside.push(Part::Element(element));
        } else if let Some(tag) = rest.strip_prefix('<').filter(|tag| tag.starts_with('m')) {
            let (tag, after) = tag.split_once('>')?;
            rest = after;
            let element = element(tag.trim_end_matches('/'))?;
            if tag.ends_with('/') {
                open.last_mut()?.inside.push(Part::Element(element));
            } else {
                open.push(element);
            }
        } else {
            // The library writes the sign for less as it is.
            let first = rest.chars().next()?;
            let end = rest[first.len_utf8()..].find('<').map_or(rest.len(), |end| end + first.len_utf8());
            open.last_mut()?.inside.push(Part::Text(unescaped(&rest[..end])));
            rest = &rest[end..];
        }
        if open.len() > DEEPEST {
            return None;
        }
    }
}

/// The library (0.8.0) puts the space before an operator with an index into the element of both, which has place for
/// these two only: `\sum \log_2 x`.
fn space_before(element: &mut Element) -> Option<Part> {
    let places = match element.name {
        "msub" | "msup" | "munder" | "mover" => 2,
        "msubsup" | "munderover" => 3,
        _ => return None,
    };
    let is_space = |part: &Part| matches!(part, Part::Element(Element { name: "mspace", .. }));
    (element.inside.len() > places && element.inside.first().is_some_and(is_space))
        .then(|| element.inside.remove(0))
}

/// An element by what stands in its tag.
fn element(tag: &str) -> Option<Element> {
    let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
    let name = ELEMENTS.iter().find(|known| **known == name)?;
    // Values are told from names by their quotes.
    let mut pieces = attributes.split('"');
    let mut known = Vec::new();
    while let (Some(attribute), Some(value)) = (pieces.next(), pieces.next()) {
        let attribute = attribute.trim().trim_end_matches('=');
        if let Some(attribute) = ATTRIBUTES.iter().find(|known| **known == attribute) {
            known.push((*attribute, value.to_owned()));
        }
    }
    Some(Element { name, attributes: known, inside: Vec::new() })
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `MathML`, for the eye.
    fn shown(element: &Element) -> String {
        let Element { name, attributes, inside } = element;
        let mut written = format!("<{name}");
        for (name, value) in attributes {
            written.extend([" ", name, "=", value]);
        }
        written += ">";
        for part in inside {
            match part {
                Part::Text(text) => written += text,
                Part::Element(element) => written += &shown(element),
            }
        }
        written + &format!("</{name}>")
    }

    fn drawn(latex: &str) -> Option<String> {
        formula(latex, false).as_ref().map(shown)
    }

    #[test]
    fn a_formula_is_mathml() {
        let squared = "<math display=inline><msup><mi>x</mi><mn>2</mn></msup></math>";
        assert_eq!(drawn("x^2").as_deref(), Some(squared));
        let block = formula(r"\sum_{i=1}^n \frac{1}{i}", true).expect("a formula");
        assert_eq!(block.attributes, [("display", "block".to_owned())]);
    }

    #[test]
    fn an_index_stands_at_what_it_belongs_to() {
        let log = drawn(r"x\log_2 i").expect("a formula");
        assert!(log.contains("</mspace><msub><mi>log</mi><mn>2</mn></msub>"), "{log}");
    }

    #[test]
    fn signs_of_markup_are_signs() {
        let less = "<math display=inline><mi>a</mi><mo><</mo><mi>b</mi></math>";
        assert_eq!(drawn("a<b").as_deref(), Some(less));
        let script = drawn(r"\text{<script>x</script>&lt;}").expect("a text");
        assert!(script.contains("<mtext><script>x</script>&lt;</mtext>"), "{script}");
        let image = drawn("<img src=x>").expect("a formula");
        assert!(image.contains("<mo><</mo><mi>i</mi><mi>m</mi><mi>g</mi>"), "{image}");
    }

    #[test]
    fn styles_are_left_out() {
        let red = drawn(r"\textcolor{red}{x}\!\cancel{y}").expect("a formula");
        assert!(!red.contains("style=") && red.contains("<mi>x</mi>"), "{red}");
    }

    #[test]
    fn what_is_none_or_too_much_is_not_drawn() {
        for not_drawn in [r"\nothing", "{", "a^b^c", r"\def\a{\a\a}\a", r"\char é", r"\newcommand{\x}{1}\x"]
        {
            assert_eq!(drawn(not_drawn), None, "{not_drawn}");
        }
        assert_eq!(drawn(&"x".repeat(LONGEST + 1)), None);
        assert_eq!(drawn(&format!("{}x{}", r"\sqrt{".repeat(200), "}".repeat(200))), None);
        assert!(drawn(r"\chi \left( \defaults").is_none() && drawn(r"\chi \delta").is_some());
    }

    #[test]
    fn a_formula_may_stop_anywhere() {
        let whole = r"\begin{pmatrix} a & b \\ c & \frac{1}{2} \end{pmatrix} \left( é \right) \text{a < b} \to \infty";
        for (end, _) in whole.char_indices() {
            formula(&whole[..end], true);
        }
        assert!(drawn(whole).is_some());
    }
}
