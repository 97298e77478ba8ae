//! Who is signed in, as the server says; one answer for the whole app.

use mosaic_api::{Code, Me, paths};
use yew::prelude::*;

use crate::remote::Remote;
use crate::{client, route};

/// The caller, and what changes who that is.
#[derive(Clone, PartialEq)]
pub(crate) struct Account {
    /// None where nobody is signed in.
    pub(crate) me: Remote<Option<Me>>,
    pub(crate) signed_in: Callback<Me>,
    /// The server does not know the caller any more.
    pub(crate) signed_out: Callback<()>,
    /// Asks the server again.
    pub(crate) again: Callback<()>,
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) children: Html,
}

/// Asks once who the caller is, and keeps the answer for everything inside.
#[component]
pub(crate) fn AccountProvider(props: &Props) -> Html {
    let me = use_state(|| Remote::Loading);
    let again = {
        let me = me.clone();
        use_callback((), move |(), ()| {
            let me = me.clone();
            me.set(Remote::Loading);
            wasm_bindgen_futures::spawn_local(async move {
                me.set(client::me().await.map_or_else(Remote::Failed, Remote::Ready));
            });
        })
    };
    {
        let again = again.clone();
        use_effect_with((), move |()| again.emit(()));
    }
    let signed_in = {
        let me = me.clone();
        use_callback((), move |fresh: Me, ()| me.set(Remote::Ready(Some(fresh))))
    };
    let signed_out = {
        let me = me.clone();
        use_callback((), move |(), ()| me.set(Remote::Ready(None)))
    };
    let account = Account { me: (*me).clone(), signed_in, signed_out, again };
    html! {
        <ContextProvider<Account> context={account}>{ props.children.clone() }</ContextProvider<Account>>
    }
}

/// The account of whoever is at the page.
#[hook]
pub(crate) fn use_account() -> Account {
    use_context().expect("the whole app is inside an AccountProvider")
}

/// Where nobody has set Mosaic up yet there is one page to be at.
#[hook]
pub(crate) fn use_first_setup(account: &Account) {
    let new = matches!(&account.me, Remote::Failed(failure) if failure.is(Code::OnboardingRequired));
    use_effect_with(new, |new| {
        if *new {
            route::replace(paths::SETUP_PAGE);
        }
    });
}

/// The person who is signed in; only for what stands behind the guard.
#[hook]
pub(crate) fn use_me() -> Me {
    use_context().expect("the page is behind the guard")
}
