//! Going over to another image, and back.

use proptest::prelude::*;

use super::*;

fn image(name: &str) -> ImageName {
    ImageName::parse(name).expect("a name")
}

fn now() -> Timestamp {
    Timestamp::from_timestamp(0, 0).expect("in range")
}

fn starting(name: &str) -> ImageNews {
    ImageNews::Starting { wanted: image(name) }
}

fn failed() -> ImageNews {
    ImageNews::Failed { reason: "it ended".to_owned() }
}

fn after(news: impl IntoIterator<Item = ImageNews>) -> Images {
    news.into_iter().fold(Images::default(), |images, news| images.after(news, now()))
}

#[test]
fn an_image_that_fails_goes_back_to_the_last_healthy_one_once() {
    let old = [starting("old"), ImageNews::Healthy, starting("new"), failed()];
    let images = after(old.clone());
    assert_eq!(images.goes_back_to(), Some(&image("old")));
    let back = after(old.into_iter().chain([starting("new")]));
    assert_eq!(back.started, Some(image("old")));
    assert_eq!(back.stands_in_for().map(|it| &it.image), Some(&image("new")));
    assert!(!back.would_be_another(&image("new")), "or it would be made anew for ever");
    let worse = back.after(failed(), now());
    assert_eq!(worse.goes_back_to(), None, "the old one fails too: nothing stands in for it");
}

#[test]
fn an_image_that_failed_is_tried_again_when_another_was_wanted_or_somebody_asks() {
    let fallen = [starting("old"), ImageNews::Healthy, starting("new"), failed(), starting("new")];
    for again in [starting("old"), starting("third"), ImageNews::Forgiven] {
        let images = after(fallen.clone().into_iter().chain([again]));
        assert_eq!(images.choose(&image("new")), &image("new"));
    }
}

#[test]
fn what_was_never_healthy_has_nothing_to_go_back_to() {
    let images = after([starting("first"), failed()]);
    assert_eq!((images.goes_back_to(), &images.failed), (None, &None));
}

fn histories() -> impl Strategy<Value = Vec<ImageNews>> {
    let news = prop_oneof![
        4 => prop::sample::select(vec!["a", "b", "c"]).prop_map(starting),
        2 => Just(ImageNews::Healthy),
        3 => Just(failed()),
        1 => Just(ImageNews::Forgiven),
    ];
    prop::collection::vec(news, 1..60)
}

proptest! {
    /// Over any history: a container is made of what is wanted or of what was last healthy; going back happens only
    /// to what was healthy and is another one; and what failed is not tried again while it alone is wanted.
    #[test]
    fn every_rollout_ends_with_the_wanted_image_or_the_last_healthy_one(history in histories()) {
        let mut images = Images::default();
        let mut closed: Option<ImageName> = None;
        for news in history {
            let before = images.clone();
            images = images.after(news.clone(), now());
            match &news {
                ImageNews::Starting { wanted } => {
                    if closed.as_ref().is_some_and(|closed| closed != wanted) {
                        closed = None;
                    }
                    prop_assert_ne!(images.started.as_ref(), closed.as_ref(), "tried again unasked");
                    let is_wanted = images.started.as_ref() == Some(wanted);
                    prop_assert!(is_wanted || images.started == before.healthy);
                    prop_assert!(!images.would_be_another(wanted), "it would be made anew for ever");
                }
                ImageNews::Failed { .. } => {
                    if let Some(healthy) = images.goes_back_to() {
                        prop_assert_eq!(Some(healthy), before.healthy.as_ref());
                        prop_assert_ne!(Some(healthy), images.started.as_ref());
                        closed.clone_from(&images.started);
                    }
                }
                ImageNews::Healthy => {
                    prop_assert_eq!(&images.healthy, &images.started);
                    if closed == images.started {
                        closed = None;
                    }
                }
                ImageNews::Forgiven => closed = None,
            }
            let json = serde_json::to_value(&images).expect("it is plain data");
            prop_assert_eq!(serde_json::from_value::<Images>(json).expect("it reads back"), images.clone());
        }
    }
}
