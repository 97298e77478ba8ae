//! Rows of which only those are drawn that can be seen, however many there are. All are of one height.

use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;
use yew::prelude::*;

/// How many rows are drawn beyond those that are seen, above and below.
const SPARE: usize = 12;
/// A row's height until one is there to be measured. CSS pixels.
const FIRST_HEIGHT: u32 = 36;
/// How many rows are taken to be seen until that can be measured.
const FIRST_SEEN: usize = 30;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// How many rows there are.
    pub(crate) count: usize,
    /// Draws one.
    pub(crate) row: Callback<usize, Html>,
}

/// What can be seen.
#[derive(Clone, Copy, PartialEq)]
struct Sight {
    first: usize,
    seen: usize,
    row_height: u32,
}

/// A row group whose children are rows.
#[component]
pub(crate) fn Windowed(props: &Props) -> Html {
    let frame = use_node_ref();
    let sight = use_state_eq(|| Sight { first: 0, seen: FIRST_SEEN, row_height: FIRST_HEIGHT });
    let look = {
        let (frame, sight) = (frame.clone(), sight.setter());
        use_callback((), move |(), ()| {
            if let Some(found) = frame.cast::<HtmlElement>().and_then(|frame| measure(&frame)) {
                sight.set(found);
            }
        })
    };
    use_effect_with(props.count, {
        let look = look.clone();
        move |_| look.emit(())
    });
    use_effect_with((), {
        let look = look.clone();
        move |()| {
            let window = web_sys::window();
            let listener = window.map(|it| EventListener::new(&it, "resize", move |_| look.emit(())));
            move || drop(listener)
        }
    });
    // Where the rows have become fewer, the last of them are seen: without any there is nothing to measure by.
    let top = sight.first.min(props.count.saturating_sub(sight.seen));
    let first = top.saturating_sub(SPARE);
    let end = (top + sight.seen + SPARE).min(props.count);
    // Heights as attributes: the page may have no styles of its own beside the style sheet's.
    let space = |rows: usize| {
        let height = u64::from(sight.row_height) * rows as u64;
        html! { <svg width="1" height={height.to_string()} aria-hidden="true"></svg> }
    };
    html! {
        <div ref={frame} class="windowed" role="rowgroup" onscroll={look.reform(|_: Event| ())}>
            { space(first) }
            for index in first..end { { props.row.emit(index) } }
            { space(props.count - end) }
        </div>
    }
}

fn measure(frame: &HtmlElement) -> Option<Sight> {
    let row: HtmlElement = frame.query_selector("[role=row]").ok()??.dyn_into().ok()?;
    let height = u32::try_from(row.offset_height()).ok().filter(|height| *height > 0)?;
    let rows = |pixels: i32| usize::try_from(pixels).unwrap_or_default() / height as usize;
    Some(Sight { first: rows(frame.scroll_top()), seen: rows(frame.client_height()) + 1, row_height: height })
}
