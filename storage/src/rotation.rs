//! Changing the master key: sealing again, with the ring's first key, what an older one sealed.
//!
//! With `new,old` in the ring everything opens. Once this has run, `new` alone is enough.

use mosaic_model::{CellId, Owner, ProviderId, SystemCellId};
use uuid::Uuid;

use crate::{Place, Store, StoreError, containers::token_place, providers::key_place};

impl Store {
    /// Seals every secret again that was not sealed with the ring's first key; gives how many there were.
    /// Safe while others read and write, and to run again.
    pub async fn reseal(&self) -> Result<u64, StoreError> {
        let mut resealed = self.reseal_system_tokens().await?;
        for user in self.users().await? {
            #[expect(
                clippy::disallowed_methods,
                reason = "every user's secrets stay theirs, in their own rows"
            )]
            let owner = Owner::vouch(user.id);
            resealed += self.reseal_provider_keys(owner).await?;
            resealed += self.reseal_user_token(owner).await?;
        }
        Ok(resealed)
    }

    async fn reseal_provider_keys(&self, owner: Owner) -> Result<u64, StoreError> {
        let mut resealed = 0;
        let mut transaction = self.begin(owner).await?;
        let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
            "SELECT provider_id, sealed
             FROM llm_provider_keys
             WHERE user_id = $1
             FOR UPDATE",
        )
        .bind(owner.user_id().as_uuid())
        .fetch_all(&mut *transaction)
        .await?;
        for (provider, sealed) in rows {
            let place = key_place(owner, ProviderId::from_uuid(provider));
            let Some(fresh) = self.sealed_anew(&place, &sealed)? else { continue };
            let updated = sqlx::query(
                "UPDATE llm_provider_keys
                 SET sealed = $3
                 WHERE provider_id = $1 AND user_id = $2",
            )
            .bind(provider)
            .bind(owner.user_id().as_uuid())
            .bind(fresh)
            .execute(&mut *transaction)
            .await?;
            resealed += updated.rows_affected();
        }
        transaction.commit().await?;
        Ok(resealed)
    }

    async fn reseal_user_token(&self, owner: Owner) -> Result<u64, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let sealed: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT sealed
             FROM user_container_tokens
             WHERE user_id = $1
             FOR UPDATE",
        )
        .bind(owner.user_id().as_uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        let place = token_place(CellId::User(owner.user_id()));
        let Some(fresh) = sealed.map(|sealed| self.sealed_anew(&place, &sealed)).transpose()?.flatten()
        else {
            return Ok(0);
        };
        let updated = sqlx::query(
            "UPDATE user_container_tokens
             SET sealed = $2
             WHERE user_id = $1",
        )
        .bind(owner.user_id().as_uuid())
        .bind(fresh)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(updated.rows_affected())
    }

    async fn reseal_system_tokens(&self) -> Result<u64, StoreError> {
        let mut resealed = 0;
        let mut transaction = self.app().begin().await?;
        let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
            "SELECT id, sealed
             FROM system_container_tokens
             FOR UPDATE",
        )
        .fetch_all(&mut *transaction)
        .await?;
        for (id, sealed) in rows {
            let place = token_place(CellId::System(SystemCellId::from_uuid(id)));
            let Some(fresh) = self.sealed_anew(&place, &sealed)? else { continue };
            let updated = sqlx::query(
                "UPDATE system_container_tokens
                 SET sealed = $2
                 WHERE id = $1",
            )
            .bind(id)
            .bind(fresh)
            .execute(&mut *transaction)
            .await?;
            resealed += updated.rows_affected();
        }
        transaction.commit().await?;
        Ok(resealed)
    }

    /// The same secret under the ring's first key; none where it is already.
    fn sealed_anew(&self, place: &Place, sealed: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if self.keys().is_current(sealed) {
            return Ok(None);
        }
        let opened = self.keys().open(place, sealed)?;
        Ok(Some(self.keys().seal(place, opened.expose())))
    }
}
