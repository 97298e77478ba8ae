use mosaic_model::LocalPath;
use openidconnect::url::Url;
use proptest::prelude::*;

proptest! {
    /// As a browser reads it, not as we do.
    #[test]
    fn whatever_is_taken_as_a_local_path_leads_to_this_origin(
        text in "[/\\\\a.:@%?# \t\r\n]{0,12}|/[ -~]{0,20}|\\PC{0,20}",
    ) {
        let base = Url::parse("https://mosaic.example.org/sign-in").unwrap();
        if let Some(path) = LocalPath::parse(&text) {
            prop_assert_eq!(base.join(path.as_str()).unwrap().origin(), base.origin(), "{}", text);
        }
    }
}
