//! Markdown as a tree that a page can draw: pure, and the same at every moment of a stream.
//!
//! What an agent writes is never read as HTML: its tags are words. Links lead to web and mail addresses only, and
//! pictures are links: a page that loads one would tell its server who reads this, and when.

mod dollars;

use std::{ops::Range, rc::Rc};

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A part of the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Text(Rc<str>),
    /// Code within a line.
    Code(Rc<str>),
    /// A block of code.
    Block {
        language: Rc<str>,
        code: Rc<str>,
    },
    /// A formula in LaTeX.
    Math {
        latex: Rc<str>,
        is_block: bool,
    },
    Link {
        to: Rc<str>,
        inside: Vec<Self>,
    },
    /// Whether something is done, in a list of such things.
    Task(bool),
    Break,
    Rule,
    Element(Element, Vec<Self>),
}

/// What has other parts in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    Paragraph,
    /// 1 to 6.
    Heading(u8),
    Quote,
    List,
    /// A numbered list, and its first number.
    Numbered(u64),
    Item,
    Emphasis,
    Strong,
    Struck,
    Table,
    Head,
    Row,
    /// A cell of a table's head, or of a row.
    Cell {
        is_head: bool,
        align: Align,
    },
}

/// How a column stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Align {
    #[default]
    Start,
    Center,
    End,
}

/// The blocks of a text.
pub(crate) fn parse(text: &str) -> Vec<Rc<Node>> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH;
    let text = &*dollars::with_dollars(text);
    let mut tree =
        Tree { open: vec![(Opened::Root, Vec::new())], columns: Vec::new(), column: 0, in_head: false };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::InlineMath(_) if is_money(text, &range) => tree.text(&text[range]),
            event => tree.take(event),
        }
    }
    while tree.open.len() > 1 {
        tree.close();
    }
    let (_, blocks) = tree.open.pop().unwrap_or((Opened::Root, Vec::new()));
    blocks.into_iter().map(Rc::new).collect()
}

/// What is open while the text is read.
#[derive(Debug)]
enum Opened {
    Root,
    Element(Element),
    Block(Rc<str>),
    Link(Rc<str>),
    /// Its parts stand for themselves.
    Through,
}

#[derive(Debug)]
struct Tree {
    open: Vec<(Opened, Vec<Node>)>,
    columns: Vec<Align>,
    column: usize,
    in_head: bool,
}

impl Tree {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => {
                let opened = self.opened(tag);
                self.open.push((opened, Vec::new()));
            }
            Event::End(end) => {
                if end == TagEnd::TableHead {
                    self.in_head = false;
                }
                self.close();
            }
            // References to footnotes are not switched on.
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::FootnoteReference(text) => self.text(&text),
            Event::Code(code) => self.push(Node::Code(code.as_ref().into())),
            Event::InlineMath(latex) => {
                self.push(Node::Math { latex: latex.as_ref().into(), is_block: false });
            }
            Event::DisplayMath(latex) => {
                self.push(Node::Math { latex: latex.as_ref().into(), is_block: true });
            }
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak => self.push(Node::Break),
            Event::Rule => self.push(Node::Rule),
            Event::TaskListMarker(done) => self.push(Node::Task(done)),
        }
    }

    fn opened(&mut self, tag: Tag<'_>) -> Opened {
        Opened::Element(match tag {
            Tag::Paragraph | Tag::HtmlBlock => Element::Paragraph,
            Tag::Heading { level, .. } => Element::Heading(rank(level)),
            Tag::BlockQuote(_) => Element::Quote,
            Tag::CodeBlock(kind) => return Opened::Block(language(&kind)),
            Tag::List(None) => Element::List,
            Tag::List(Some(first)) => Element::Numbered(first),
            Tag::Item => Element::Item,
            Tag::Emphasis => Element::Emphasis,
            Tag::Strong => Element::Strong,
            Tag::Strikethrough => Element::Struck,
            Tag::Table(columns) => {
                self.columns = columns.into_iter().map(align).collect();
                Element::Table
            }
            Tag::TableHead => {
                (self.in_head, self.column) = (true, 0);
                Element::Head
            }
            Tag::TableRow => {
                self.column = 0;
                Element::Row
            }
            Tag::TableCell => {
                let align = self.columns.get(self.column).copied().unwrap_or_default();
                self.column += 1;
                Element::Cell { is_head: self.in_head, align }
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } if is_harmless(&dest_url) => {
                return Opened::Link(dest_url.as_ref().into());
            }
            _ => return Opened::Through,
        })
    }

    fn close(&mut self) {
        let Some((opened, inside)) = self.open.pop() else { return };
        match opened {
            Opened::Root => self.open.push((Opened::Root, inside)),
            Opened::Element(element) => self.push(Node::Element(element, inside)),
            Opened::Block(language) => {
                let code: String = inside.iter().map(words).collect();
                self.push(Node::Block { language, code: code.trim_end_matches('\n').into() });
            }
            Opened::Link(to) => {
                // A picture without a description is still something to follow.
                let inside = if inside.is_empty() { vec![Node::Text(to.clone())] } else { inside };
                self.push(Node::Link { to, inside });
            }
            Opened::Through => inside.into_iter().for_each(|node| self.push(node)),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, inside)) = self.open.last_mut()
            && let Some(Node::Text(before)) = inside.last_mut()
        {
            *before = format!("{before}{text}").into();
            return;
        }
        self.push(Node::Text(text.into()));
    }

    fn push(&mut self, node: Node) {
        if let Some((_, inside)) = self.open.last_mut() {
            inside.push(node);
        }
    }
}

/// Whether the dollars of a formula stand before amounts: one is the end of a formula only where no digit or letter
/// follows, and the beginning of one only where none stands before.
fn is_money(text: &str, formula: &Range<usize>) -> bool {
    let before = text[..formula.start].chars().next_back();
    let after = text[formula.end..].chars().next();
    before.into_iter().chain(after).any(char::is_alphanumeric)
}

fn words(node: &Node) -> &str {
    if let Node::Text(text) = node { text } else { "" }
}

const fn rank(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// The language of a block: the first word behind the fence.
fn language(kind: &CodeBlockKind<'_>) -> Rc<str> {
    let CodeBlockKind::Fenced(about) = kind else { return "".into() };
    about.split([' ', ',', '{']).next().unwrap_or_default().into()
}

fn align(column: Alignment) -> Align {
    match column {
        Alignment::None | Alignment::Left => Align::Start,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::End,
    }
}

/// A web or mail address. Anything else could be a script.
fn is_harmless(address: &str) -> bool {
    let address = address.trim().to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Node {
        Node::Text(words.into())
    }

    fn paragraph(inside: Vec<Node>) -> Rc<Node> {
        Rc::new(Node::Element(Element::Paragraph, inside))
    }

    #[test]
    fn code_is_told_from_words() {
        let code = Node::Block { language: "rust".into(), code: "fn main() {}".into() };
        let blocks = parse("Look:\n```rust\nfn main() {}\n```\nDone `x`.");
        let inline = vec![text("Done "), Node::Code("x".into()), text(".")];
        assert_eq!(blocks, [paragraph(vec![text("Look:")]), Rc::new(code), paragraph(inline)]);
    }

    #[test]
    fn a_block_that_is_still_open_is_code_already() {
        let open = Node::Block { language: "rust".into(), code: "fn ma".into() };
        assert_eq!(parse("```rust\nfn ma"), [Rc::new(open)]);
    }

    #[test]
    fn an_answer_may_stop_anywhere() {
        let whole = "# A\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n1. x\n   - [ ] y\n\n> **q** [l](https://x.y) ~~s~~\n\n```js\nlet ä = 1\n```\n";
        for (end, _) in whole.char_indices() {
            assert!(parse(&whole[..end]).len() <= 6);
        }
    }

    #[test]
    fn what_stands_before_does_not_change_when_more_comes() {
        let (before, after) = (parse("One\n\n- two\n\nthr"), parse("One\n\n- two\n\nthree\n\nfour"));
        assert_eq!(before[..2], after[..2]);
    }

    #[test]
    fn html_is_words_and_scripts_are_no_links() {
        assert_eq!(parse("a <b onclick=x>c</b>"), [paragraph(vec![text("a <b onclick=x>c</b>")])]);
        assert_eq!(parse("[x](javascript:alert(1))"), [paragraph(vec![text("x")])]);
        assert_eq!(parse("[x](data:text/html,y)"), [paragraph(vec![text("x")])]);
        let picture = Node::Link { to: "https://x.y/z.png".into(), inside: vec![text("a cat")] };
        assert_eq!(parse("![a cat](https://x.y/z.png)"), [paragraph(vec![picture])]);
    }

    #[test]
    fn formulas_are_told_from_amounts_of_money() {
        let math = |latex: &str, is_block| Node::Math { latex: latex.into(), is_block };
        let inline = paragraph(vec![text("So "), math("x^2", false), text(".")]);
        assert_eq!([parse("So $x^2$."), parse(r"So \(x^2\).")], [vec![inline.clone()], vec![inline]]);
        assert_eq!(parse("$$\na < b\n$$"), [paragraph(vec![math("\na < b\n", true)])]);
        for money in ["It is $5 or $6.", "From $5-$10 on", "US$5 and US$6"] {
            assert_eq!(parse(money), [paragraph(vec![text(money)])]);
        }
        assert_eq!(parse("`$x$`"), [paragraph(vec![Node::Code("$x$".into())])]);
    }

    #[test]
    fn a_table_has_heads_and_aligned_columns() {
        let blocks = parse("| a | b |\n|:-:|--:|\n| 1 | 2 |");
        let Node::Element(Element::Table, rows) = &*blocks[0] else { panic!("{blocks:?}") };
        let Node::Element(Element::Head, heads) = &rows[0] else { panic!("{rows:?}") };
        let head = |align| Element::Cell { is_head: true, align };
        assert!(matches!(&heads[0], Node::Element(cell, _) if *cell == head(Align::Center)));
        let Node::Element(Element::Row, cells) = &rows[1] else { panic!("{rows:?}") };
        let last = Element::Cell { is_head: false, align: Align::End };
        assert!(matches!(&cells[1], Node::Element(cell, _) if *cell == last), "{cells:?}");
    }
}
