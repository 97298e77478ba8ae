use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A value for each setting that is not its default, in the form a person writes.
fn unusual() -> Settings {
    let mut settings = Settings::default();
    for (key, text) in [
        ("image", "registry.example.org/mosaic/agent@sha256:0123"),
        ("cell_range", "10.0.0.0/8"),
        ("allowed_egress", "host.mosaic.internal:18080, 10.1.2.3:11434"),
        ("local_accounts", " false "),
        ("keep_awake_allowed", "false"),
        ("public_url", "https://mosaic.example.org/"),
        ("trusted_proxies", "10.0.0.0/8, ::1"),
    ] {
        settings.set(key, text).expect(key);
    }
    for setting in Settings::all() {
        if let SettingKind::Number { unit: _, min, max: _ } = setting.kind {
            settings.set(setting.key, &min.to_string()).expect(setting.key);
        }
    }
    settings.host_memory_mib = 65_536;
    settings
}

#[test]
fn every_setting_reads_back_what_it_shows_in_both_forms() {
    let (unusual, standard) = (unusual(), Settings::default());
    let mut by_text = Settings::default();
    let mut by_json = Settings::default();
    for setting in Settings::all() {
        let key = setting.key;
        assert_ne!(setting.value_in(&unusual), setting.value_in(&standard), "{key} is not tried out");
        by_text.set(key, &unusual.get(key).expect(key)).expect(key);
        by_json.change(key, &unusual.value(key).expect(key)).expect(key);
    }
    assert_eq!(by_text, unusual);
    assert_eq!(by_json, unusual);
}

#[test]
fn every_default_holds_and_every_setting_is_described() {
    for setting in Settings::all() {
        let mut settings = Settings::default();
        settings.change(setting.key, &setting.default_value()).expect(setting.key);
        assert_eq!(settings, Settings::default(), "{}", setting.key);
        assert!(setting.about.ends_with('.') && !setting.title.is_empty(), "{}", setting.key);
    }
    let groups: Vec<SettingGroup> = Settings::all().iter().map(|setting| setting.group).collect();
    let mut shown = groups.clone();
    shown.dedup();
    assert_eq!(shown, SettingGroup::ALL, "the settings of a group stand together");
}

#[test]
fn a_bad_value_is_refused_with_the_reason_and_changes_nothing() {
    let mut settings = Settings::default();
    for (key, value, reason) in [
        ("image", "", "container image"),
        ("image", "-rm", "container image"),
        ("image", "a b", "container image"),
        ("idle_timeout_secs", "0", "from 1 to 604800"),
        ("idle_timeout_secs", "soon", "whole number"),
        ("idle_timeout_secs", "-1", "whole number"),
        ("idle_timeout_secs", "1.5", "whole number"),
        ("cell_range", "8.8.0.0/16", "private"),
        ("cell_range", "10.1.2.3/16", "private"),
        ("cell_range", "10.0.0.0/28", "/24"),
        ("allowed_egress", "nohost", "host:port"),
        ("allowed_egress", ":80", "host:port"),
        ("allowed_egress", "a:0", "host:port"),
        ("allowed_egress", "a b:1", "\"a b:1\""),
        ("local_accounts", "maybe", "true or false"),
        ("public_url", "mosaic.example.org", "https://"),
        ("public_url", "ftp://mosaic.example.org", "https://"),
        ("public_url", "https://mosaic.example.org/app", "nothing behind it"),
        ("public_url", "https://me@mosaic.example.org", "https://"),
        ("public_url", "https://mosaic.example.org:port", "https://"),
        ("public_url", "https://", "https://"),
        ("trusted_proxies", "10.0.0.0/8,everything", "\"everything\""),
        ("nonsense", "1", "no setting"),
    ] {
        let error = settings.set(key, value).expect_err(key);
        assert_eq!(error.key, key);
        assert!(error.reason.contains(reason), "{error}");
    }
    assert_eq!(settings, Settings::default());
}

#[test]
fn json_of_another_type_is_refused_by_every_setting() {
    let mut settings = Settings::default();
    for setting in Settings::all() {
        for value in [json!({}), json!([1]), json!([["a:1"]]), json!(-1), json!(0.5), json!("\n")] {
            let taken = settings.change(setting.key, &value);
            assert!(taken.is_err(), "{} took {value}", setting.key);
        }
    }
    let long: Value = (0..=value::LIST_MAX).map(|number| format!("a:{}", number + 1)).collect();
    assert!(settings.change("allowed_egress", &long).is_err());
    assert_eq!(settings, Settings::default());
}

#[test]
fn several_changes_are_made_all_or_none() {
    let mut settings = unusual();
    let before = settings.clone();
    let changes =
        json!({ "idle_timeout_secs": 90, "pids_limit": "many", "nonsense": 1, "local_accounts": null });
    let errors = settings.change_all(changes.as_object().expect("an object")).expect_err("two are bad");
    let keys: Vec<&str> = errors.iter().map(|error| error.key.as_str()).collect();
    assert_eq!(keys, ["nonsense", "pids_limit"]);
    assert_eq!(settings, before);

    let changes = json!({ "idle_timeout_secs": 90, "local_accounts": null });
    settings.change_all(changes.as_object().expect("an object")).expect("sound");
    assert_eq!((settings.idle_timeout_secs, settings.local_accounts), (90, true));
    assert_eq!(settings.pids_limit, before.pids_limit);
}

proptest! {
    #[test]
    fn a_number_is_taken_exactly_within_its_range(number in any::<i64>(), near in -2_i64..3) {
        for setting in Settings::all() {
            let SettingKind::Number { unit: _, min, max } = setting.kind else { continue };
            for number in [number, i64::from(min) + near, i64::from(max) + near] {
                let sound = (i64::from(min)..=i64::from(max)).contains(&number);
                let mut settings = Settings::default();
                prop_assert_eq!(settings.change(setting.key, &json!(number)).is_ok(), sound);
                prop_assert_eq!(settings.set(setting.key, &number.to_string()).is_ok(), sound);
                if sound {
                    prop_assert_eq!(settings.value(setting.key), Ok(json!(number)));
                }
            }
        }
    }

    #[test]
    fn whatever_is_taken_shows_in_a_form_that_is_taken(text in ".{0,40}") {
        for setting in Settings::all() {
            let mut settings = Settings::default();
            if settings.set(setting.key, &text).is_ok() {
                let mut again = Settings::default();
                again.set(setting.key, &settings.get(setting.key).unwrap()).unwrap();
                prop_assert_eq!(&again, &settings);
                again.change(setting.key, &settings.value(setting.key).unwrap()).unwrap();
                prop_assert_eq!(&again, &settings);
            }
        }
    }
}
