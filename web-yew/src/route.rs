//! The pages and their addresses. Every page can be opened, reloaded and gone back to by its address.

use yew_router::Routable;
use yew_router::history::{BrowserHistory, History as _};

#[derive(Clone, Debug, PartialEq, Eq, Routable)]
pub(crate) enum Route {
    #[at("/")]
    Chat,
    #[at("/c/:id")]
    Conversation { id: String },
    #[at("/sign-in")]
    SignIn,
    #[at("/invitation")]
    Invitation,
    #[at("/setup")]
    Setup,
    #[at("/settings/providers")]
    Providers,
    #[at("/settings/providers/new")]
    NewProvider,
    #[at("/settings/providers/:id")]
    Provider { id: String },
    #[at("/settings/agents")]
    Agents,
    #[at("/settings/agents/new")]
    NewAgent,
    #[at("/settings/agents/:id")]
    Agent { id: String },
    #[at("/settings/system")]
    System,
    #[at("/settings/system-agents")]
    SystemAgents,
    #[at("/settings/system-agents/new")]
    NewSystemAgent,
    #[at("/settings/system-agents/:id")]
    SystemAgent { id: String },
    #[at("/settings/sign-in")]
    SignInSettings,
    #[at("/account")]
    Account,
    #[at("/account/devices")]
    Devices,
    #[at("/account/tokens")]
    Tokens,
    #[at("/fleet")]
    Fleet,
    #[at("/fleet/:id")]
    FleetAgent { id: String },
    #[at("/users")]
    Users,
    #[at("/audit")]
    Audit,
    #[not_found]
    #[at("/404")]
    NotFound,
}

/// The page of a conversation.
pub(crate) fn conversation(id: &str) -> String {
    Route::Conversation { id: id.to_owned() }.to_path()
}

/// A section of the settings.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) route: Route,
    pub(crate) name: &'static str,
    pub(crate) for_admins: bool,
}

const fn section(route: Route, name: &'static str, for_admins: bool) -> Section {
    Section { route, name, for_admins }
}

/// The sections of the settings, one's own first.
pub(crate) static SETTINGS: [Section; 8] = [
    section(Route::Agents, "Agents", false),
    section(Route::Providers, "Providers", false),
    section(Route::Account, "Profile and password", false),
    section(Route::Devices, "Devices", false),
    section(Route::Tokens, "Tokens", false),
    section(Route::System, "System", true),
    section(Route::SystemAgents, "Mosaic’s own agents", true),
    section(Route::SignInSettings, "Sign-in", true),
];

impl Route {
    /// Whether it is a page of the settings.
    pub(crate) fn is_settings(&self) -> bool {
        SETTINGS.iter().any(|section| section.route == *self)
            || matches!(self, Self::NewAgent | Self::Agent { .. } | Self::NewProvider | Self::Provider { .. })
            || matches!(self, Self::NewSystemAgent | Self::SystemAgent { .. })
    }
}

/// Goes to an address of the app, which may have a query.
pub(crate) fn go(address: &str) {
    BrowserHistory::new().push(address.to_owned());
}

/// The same, and the page that is left is not gone back to.
pub(crate) fn replace(address: &str) {
    BrowserHistory::new().replace(address.to_owned());
}

/// Path and query of the address bar.
pub(crate) fn here() -> String {
    let location = BrowserHistory::new().location();
    format!("{}{}", location.path(), location.query_str())
}

/// The sign-in page that comes back to an address.
pub(crate) fn sign_in_for(address: &str) -> String {
    if address == "/" {
        return Route::SignIn.to_path();
    }
    format!("{}?return_to={}", Route::SignIn.to_path(), encode(address))
}

/// One value of a query.
pub(crate) fn query_value(query: &str, name: &str) -> Option<String> {
    let pairs = query.strip_prefix('?').unwrap_or(query).split('&');
    let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1;
    decode(value).filter(|value| !value.is_empty())
}

/// A query of the values that are not empty; empty if all are.
pub(crate) fn query(values: &[(&str, &str)]) -> String {
    let pairs = values.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Two queries as one.
pub(crate) fn joined(first: &str, second: &str) -> String {
    let parts = [first, second].map(|part| part.trim_start_matches('?'));
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

/// Where to go after signing in: an address of this app, whatever the query says; the chat if it is none.
pub(crate) fn return_to(query: &str) -> String {
    let wanted = query_value(query, "return_to").filter(|address| is_ours(address));
    wanted.unwrap_or_else(|| Route::Chat.to_path())
}

/// A path of this host. Browsers read `//host` and `/\host` as other hosts, and pass over tabs and line ends.
fn is_ours(address: &str) -> bool {
    let after = address.strip_prefix('/').and_then(|rest| rest.chars().next());
    address.starts_with('/')
        && !matches!(after, Some('/' | '\\'))
        && !address.contains(|letter: char| letter.is_control())
        && !address.starts_with("/sign-in")
}

fn encode(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let written = |byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(written).collect()
}

/// None where it is no UTF-8 in percent form.
fn decode(value: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_returns_to_this_app_only() {
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/%09/evil.example",
            "javascript:alert(1)",
            "evil",
            "",
            "/sign-in",
        ] {
            assert_eq!(return_to(&format!("?return_to={elsewhere}")), "/", "{elsewhere}");
        }
        assert_eq!(return_to("?error=x&return_to=/users%3Fq%3Dann"), "/users?q=ann");
    }

    #[test]
    fn an_address_survives_the_way_through_the_sign_in_page() {
        for address in ["/users?q=a%20b&role=admin", "/account/tokens", "/audit?who=ä+ö"] {
            let page = sign_in_for(address);
            let query = page.strip_prefix("/sign-in").expect("the sign-in page");
            assert_eq!(return_to(query), address);
        }
        assert_eq!(sign_in_for("/"), "/sign-in");
    }

    #[test]
    fn a_query_has_only_what_is_filled_in() {
        assert_eq!(query(&[("q", ""), ("role", "")]), "");
        assert_eq!(query(&[("q", "a&b"), ("role", ""), ("x", "1")]), "?q=a%26b&x=1");
        assert_eq!(query_value("?q=a%26b&x=1", "q").as_deref(), Some("a&b"));
        assert_eq!(query_value("?q=%zz", "q"), None);
    }
}
