//! Who is signed in, the way to what is theirs, and the way out.
//!
//! The browser's own popover: Escape and a press elsewhere close it, and it gives the focus back.

use mosaic_api::RoleBody;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{Link, ThemeSwitch};
use crate::hooks::{use_me, use_sign_out};
use crate::route::Route;

#[component]
pub(crate) fn AccountMenu() -> Html {
    let me = use_me();
    let menu = use_node_ref();
    // Drawn anew at each opening, with the theme there is by then.
    let opened = use_state(|| 0_u32);
    let open = {
        let opened = opened.clone();
        Callback::from(move |_: MouseEvent| opened.set(*opened + 1))
    };
    let sign_out = use_sign_out();
    let close = {
        let menu = menu.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(menu) = menu.cast::<HtmlElement>() {
                let _ = menu.hide_popover();
            }
        })
    };
    let initial: String = me.email.chars().take(1).flat_map(char::to_uppercase).collect();
    html! {
        <>
            <button type="button" class="avatar" popovertarget="account-menu" onclick={open}
                aria-label={format!("Account menu of {}", me.email)}>
                <span aria-hidden="true">{ initial }</span>
            </button>
            <div ref={menu} id="account-menu" class="menu" popover="auto">
                <p class="who"><span class="quiet small">{ "Signed in as" }</span><strong>{ &me.email }</strong></p>
                <nav aria-label="Account" onclick={close}>
                    <Link to={Route::Account}>{ "Account" }</Link>
                    if me.role == RoleBody::Admin {
                        <Link to={Route::Users}>{ "Users" }</Link>
                        <Link to={Route::Audit}>{ "Audit log" }</Link>
                    }
                </nav>
                <ThemeSwitch key={*opened} name="menu-theme" />
                if let Some(failure) = &sign_out.failure {
                    <p class="error" role="alert">{ &failure.detail }</p>
                }
                <button type="button" class="item" onclick={sign_out.run.reform(|_: MouseEvent| ())}
                    aria-busy={sign_out.busy.then_some("true")}>
                    { if sign_out.busy { "Signing out…" } else { "Sign out" } }
                </button>
            </div>
        </>
    }
}
