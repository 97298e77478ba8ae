//! Who may say who the owner is, and what cannot be had without one: told from the sources, so that a new place
//! is looked at by somebody.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Every place that vouches for an owner, how often, and what it has seen before it does.
const VOUCHERS: [(&str, usize, &str); 14] = [
    ("http/src/auth/current_user.rs", 2, "a token or a session that holds"),
    ("http/src/auth/gateway_caller.rs", 1, "the token of the cell that the path names"),
    ("http/src/routes/login.rs", 1, "a password"),
    ("http/src/state.rs", 2, "a token or a session that holds, to note its use"),
    ("http/src/turns/recover.rs", 1, "the row of a turn that was left open, to close it"),
    ("src/commands/setup.rs", 1, "the database and its key: a command on the host"),
    ("storage/src/containers.rs", 1, "a cell's own actor or caller, asking for its own row"),
    ("storage/src/oidc/identities.rs", 1, "the provider's word, proved, that the caller is this user"),
    (
        "storage/src/passwords.rs",
        2,
        "nothing: it reads a hash to compare, and resets what an admin may reset",
    ),
    (
        "storage/src/rotation/reseal.rs",
        1,
        "nothing: it seals anew under every user, and shows nobody anything",
    ),
    ("storage/src/system_agents.rs", 1, "an admin who looks after the fleet's own, which is nobody's"),
    ("storage/src/users.rs", 1, "the making of the user"),
    (
        "storage/src/users/access.rs",
        2,
        "nothing: it changes who may come in, and shows nothing of what is theirs",
    ),
    ("storage/src/users/deleting.rs", 1, "nothing: it removes all that is theirs, and shows none of it"),
];

/// What is one person's alone.
const PRIVATE: [&str; 12] = [
    "Agent",
    "AssemblyInput",
    "CellConfig",
    "Conversation",
    "GatewayToken",
    "GivenConfig",
    "PersonalToken",
    "Provider",
    "Secret",
    "SessionRecord",
    "TokenRecord",
    "Turn",
];

/// What of the store gives it without an owner, and why that is no way around.
const WITHOUT_OWNER: [(&str, &str); 3] = [
    ("gateway_token", "for the door that compares it with what a cell sent"),
    ("oidc_secret", "the installation's own, for the provider it is shared with"),
    ("open_flow", "for the browser that carries it to the provider and back, before anybody is known"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("our own sources").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            // Tests act for whom they made.
            if !["tests", "benches", "target", ".git", "node_modules"].iter().any(|it| name == *it) {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|it| it == "rs") && name != "testing.rs" && name != "tests.rs"
        {
            found.push(path);
        }
    }
}

/// Every source file but tests, with what stands before its own tests.
fn code() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(root, &mut found);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("our own source");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        (path.strip_prefix(root).expect("below it").display().to_string(), lines.join("\n"))
    };
    found.into_iter().map(read).collect()
}

#[test]
fn only_these_places_vouch_for_an_owner() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (path, text) in code() {
        // Whatever it is called through, its name follows. `vouched` and the like are other words.
        let is_word = |rest: &str| {
            let rest = rest.strip_prefix("_cell").unwrap_or(rest);
            !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        };
        let count = text.split("::vouch").skip(1).filter(|rest| is_word(rest)).count();
        if count > 0 {
            seen.insert(path, count);
        }
    }
    let known: BTreeMap<String, usize> =
        VOUCHERS.iter().map(|(path, count, _)| ((*path).to_owned(), *count)).collect();
    assert_eq!(seen, known, "a place that vouches is new or gone: what has it seen before it does?");
}

#[test]
fn an_owner_comes_from_nowhere_but_a_voucher() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/model/src/owner.rs")).expect("there");
    assert!(text.contains("pub struct Owner(CellId);"), "its field is its own");
    assert_eq!(text.matches("-> Self").count(), 2, "by a user, or by a cell");
    for way in ["Deserialize", "Default", "impl From", "pub fn new"] {
        assert!(!text.contains(way), "{way} is another way to make one");
    }
}

/// A public method's name, arguments and return type.
fn methods(text: &str) -> Vec<(String, String, String)> {
    let starts = text.match_indices("    pub ").map(|(at, word)| &text[at + word.len()..]);
    let parse = |rest: &str| {
        let rest = rest.strip_prefix("const ").unwrap_or(rest);
        let rest = rest.strip_prefix("async ").unwrap_or(rest).strip_prefix("fn ")?;
        let (name, rest) = rest.split_once('(')?;
        let (head, _) = rest.split_once(" {\n")?;
        let (arguments, returned) = head.rsplit_once(") ->")?;
        Some((name.to_owned(), arguments.to_owned(), returned.to_owned()))
    };
    starts.filter_map(parse).collect()
}

fn mentions(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|it| it == word)
}

#[test]
fn what_is_one_persons_alone_is_not_had_from_the_store_without_its_owner() {
    let mut looked_at = 0;
    for (path, text) in code() {
        let is_store = path.starts_with("storage/src/") && text.contains("impl Store {");
        for (name, arguments, returned) in methods(if is_store { &text } else { "" }) {
            if PRIVATE.iter().any(|private| mentions(&returned, private)) {
                looked_at += 1;
                let allowed = WITHOUT_OWNER.iter().any(|(known, _)| *known == name);
                let asks = mentions(&arguments, "Owner");
                assert!(
                    asks || allowed,
                    "{path}: {name} gives what is somebody's without asking for an Owner"
                );
            }
        }
    }
    assert!(looked_at >= 8, "only {looked_at} methods were understood");
}

#[test]
fn an_admin_holds_no_owner() {
    let text =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/http/src/auth/admin.rs")).expect("there");
    let (_, rest) = text.split_once("pub(crate) struct Admin<S> {").expect("its definition");
    let (fields, _) = rest.split_once("\n}").expect("its end");
    let fields: Vec<&str> =
        fields.lines().map(str::trim).filter(|it| !it.starts_with("//") && !it.is_empty()).collect();
    assert_eq!(fields, ["pub(crate) user: UserId,", "pub(crate) by: By,", "scope: PhantomData<S>,"]);
}
