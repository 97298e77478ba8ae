//! An agent's words: Markdown, drawn while it arrives.
//!
//! Text only ever becomes text nodes: nothing an agent writes is read as HTML. Each block is a component of its own,
//! so that only the last one is drawn again while more words come.

use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::VTag;

use super::CopyButton;
use crate::highlight::highlight;
use crate::markdown::{Align, Element, Node, parse};
use crate::math::{self, Part};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) text: AttrValue,
}

#[component]
pub(crate) fn Prose(props: &Props) -> Html {
    html! {
        <div class="prose">
            for (index, node) in parse(&props.text).into_iter().enumerate() {
                <Block key={index} {node} />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct BlockProps {
    node: Rc<Node>,
}

#[component]
fn Block(props: &BlockProps) -> Html {
    draw(&props.node)
}

fn all(nodes: &[Node]) -> Html {
    nodes.iter().map(draw).collect()
}

fn draw(node: &Node) -> Html {
    match node {
        Node::Text(text) => html! { { AttrValue::from(text.clone()) } },
        Node::Code(code) => html! { <code>{ AttrValue::from(code.clone()) }</code> },
        Node::Math { latex, is_block } => html! { <Formula latex={latex.clone()} is_block={*is_block} /> },
        Node::Block { language, code } => html! { <Code language={language.clone()} code={code.clone()} /> },
        Node::Link { to, inside } => html! {
            <a href={AttrValue::from(to.clone())} target="_blank" rel="noopener noreferrer nofollow">{ all(inside) }</a>
        },
        Node::Task(done) => html! {
            <input type="checkbox" checked={*done} disabled=true aria-label={if *done { "done" } else { "to do" }} />
        },
        Node::Break => html! { <br /> },
        Node::Rule => html! { <hr /> },
        Node::Element(element, inside) => draw_element(*element, all(inside)),
    }
}

fn draw_element(element: Element, inside: Html) -> Html {
    match element {
        Element::Paragraph => html! { <p>{ inside }</p> },
        // The page's own headings come first.
        Element::Heading(1 | 2) => html! { <h3>{ inside }</h3> },
        Element::Heading(3) => html! { <h4>{ inside }</h4> },
        Element::Heading(_) => html! { <h5>{ inside }</h5> },
        Element::Quote => html! { <blockquote>{ inside }</blockquote> },
        Element::List => html! { <ul>{ inside }</ul> },
        Element::Numbered(first) => html! { <ol start={first.to_string()}>{ inside }</ol> },
        Element::Item => html! { <li>{ inside }</li> },
        Element::Emphasis => html! { <em>{ inside }</em> },
        Element::Strong => html! { <strong>{ inside }</strong> },
        Element::Struck => html! { <s>{ inside }</s> },
        Element::Table => html! {
            <div class="table-pane" tabindex="0" role="region" aria-label="Table"><table>{ inside }</table></div>
        },
        Element::Head | Element::Row => html! { <tr>{ inside }</tr> },
        Element::Cell { is_head: true, align } => {
            html! { <th class={class(align)} scope="col">{ inside }</th> }
        }
        Element::Cell { is_head: false, align } => html! { <td class={class(align)}>{ inside }</td> },
    }
}

const fn class(align: Align) -> Option<&'static str> {
    match align {
        Align::Start => None,
        Align::Center => Some("center"),
        Align::End => Some("end"),
    }
}

#[derive(PartialEq, Properties)]
struct FormulaProps {
    latex: AttrValue,
    is_block: bool,
}

/// A formula; what is none is shown as it was written.
#[component]
fn Formula(props: &FormulaProps) -> Html {
    let FormulaProps { latex, is_block } = props;
    match math::formula(latex, *is_block) {
        Some(formula) if *is_block => html! {
            <div class="formula" tabindex="0" role="region" aria-label="Formula">{ draw_math(formula) }</div>
        },
        Some(formula) => draw_math(formula),
        None => html! { <code>{ latex.clone() }</code> },
    }
}

fn draw_math(element: math::Element) -> Html {
    let mut tag = VTag::new(element.name);
    for (name, value) in element.attributes {
        tag.add_attribute(name, value);
    }
    tag.add_children(element.inside.into_iter().map(|part| match part {
        Part::Text(text) => Html::from(text),
        Part::Element(element) => draw_math(element),
    }));
    tag.into()
}

#[derive(PartialEq, Properties)]
struct CodeProps {
    language: AttrValue,
    code: AttrValue,
}

#[component]
fn Code(props: &CodeProps) -> Html {
    let wrapped = use_state(|| false);
    let wrap = {
        let wrapped = wrapped.clone();
        Callback::from(move |_: MouseEvent| wrapped.set(!*wrapped))
    };
    let CodeProps { language, code } = props;
    html! {
        <figure>
            <figcaption class="small">
                <span>{ if language.is_empty() { "code" } else { language.as_str() } }</span>
                <button type="button" class="plain tiny" aria-pressed={wrapped.to_string()} onclick={wrap}>{ "Wrap" }</button>
                <CopyButton words={code.clone()} label="Copy code" />
            </figcaption>
            <pre class={wrapped.then_some("wrap")} tabindex="0"><code>
                for (kind, text) in highlight(language, code) {
                    if let Some(class) = kind.class() {
                        <span {class}>{ text.to_owned() }</span>
                    } else {
                        { text.to_owned() }
                    }
                }
            </code></pre>
        </figure>
    }
}
