//! The database behind a Mosaic, reached as its owner: for what no door of Mosaic's can bring about, such as a
//! session that ended long ago.

use mosaic_model::{PersonalToken, SessionToken};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{Mosaic, Person};

/// When something ends, or that it was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// It holds.
    Still,
    /// It ended a minute ago.
    Ended,
    /// It was not used for too long; of sessions only.
    Unused,
}

impl Mosaic {
    /// A connection that sees everything.
    pub(crate) async fn database(&self) -> PgConnection {
        let socket = self.home().join("postgres/run");
        let socket = socket.to_str().expect("our own directory").replace('/', "%2F");
        let url = format!("postgres://mosaic@localhost/mosaic?host={socket}");
        PgConnection::connect(&url).await.unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    pub(crate) async fn id_of(&self, person: &Person) -> Uuid {
        let mut database = self.database().await;
        let id = sqlx::query_scalar("SELECT id FROM users WHERE email = $1");
        id.bind(&person.email).fetch_one(&mut database).await.expect("the person exists")
    }

    /// A browser in which this person signed in; the cookie's value and the session's id.
    pub(crate) async fn session(&self, person: &Person, lasting: Lasting) -> (String, Uuid) {
        let token = SessionToken::from_random(random());
        let (used_hours_ago, ends_in_hours) = match lasting {
            Lasting::Still => (0, 1),
            Lasting::Ended => (2, -1),
            Lasting::Unused => (100, 1),
        };
        let id = Uuid::from_bytes(random());
        sqlx::query(
            "INSERT INTO sessions (id, user_id, hash, method, device, address, created_at, last_seen_at, expires_at)
             SELECT $1, $2, $3, 'local', 'a test', '127.0.0.1', used, used, now() + make_interval(hours => $5)
             FROM (SELECT now() - make_interval(hours => $4) AS used) AS times",
        )
        .bind(id)
        .bind(self.id_of(person).await)
        .bind(token.hash().as_bytes().as_slice())
        .bind(used_hours_ago)
        .bind(ends_in_hours)
        .execute(&mut self.database().await)
        .await
        .expect("a sound session");
        (token.expose().to_owned(), id)
    }

    /// A personal token of this person's with these scopes.
    pub(crate) async fn token(&self, person: &Person, scopes: &[&str], lasting: Lasting) -> String {
        let token = PersonalToken::from_random(random());
        sqlx::query(
            "INSERT INTO api_tokens (id, user_id, name, hash, scopes, created_at, expires_at)
             VALUES (gen_random_uuid(), $1, 'a test', $2, $3, now() - interval '1 hour',
                     CASE WHEN $4 THEN NULL ELSE now() - interval '1 minute' END)",
        )
        .bind(self.id_of(person).await)
        .bind(token.hash().as_bytes().as_slice())
        .bind(scopes)
        .bind(lasting == Lasting::Still)
        .execute(&mut self.database().await)
        .await
        .expect("a sound token");
        token.expose().to_owned()
    }

    /// Shuts this person out, as of now.
    pub(crate) async fn disable(&self, person: &Person) {
        let disable = sqlx::query("UPDATE users SET disabled = true WHERE email = $1").bind(&person.email);
        let disabled = disable.execute(&mut self.database().await).await;
        assert_eq!(disabled.expect("a sound row").rows_affected(), 1);
    }

    /// Gives this person a local password: the one that `other`, an administrator, was made with.
    pub(crate) async fn lend_password(&self, person: &Person, other: &Person) {
        let lent = sqlx::query(
            "INSERT INTO local_passwords (user_id, password_hash, updated_at)
             SELECT $1, password_hash, updated_at FROM breakglass_users WHERE user_id = $2
             ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash",
        );
        let (person, other) = (self.id_of(person).await, self.id_of(other).await);
        let lent = lent.bind(person).bind(other).execute(&mut self.database().await).await;
        assert_eq!(lent.expect("a sound row").rows_affected(), 1);
    }
}

/// Random bytes, so that no two test runs meet.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("this host gives random numbers");
    bytes
}
