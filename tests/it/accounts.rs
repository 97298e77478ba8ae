//! Accounts: signing in, what tokens may do, and what becomes of people whom an admin shuts out or erases.

mod invitations;
mod people;
mod sign_in;

use crate::support::{Browser, Mosaic};

const PASSWORD: &str = "correct horse battery";
/// Where the stand-in's models are not: it needs none.
const NO_MODELS: &str = "http://standin.invalid/v1";

/// A browser that an administrator is signed in with.
async fn admin(mosaic: &Mosaic) -> Browser<'_> {
    let email = mosaic.admin("root", PASSWORD);
    Browser::signed_in(mosaic, &email, PASSWORD).await
}
