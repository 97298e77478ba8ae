//! The first set-up. Each step is one transaction that locks how far the set-up is, does its work and moves on:
//! of two browsers that race one is first, and a crash leaves a step taken or not.

use mosaic_model::{
    Agent, AgentDraft, AuditAction, AuditEntry, AuditTarget, By, Email, Made, ModelRef, Onboarding,
    OnboardingError, OnboardingEvent, OnboardingStep, Owner, Provider, ProviderDraft, Secret,
};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::{
    Removal, Role, Store, StoreError, User, passwords::update_breakglass, sessions::delete_sessions,
    system_config::write, users::insert_breakglass,
};

const ONBOARDING_KEY: &str = "onboarding";

/// Why a step of the first set-up was not taken.
#[derive(Debug, thiserror::Error)]
pub enum OnboardError {
    /// It is not its turn, or not this caller's.
    #[error(transparent)]
    Order(#[from] OnboardingError),
    /// The values cannot be taken, or the database did not take them.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for OnboardError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// How far the first set-up is.
    pub async fn onboarding(&self) -> Result<Onboarding, StoreError> {
        let value: Option<Value> = sqlx::query_scalar(
            "SELECT value
             FROM system_config
             WHERE key = $1",
        )
        .bind(ONBOARDING_KEY)
        .fetch_optional(self.app())
        .await?;
        read(value)
    }

    /// Ends the first set-up from the host, however far it is.
    pub async fn complete_onboarding(&self, by: &By) -> Result<(), StoreError> {
        let mut transaction = self.begin_unowned().await?;
        if lock(&mut transaction).await?.is_complete() {
            return Ok(());
        }
        self.save(&mut transaction, Onboarding::Complete).await?;
        let entry = AuditEntry::done(by, AuditAction::OnboardingCompleted, AuditTarget::None);
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Makes the first administrator, who can always sign in with this password.
    pub async fn onboard_admin(
        &self,
        email: &Email,
        password: &Secret<String>,
        by: &By,
    ) -> Result<User, OnboardError> {
        let (user, owner) = self.new_user(email, Role::Admin);
        let event = OnboardingEvent::AdminMade(user.id);
        // Looked at before the costly hash, and again, locked, after it.
        self.onboarding().await?.apply(event)?;
        let hash = self.hashers().hash(password).await?;
        let mut transaction = self.begin(owner).await?;
        let onboarding = lock(&mut transaction).await?.apply(event)?;
        self.insert_user(&mut transaction, &user, by).await?;
        insert_breakglass(&mut transaction, &user, hash).await?;
        self.save(&mut transaction, onboarding).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Gives the first administrator another address and password, and ends all their sessions.
    pub async fn onboard_admin_again(
        &self,
        owner: Owner,
        email: &Email,
        password: &Secret<String>,
        by: &By,
    ) -> Result<User, OnboardError> {
        let hash = self.hashers().hash(password).await?;
        let mut transaction = self.begin(owner).await?;
        lock(&mut transaction).await?.apply(OnboardingEvent::AdminMade(owner.user_id()))?;
        let updated = sqlx::query(
            "UPDATE users
             SET email = $2
             WHERE id = $1",
        )
        .bind(owner.user_id().as_uuid())
        .bind(email.as_str())
        .execute(&mut *transaction)
        .await?;
        if updated.rows_affected() == 0 {
            return Err(StoreError::NotFound.into());
        }
        update_breakglass(&mut transaction, owner, &hash, self.now()).await?;
        delete_sessions(&mut transaction, owner, None).await?;
        let target = AuditTarget::User(owner.user_id());
        let entry = AuditEntry::done(by, AuditAction::PasswordChanged, target);
        self.audit_in(&mut transaction, &entry.detailed("first set-up")).await?;
        transaction.commit().await?;
        Ok(self.user(owner).await?)
    }

    /// Notes what has become of the OIDC step.
    pub async fn onboard_oidc(&self, owner: Owner, event: OnboardingEvent) -> Result<(), OnboardError> {
        let mut transaction = self.begin(owner).await?;
        let onboarding = lock_for(&mut transaction, owner, OnboardingStep::Oidc).await?.apply(event)?;
        self.save(&mut transaction, onboarding).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Adds the administrator's provider in place of the one that this step added before, and of its agent.
    pub async fn onboard_provider(
        &self,
        owner: Owner,
        draft: ProviderDraft,
        key: Option<&Secret<String>>,
        by: &By,
    ) -> Result<Provider, OnboardError> {
        let mut transaction = self.begin(owner).await?;
        let onboarding = lock_for(&mut transaction, owner, OnboardingStep::Provider).await?;
        let before = made(&onboarding);
        if let Made::Agent { provider: _, agent } = before {
            gone_is_fine(self.delete_agent_in(&mut transaction, owner, agent, None, by).await)?;
        }
        if let Made::Provider { provider } | Made::Agent { provider, agent: _ } = before {
            gone_is_fine(
                self.remove_provider_in(&mut transaction, owner, provider, Removal::default(), by)
                    .await
                    .map(drop),
            )?;
        }
        let provider = self.add_provider_in(&mut transaction, owner, draft, key, by).await?;
        let onboarding = onboarding.apply(OnboardingEvent::ProviderMade(provider.id))?;
        self.save(&mut transaction, onboarding).await?;
        transaction.commit().await?;
        Ok(provider)
    }

    /// Adds the administrator's agent, on the provider of the step before, in place of the one that this step added
    /// before. Without a model it gets the provider's preferred one.
    pub async fn onboard_agent(
        &self,
        owner: Owner,
        draft: impl FnOnce(ModelRef) -> AgentDraft + Send,
        model: Option<String>,
        by: &By,
    ) -> Result<Agent, OnboardError> {
        let providers = self.providers(owner).await?;
        let mut transaction = self.begin(owner).await?;
        let onboarding = lock_for(&mut transaction, owner, OnboardingStep::Agent).await?;
        let provider = match made(&onboarding) {
            Made::Nothing => return Err(OnboardingError::NotYet(OnboardingStep::Provider).into()),
            Made::Provider { provider } => provider,
            Made::Agent { provider, agent } => {
                gone_is_fine(self.delete_agent_in(&mut transaction, owner, agent, None, by).await)?;
                provider
            }
        };
        let preferred = providers.iter().find(|it| it.id == provider).and_then(|it| it.models.first());
        let model = model.or_else(|| preferred.map(|model| model.id.clone())).unwrap_or_default();
        let draft = draft(ModelRef { provider, model });
        let agent = self.add_agent_in(&mut transaction, owner, draft, by).await?;
        let onboarding = onboarding.apply(OnboardingEvent::AgentMade(agent.id))?;
        self.save(&mut transaction, onboarding).await?;
        transaction.commit().await?;
        Ok(agent)
    }

    /// Ends the first set-up, once every step is taken.
    pub async fn finish_onboarding(&self, owner: Owner, by: &By) -> Result<(), OnboardError> {
        let mut transaction = self.begin(owner).await?;
        let onboarding = lock_for(&mut transaction, owner, OnboardingStep::Breakglass).await?;
        self.save(&mut transaction, onboarding.apply(OnboardingEvent::Completed)?).await?;
        let entry = AuditEntry::done(by, AuditAction::OnboardingCompleted, AuditTarget::None);
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn save(&self, connection: &mut PgConnection, onboarding: Onboarding) -> Result<(), StoreError> {
        write(connection, ONBOARDING_KEY, json!(onboarding), self.now()).await
    }
}

/// How far it is; nobody else moves it on until the transaction ends.
async fn lock(connection: &mut PgConnection) -> Result<Onboarding, StoreError> {
    let value: Option<Value> = sqlx::query_scalar(
        "SELECT value
         FROM system_config
         WHERE key = $1
         FOR UPDATE",
    )
    .bind(ONBOARDING_KEY)
    .fetch_optional(connection)
    .await?;
    read(value)
}

/// As [`lock`], for a step that only the first administrator may take.
async fn lock_for(
    connection: &mut PgConnection,
    owner: Owner,
    step: OnboardingStep,
) -> Result<Onboarding, OnboardError> {
    let onboarding = lock(connection).await?;
    onboarding.admits(step)?;
    match onboarding.admin() {
        Some(admin) if admin == owner.user_id() => Ok(onboarding),
        Some(_) => Err(OnboardingError::AnothersTurn.into()),
        None => Err(OnboardingError::NotYet(OnboardingStep::Breakglass).into()),
    }
}

/// A row that is missing or unreadable opens nothing.
fn read(value: Option<Value>) -> Result<Onboarding, StoreError> {
    let unreadable = |what: &str| StoreError::Corrupt(format!("system_config {ONBOARDING_KEY}: {what}"));
    let value = value.ok_or_else(|| unreadable("missing"))?;
    serde_json::from_value(value).map_err(|error| unreadable(&error.to_string()))
}

const fn made(onboarding: &Onboarding) -> Made {
    match onboarding {
        Onboarding::Begun(progress) => progress.made,
        Onboarding::New | Onboarding::Complete => Made::Nothing,
    }
}

/// Something that was to be deleted may have been deleted before, on the host say.
fn gone_is_fine(deleted: Result<(), StoreError>) -> Result<(), StoreError> {
    match deleted {
        Err(StoreError::NotFound) => Ok(()),
        other => other,
    }
}
