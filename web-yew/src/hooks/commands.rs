//! Everything one can do from anywhere.

use mosaic_api::RoleBody;
use yew::prelude::*;
use yew_router::Routable as _;

use super::{use_chat, use_me, use_sign_out};
use crate::route::{self, Route, SETTINGS};
use crate::theme::Theme;

/// Something one can do.
#[derive(Clone, PartialEq)]
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) run: Callback<()>,
}

fn command(name: impl Into<String>, run: impl Fn() + 'static) -> Command {
    Command { name: name.into(), run: Callback::from(move |()| run()) }
}

/// What the caller can do, the most ordinary first.
#[hook]
pub(crate) fn use_commands() -> Vec<Command> {
    let admin = use_me().role == RoleBody::Admin;
    let restart = use_chat().restart;
    let sign_out = use_sign_out().run;
    let to = |name: &str, route: &Route| {
        let address = route.to_path();
        command(format!("Go to {name}"), move || route::go(&address))
    };
    let mut commands = vec![
        command("New chat", move || {
            restart.emit(());
            route::go(&Route::Chat.to_path());
        }),
        to("Chat", &Route::Chat),
    ];
    let settings = SETTINGS.iter().filter(|section| admin || !section.for_admins);
    commands.extend(settings.map(|section| to(&format!("Settings: {}", section.name), &section.route)));
    if admin {
        commands.push(to("Fleet", &Route::Fleet));
        commands.push(to("Users", &Route::Users));
        commands.push(to("Audit log", &Route::Audit));
    }
    commands.extend(
        Theme::ALL
            .into_iter()
            .map(|theme| command(format!("Theme: {}", theme.name().to_lowercase()), move || theme.choose())),
    );
    commands.push(command("Sign out", move || sign_out.emit(())));
    commands
}
