//! Trying a provider out: step by step, so that whatever is wrong is named where it is wrong.
//!
//! The one place where Mosaic itself connects to what a user names. It looks the name up, checks every address, and
//! connects to one that was checked; it follows no redirect, and reads no more than its limits.

mod allowance;
mod complete;
mod connect;
mod fault;
mod judge;
mod list;
mod report;
mod resolve;
mod talk;
mod words;

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use mosaic_api::{ProviderTestResult, TestOutcome, TestProblem, TestStepName};
use mosaic_model::{ApiKind, BaseUrl, Clock, Egress, ProviderModel, Secret, UrlHost, UserId};
use rustls::ClientConfig;
use tokio::{sync::OwnedSemaphorePermit, time};

pub(crate) use self::fault::Fault;
use self::{
    allowance::Allowance,
    complete::{first_word, millis},
    connect::{Road, connect, encrypt, system_tls},
    list::list,
    report::Report,
    resolve::{Resolve, SystemResolver, destinations},
};
use crate::failure::Failure;

/// How long a whole test may take: less than any request may.
const TEST_WITHIN: Duration = Duration::from_secs(75);

/// What is tried out.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) url: BaseUrl,
    pub(crate) kind: ApiKind,
    pub(crate) key: Option<Secret<String>>,
    /// See [`mosaic_model::Preset::lists_to_anybody`].
    pub(crate) lists_to_anybody: bool,
    /// The model to ask for a word.
    pub(crate) model: Option<String>,
}

impl Target {
    fn key_text(&self) -> Option<&str> {
        self.key.as_ref().map(|key| key.expose().as_str())
    }

    /// Its host as a certificate names it.
    fn host(&self) -> String {
        match self.url.host() {
            UrlHost::Name(name) => name,
            UrlHost::Address(address) => address.to_string(),
        }
    }
}

/// Tries providers out.
#[derive(Debug)]
pub(crate) struct Trials {
    resolver: Box<dyn Resolve>,
    tls: OnceLock<Arc<ClientConfig>>,
    allowance: Allowance,
}

impl Trials {
    /// With this host's names and authorities.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { resolver: Box::new(SystemResolver), tls: OnceLock::new(), allowance: Allowance::new(clock) }
    }

    /// Lets a user begin a test, unless there were too many.
    pub(crate) fn begin(&self, user: UserId) -> Result<OwnedSemaphorePermit, Failure> {
        self.allowance.begin(user)
    }

    /// The models that the provider lists.
    pub(crate) async fn models(
        &self,
        target: &Target,
        allowed: &[Egress],
    ) -> Result<Vec<ProviderModel>, Fault> {
        let addresses = destinations(&*self.resolver, &target.url, allowed).await?;
        list(target, &self.road(target, addresses)).await
    }

    /// Goes through every step, as far as the one before allows.
    pub(crate) async fn run(&self, target: &Target, allowed: &[Egress]) -> ProviderTestResult {
        let mut report = Report::default();
        let walked = time::timeout(TEST_WITHIN, self.walk(&mut report, target, allowed)).await;
        let found = walked.unwrap_or_else(|_elapsed| {
            report.out_of_time(TEST_WITHIN);
            None
        });
        let found = found.unwrap_or_default();
        let steps = report.finish();
        ProviderTestResult {
            ok: steps.iter().all(|step| step.outcome != TestOutcome::Failed),
            steps,
            models: found.models.into_iter().map(crate::routes::providers::model_body).collect(),
            model: target.model.clone(),
            first_token_millis: found.first_token_millis,
        }
    }

    async fn walk(&self, report: &mut Report, target: &Target, allowed: &[Egress]) -> Option<Found> {
        let looking = destinations(&*self.resolver, &target.url, allowed);
        let addresses = report.take(TestStepName::Dns, looking, |found| looked_up(target, found)).await?;
        let (stream, address) =
            report.take(TestStepName::Connect, connect(&addresses), |(_, to)| connected(target, *to)).await?;
        let road = self.road(target, vec![address]);
        if let Some(config) = &road.tls {
            let encrypting = async { encrypt(config, &road.host, stream).await.map(drop) };
            let words = |(): &()| format!("Encrypted; the certificate is for {}.", road.host);
            report.take(TestStepName::Tls, encrypting, words).await?;
        } else {
            drop(stream);
            report.tell(TestStepName::Tls, TestOutcome::Skipped, 0, "http:// is not encrypted.");
        }
        let since = Instant::now();
        let listed = list(target, &road).await;
        let list_millis = millis(since);
        let goes_on = !matches!(
            listed.as_ref().map_err(|fault| fault.problem),
            Err(TestProblem::WrongKey | TestProblem::Timeout | TestProblem::Broken)
        );
        let since = Instant::now();
        let word = match &target.model {
            Some(model) if goes_on => Some(first_word(target, model, listed.is_ok(), &road).await),
            _ => None,
        };
        Some(conclude(report, target, (listed, list_millis), (word, millis(since))))
    }

    fn road(&self, target: &Target, addresses: Vec<SocketAddr>) -> Road {
        let tls = target.url.is_secure().then(|| Arc::clone(self.tls()));
        Road { addresses, host: target.host(), tls }
    }

    /// Read when first needed: most who start Mosaic test nothing.
    fn tls(&self) -> &Arc<ClientConfig> {
        self.tls.get_or_init(system_tls)
    }
}

/// What a test found besides its steps.
#[derive(Debug, Default)]
struct Found {
    models: Vec<ProviderModel>,
    first_token_millis: Option<u64>,
}

type Timed<T> = (T, u64);

/// What the two answers say of the key, the list and the model.
fn conclude(
    report: &mut Report,
    target: &Target,
    (listed, list_millis): Timed<Result<Vec<ProviderModel>, Fault>>,
    (word, word_millis): Timed<Option<Result<u64, Fault>>>,
) -> Found {
    use TestStepName::{Authenticate, Complete, Models};
    let refused = [listed.as_ref().err(), word.as_ref().and_then(|word| word.as_ref().err())];
    let wrong_key =
        refused.into_iter().flatten().find(|fault| fault.problem == TestProblem::WrongKey).cloned();
    let has_word = matches!(word, Some(Ok(_)));
    match &wrong_key {
        Some(fault) => report.fault(Authenticate, TestOutcome::Failed, list_millis, fault.clone()),
        None if has_word || (listed.is_ok() && !target.lists_to_anybody) => {
            let detail = if target.key.is_some() { "The key is accepted." } else { "No key is asked for." };
            report.ok(Authenticate, 0, detail);
        }
        None => {
            let detail = "Not known: nothing that was answered depends on the key.";
            report.tell(Authenticate, TestOutcome::Skipped, 0, detail);
        }
    }
    let is_wrong_key = |fault: &Fault| fault.problem == TestProblem::WrongKey;
    let models = match listed {
        Ok(models) => {
            report.ok(Models, list_millis, counted(models.len()));
            models
        }
        Err(fault) if is_wrong_key(&fault) => Vec::new(),
        Err(fault) => {
            // Some servers have no list, and answer all the same.
            let outcome = if has_word { TestOutcome::Warning } else { TestOutcome::Failed };
            report.fault(Models, outcome, list_millis, fault);
            Vec::new()
        }
    };
    let first_token_millis = match word {
        Some(Ok(first)) => {
            report.ok(Complete, word_millis, format!("The model answers; its first word took {first} ms."));
            Some(first)
        }
        Some(Err(fault)) if !is_wrong_key(&fault) => {
            report.fault(Complete, TestOutcome::Failed, word_millis, fault);
            None
        }
        None if target.model.is_none() => {
            report.tell(Complete, TestOutcome::Skipped, 0, "No model was chosen.");
            None
        }
        _ => None,
    };
    Found { models, first_token_millis }
}

fn counted(models: usize) -> String {
    match models {
        0 => "The list of models is empty.".to_owned(),
        1 => "One model is listed.".to_owned(),
        many => format!("{many} models are listed."),
    }
}

fn looked_up(target: &Target, addresses: &[SocketAddr]) -> String {
    let list: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
    match target.url.host() {
        UrlHost::Address(_) => "An address: nothing to look up.".to_owned(),
        UrlHost::Name(name) if name == Egress::HOST_ALIAS => {
            format!("{name} is the host that Mosaic runs on.")
        }
        UrlHost::Name(name) => format!("{name} is at {}.", list.join(", ")),
    }
}

/// Mosaic tries its own host by loopback; an agent comes from outside.
fn connected(target: &Target, address: SocketAddr) -> String {
    if target.host() == Egress::HOST_ALIAS {
        return format!(
            "Connected to port {} of the host. Agents come there from their own network: the server must listen on \
             more than loopback.",
            address.port()
        );
    }
    format!("Connected to {address}.")
}

#[cfg(test)]
mod tests;
