use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn user(seed: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(seed))
}

fn provider(seed: u128) -> ProviderId {
    ProviderId::from_uuid(Uuid::from_u128(seed))
}

fn agent(seed: u128) -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(seed))
}

fn after(events: &[OnboardingEvent]) -> Result<Onboarding, OnboardingError> {
    events.iter().try_fold(Onboarding::default(), |onboarding, event| onboarding.apply(*event))
}

const WHOLE: [fn() -> OnboardingEvent; 5] = [
    || OnboardingEvent::AdminMade(user(1)),
    || OnboardingEvent::OidcSkipped,
    || OnboardingEvent::ProviderMade(provider(1)),
    || OnboardingEvent::AgentMade(agent(1)),
    || OnboardingEvent::Completed,
];

#[test]
fn the_steps_follow_one_another_to_the_end() {
    let mut onboarding = Onboarding::default();
    for (step, event) in OnboardingStep::ALL.into_iter().zip(WHOLE) {
        assert_eq!(onboarding.next(), Some(step));
        assert_eq!(onboarding.step(step), StepState::Open);
        onboarding = onboarding.apply(event()).expect("its turn");
        assert_ne!(onboarding.step(step), StepState::Open);
    }
    assert_eq!(onboarding.next(), None);
    assert_eq!(onboarding.step(OnboardingStep::Oidc), StepState::Skipped);
    assert_eq!(onboarding.admin(), Some(user(1)));
    let over = onboarding.apply(OnboardingEvent::Completed).expect("all is done");
    assert_eq!((over, over.admin()), (Onboarding::Complete, None));
}

#[test]
fn no_step_is_taken_before_its_turn() {
    let events: Vec<OnboardingEvent> = WHOLE.iter().map(|event| event()).collect();
    for taken in 0..4 {
        let onboarding = after(&events[..taken]).expect("in order");
        for early in &events[taken + 1..] {
            let refused = onboarding.apply(*early);
            assert_eq!(refused, Err(OnboardingError::NotYet(OnboardingStep::ALL[taken])), "{early:?}");
        }
    }
}

#[test]
fn another_browser_does_not_become_the_administrator() {
    let onboarding = after(&[OnboardingEvent::AdminMade(user(1))]).expect("the first");
    assert_eq!(onboarding.apply(OnboardingEvent::AdminMade(user(2))), Err(OnboardingError::AnothersTurn));
    assert_eq!(onboarding.apply(OnboardingEvent::AdminMade(user(1))), Ok(onboarding));
}

#[test]
fn another_provider_wants_another_agent() {
    let events: Vec<OnboardingEvent> = WHOLE[..4].iter().map(|event| event()).collect();
    let onboarding = after(&events).and_then(|it| it.apply(OnboardingEvent::ProviderMade(provider(2))));
    assert_eq!(onboarding.map(|it| it.next()), Ok(Some(OnboardingStep::Agent)));
}

#[test]
fn a_code_is_read_as_a_person_types_it_and_no_other_opens() {
    let code = SetupCode::from_random(std::array::from_fn(|index| u8::try_from(index * 9).expect("small")));
    let shown = code.expose();
    assert_eq!(shown.len(), LENGTH_SHOWN);
    let typed = [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('-', "")];
    for text in typed.iter().chain([&shown.replace('0', "o").replace('1', "l")]) {
        assert!(code.hash().opens(&SetupCode::parse(text).expect("a code")), "{text}");
    }
    for text in ["", "1234", &shown[1..], &format!("{shown}0"), &shown.replace('0', "U"), &"é".repeat(28)] {
        assert!(SetupCode::parse(text).is_none(), "{text}");
    }
    let other = SetupCode::from_random([1; 28]);
    assert!(!code.hash().opens(&other));
    assert!(!format!("{code:?} {:?}", code.hash()).contains(&shown[..4]));
}

/// Seven groups of four, and hyphens between them.
const LENGTH_SHOWN: usize = 34;

fn any_event() -> impl Strategy<Value = OnboardingEvent> {
    prop_oneof![
        (1_u128..3).prop_map(|seed| OnboardingEvent::AdminMade(user(seed))),
        Just(OnboardingEvent::OidcSaved),
        Just(OnboardingEvent::OidcSkipped),
        (1_u128..3).prop_map(|seed| OnboardingEvent::ProviderMade(provider(seed))),
        (1_u128..3).prop_map(|seed| OnboardingEvent::AgentMade(agent(seed))),
        Just(OnboardingEvent::Completed),
    ]
}

proptest! {
    #[test]
    fn any_history_goes_forward_and_ends_for_good(events in prop::collection::vec(any_event(), 0..40)) {
        let mut onboarding = Onboarding::default();
        for event in events {
            let text = serde_json::to_string(&onboarding).unwrap();
            prop_assert_eq!(serde_json::from_str::<Onboarding>(&text).unwrap(), onboarding);
            match onboarding.apply(event) {
                Ok(next) => {
                    prop_assert!(!onboarding.is_complete(), "it came back after {:?}", event);
                    prop_assert!(onboarding.admin().is_none_or(|admin| next.is_complete() || next.admin() == Some(admin)));
                    if next.is_complete() {
                        prop_assert_eq!(onboarding.next(), None);
                    }
                    // Taken twice is taken once.
                    if event != OnboardingEvent::Completed {
                        prop_assert_eq!(next.apply(event), Ok(next));
                    }
                    onboarding = next;
                }
                Err(OnboardingError::Complete) => prop_assert!(onboarding.is_complete()),
                Err(OnboardingError::NotYet(step)) => prop_assert_eq!(onboarding.next(), Some(step)),
                Err(OnboardingError::AnothersTurn) => prop_assert!(onboarding.admin().is_some()),
            }
        }
    }

    #[test]
    fn any_text_is_survived_as_a_code(text in ".{0,60}") {
        if let Some(code) = SetupCode::parse(&text) {
            prop_assert!(code.hash().opens(&SetupCode::parse(&code.expose()).unwrap()));
        }
    }
}
