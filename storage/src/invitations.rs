//! Invitations to local accounts. The link's code is given out once; here there is only its hash.

mod accept;

use chrono::TimeDelta;
use mosaic_model::{
    AuditAction, AuditEntry, AuditTarget, By, Email, InvitationId, InvitationToken, Role, Timestamp,
    TokenHash, UserId,
};
use uuid::Uuid;

use crate::{Store, StoreError, random};

/// How long a link opens where nobody says otherwise.
const VALID_SECS: u32 = 7 * 24 * 3_600;
/// The shortest that it may be asked to open.
const VALID_SECS_MIN: u32 = 60;
/// The longest.
const VALID_SECS_MAX: u32 = 90 * 24 * 3_600;
/// The most invitations that are open at one time.
const OPEN_MAX: i64 = 1_000;
/// How many of those that are over are listed.
const CLOSED_LISTED: i64 = 200;

/// Somebody to invite.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Whom.
    pub email: Email,
    /// What they will be.
    pub role: Role,
    /// Who invites them; none for the host.
    pub invited_by: Option<UserId>,
    /// How long the link opens, in seconds; a week where nobody says otherwise.
    pub valid_secs: Option<u32>,
}

/// An invitation, without its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its identifier.
    pub id: InvitationId,
    /// Whom it invites.
    pub email: Email,
    /// What they will be.
    pub role: Role,
    /// Who invited them, if that is a user and still here.
    pub invited_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
    /// Until when the link opens.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When it was taken back, or replaced by another.
    pub revoked_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    id: Uuid,
    email: String,
    role: String,
    invited_by: Option<Uuid>,
    created_at: Timestamp,
    expires_at: Timestamp,
    accepted_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = StoreError;

    fn try_from(row: InvitationRow) -> Result<Self, Self::Error> {
        let unreadable = |field: &str| StoreError::Corrupt(format!("invitations.{field} of {}", row.id));
        Ok(Self {
            id: InvitationId::from_uuid(row.id),
            email: Email::parse(&row.email).ok().ok_or_else(|| unreadable("email"))?,
            role: Role::parse(&row.role).ok_or_else(|| unreadable("role"))?,
            invited_by: row.invited_by.map(UserId::from_uuid),
            created_at: row.created_at,
            expires_at: row.expires_at,
            accepted_at: row.accepted_at,
            revoked_at: row.revoked_at,
        })
    }
}

impl Store {
    /// Invites somebody. The link's code is in the answer and nowhere else; an earlier link of theirs opens
    /// nothing any more. [`StoreError::Conflict`] where they are a user already.
    pub async fn invite(
        &self,
        new: NewInvitation,
        by: &By,
    ) -> Result<(Invitation, InvitationToken), StoreError> {
        self.check_local_accounts()?;
        let valid_secs = new.valid_secs.unwrap_or(VALID_SECS);
        if !(VALID_SECS_MIN..=VALID_SECS_MAX).contains(&valid_secs) {
            let words = format!("an invitation holds for {VALID_SECS_MIN} to {VALID_SECS_MAX} seconds");
            return Err(StoreError::Invalid(words));
        }
        if self.user_by_email(&new.email).await?.is_some() {
            return Err(StoreError::Conflict("a user with this e-mail address"));
        }
        let now = self.now();
        let token = InvitationToken::from_random(random::bytes());
        let invitation = Invitation {
            id: InvitationId::new(now, random::bytes()),
            email: new.email,
            role: new.role,
            invited_by: new.invited_by,
            created_at: now,
            expires_at: now + TimeDelta::seconds(i64::from(valid_secs)),
            accepted_at: None,
            revoked_at: None,
        };
        self.insert_invitation(&invitation, &token.hash(), by).await?;
        Ok((invitation, token))
    }

    /// Every invitation that is open, and after them the last of those that are over; the newest first.
    pub async fn invitations(&self) -> Result<Vec<Invitation>, StoreError> {
        let rows: Vec<InvitationRow> = sqlx::query_as(
            "SELECT id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at
             FROM invitations
             ORDER BY (accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $1) DESC, id DESC
             LIMIT $2",
        )
        .bind(self.now())
        .bind(OPEN_MAX + CLOSED_LISTED)
        .fetch_all(self.app())
        .await?;
        rows.into_iter().map(Invitation::try_from).collect()
    }

    /// The invitation whose code has this hash, while it is open.
    pub async fn open_invitation(&self, hash: &TokenHash) -> Result<Invitation, StoreError> {
        self.check_local_accounts()?;
        let row: Option<InvitationRow> = sqlx::query_as(
            "SELECT id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at
             FROM invitations
             WHERE hash = $1
               AND accepted_at IS NULL
               AND revoked_at IS NULL
               AND expires_at > $2",
        )
        .bind(hash.as_bytes().as_slice())
        .bind(self.now())
        .fetch_optional(self.app())
        .await?;
        row.map_or(Err(StoreError::NotFound), Invitation::try_from)
    }

    /// Takes an invitation back. [`StoreError::NotFound`] where there is none, or it is over.
    pub async fn revoke_invitation(&self, id: InvitationId, by: &By) -> Result<(), StoreError> {
        let mut transaction = self.begin_unowned().await?;
        let revoked = sqlx::query(
            "UPDATE invitations
             SET revoked_at = $2
             WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL",
        )
        .bind(id.as_uuid())
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        if revoked.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        let entry = AuditEntry::done(by, AuditAction::InvitationRevoked, AuditTarget::Invitation(id));
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    fn check_local_accounts(&self) -> Result<(), StoreError> {
        if self.settings().local_accounts { Ok(()) } else { Err(StoreError::Off("local accounts")) }
    }

    async fn insert_invitation(
        &self,
        invitation: &Invitation,
        hash: &TokenHash,
        by: &By,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_unowned().await?;
        sqlx::query(
            "UPDATE invitations
             SET revoked_at = $2
             WHERE email = $1 AND accepted_at IS NULL AND revoked_at IS NULL",
        )
        .bind(invitation.email.as_str())
        .bind(invitation.created_at)
        .execute(&mut *transaction)
        .await?;
        let inserted = sqlx::query(
            "INSERT INTO invitations (id, email, role, hash, invited_by, created_at, expires_at)
             SELECT $1, $2, $3, $4, $5, $6, $7
             WHERE (
                SELECT count(*)
                FROM invitations
                WHERE accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $6
             ) < $8",
        )
        .bind(invitation.id.as_uuid())
        .bind(invitation.email.as_str())
        .bind(invitation.role.as_str())
        .bind(hash.as_bytes().as_slice())
        .bind(invitation.invited_by.map(UserId::as_uuid))
        .bind(invitation.created_at)
        .bind(invitation.expires_at)
        .bind(OPEN_MAX)
        .execute(&mut *transaction)
        .await?;
        if inserted.rows_affected() == 0 {
            return Err(StoreError::Invalid(format!(
                "at most {OPEN_MAX} open invitations: revoke some first"
            )));
        }
        let target = AuditTarget::Invitation(invitation.id);
        let entry = AuditEntry::done(by, AuditAction::InvitationMade, target);
        self.audit_in(&mut transaction, &entry.detailed(invitation.role.as_str())).await?;
        transaction.commit().await?;
        Ok(())
    }
}
