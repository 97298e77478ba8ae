//! Administrators and users, from the command line.

mod delete;

use anyhow::Context;
use mosaic_model::{AccessChange, By, Email, UserId};
use mosaic_storage::{NewInvitation, Role, Store, UserEntry, UserFilter};

use super::{say, secret_from_stdin};
use crate::{
    cli::{Admin, RoleName, User},
    compose::Database,
};

/// How many users are read at once.
const PAGE: u32 = 500;

pub(super) async fn admin(store: &Store, command: Admin) -> anyhow::Result<()> {
    match command {
        Admin::Create { email, password_stdin: _ } => {
            let password = secret_from_stdin("password")?;
            let admin = store.create_breakglass(&Email::parse(&email)?, &password, &By::host()).await?;
            store.complete_onboarding(&By::host()).await?;
            say(&format!("{} is an administrator", admin.email));
        }
        Admin::ResetPassword { email, password_stdin: _ } => {
            let user = find(store, &email).await?;
            let password = secret_from_stdin("password")?;
            store.reset_password(user, &password, &By::host()).await?;
            say(&format!("{email} has another password and is signed out everywhere"));
        }
    }
    Ok(())
}

pub(super) async fn user(database: &Database, command: User) -> anyhow::Result<()> {
    let store = database.store();
    match command {
        User::Create { email, password_stdin } => create(store, &email, password_stdin).await?,
        User::Invite { email, admin, expires_in } => invite(store, &email, admin, expires_in).await?,
        User::List => list(store).await?,
        User::Role { email, role } => {
            let role = match role {
                RoleName::Admin => Role::Admin,
                RoleName::User => Role::User,
            };
            change(store, &email, AccessChange::Role(role)).await?;
            say(&format!("{email} has the role {}", role.as_str()));
        }
        User::Disable { email } => {
            change(store, &email, AccessChange::Disable).await?;
            say(&format!("{email} is shut out; a running Mosaic stops their agent within seconds"));
        }
        User::Enable { email } => {
            change(store, &email, AccessChange::Enable).await?;
            say(&format!("{email} may come in again"));
        }
        User::Delete { email, yes, docker_host } => {
            delete::delete(database, &email, yes, docker_host.as_deref()).await?;
        }
    }
    Ok(())
}

/// Only the link goes to standard output, so that a script can take it.
async fn create(store: &Store, email: &str, has_password: bool) -> anyhow::Result<()> {
    let email = Email::parse(email)?;
    let user = if has_password {
        let password = secret_from_stdin("password")?;
        store.create_local(&email, Role::User, &password, &By::host()).await?
    } else {
        store.create_user(&email, Role::User, &By::host()).await?
    };
    say(&format!("{} is a user", user.email));
    Ok(())
}

async fn invite(store: &Store, email: &str, admin: bool, valid_secs: Option<u32>) -> anyhow::Result<()> {
    let role = if admin { Role::Admin } else { Role::User };
    let new = NewInvitation { email: Email::parse(email)?, role, invited_by: None, valid_secs };
    let (_, token) = store.invite(new, &By::host()).await?;
    say(&mosaic_http::invitation_link(&store.origin().await?, &token));
    Ok(())
}

async fn list(store: &Store) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let page = store.directory(&UserFilter::default(), after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.user.id);
        for entry in &page {
            say(&line(entry));
        }
    }
}

fn line(UserEntry { user, sign_in }: &UserEntry) -> String {
    let state = match (user.deleting_at, user.disabled) {
        (Some(_), _) => "being deleted",
        (None, true) => "disabled",
        (None, false) => "",
    };
    let sign_in = sign_in.map_or("-", |method| method.as_str());
    format!("{:40} {:5} {sign_in:10} {state}", user.email.as_str(), user.role.as_str()).trim_end().to_owned()
}

async fn change(store: &Store, email: &str, change: AccessChange) -> anyhow::Result<()> {
    store.change_access(find(store, email).await?, change, &By::host()).await?;
    Ok(())
}

async fn find(store: &Store, email: &str) -> anyhow::Result<UserId> {
    let user = store.user_by_email(&Email::parse(email)?).await?;
    Ok(user.with_context(|| format!("there is no user {email}"))?.id)
}
