//! Writing one text of what is being filled in.

use yew::Callback;

/// Makes what writes one text of a draft: a field says which, and `change` is given the draft with it.
pub(crate) fn writer<D: Clone + 'static>(
    draft: &D,
    change: &Callback<D>,
) -> impl Fn(fn(&mut D, String)) -> Callback<String> {
    let (draft, change) = (draft.clone(), change.clone());
    move |write| {
        let draft = draft.clone();
        change.reform(move |text| {
            let mut draft = draft.clone();
            write(&mut draft, text);
            draft
        })
    }
}
