//! The way out.

use mosaic_api::SignedOut;
use yew::prelude::*;

use super::{Act, use_account, use_act, use_chat};
use crate::{browser, client, route, storage};

/// Ends the session and forgets in this tab whose it was; a provider's own sign-out page comes next where it has one.
#[hook]
pub(crate) fn use_sign_out() -> Act<()> {
    let account = use_account();
    let restart = use_chat().restart;
    use_act(
        |()| client::sign_out(),
        Callback::from(move |out: SignedOut| {
            storage::forget_tab();
            restart.emit(());
            if let Some(location) = out.location {
                browser::leave_for(&location);
                return;
            }
            account.signed_out.emit(());
            route::replace("/sign-in");
        }),
    )
}
