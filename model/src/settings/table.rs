//! The table: every setting, once.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

use super::{
    Egress, ImageName, PublicUrl, Setting, SettingEffect, SettingGroup, SettingKind, SettingUnit,
    value::SettingValue,
};

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;

/// Declares the settings: the struct of their values, its default, and what there is to know about each.
macro_rules! settings {
    ($($key:ident: $type:ty {
        group: $group:ident,
        title: $title:literal,
        about: $about:literal,
        default: $default:expr,
        kind: $kind:expr,
        effect: $effect:ident,
    })*) => {
        /// Every setting, with a value that holds.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Settings {$(
            #[doc = $about]
            pub $key: $type,
        )*}

        impl Default for Settings {
            fn default() -> Self {
                Self {$($key: $default,)*}
            }
        }

        pub(super) const TABLE: &[Setting] = &[$(Setting {
            key: stringify!($key),
            group: SettingGroup::$group,
            title: $title,
            about: $about,
            kind: $kind,
            effect: SettingEffect::$effect,
            read: |settings| settings.$key.to_json(),
            write: |settings, value| {
                settings.$key = SettingValue::from_json(value, $kind)?;
                Ok(())
            },
        },)*];
    };
}

settings! {
    image: ImageName {
        group: Agents,
        title: "Image",
        about: "The container image that agents run. An agent that is not well with a new one goes back to the last it was well with.",
        default: ImageName::default(),
        kind: SettingKind::Text { max_chars: ImageName::MAX_CHARS, example: ImageName::STANDARD },
        effect: WhenIdle,
    }
    idle_timeout_secs: u32 {
        group: Agents,
        title: "Idle timeout",
        about: "An agent that nobody uses for this long is stopped. Its memory stays; the next message wakes it.",
        default: 30 * 60,
        kind: SettingKind::seconds(1, 7 * DAY),
        effect: AtOnce,
    }
    freeze_after_secs: u32 {
        group: Agents,
        title: "Freeze after",
        about: "An agent that nobody uses for this long is frozen: it keeps its memory, uses no processor and is back within a second. 0 freezes none.",
        default: 10 * 60,
        kind: SettingKind::seconds(0, 7 * DAY),
        effect: AtOnce,
    }
    keep_awake_allowed: bool {
        group: Agents,
        title: "Keeping awake",
        about: "Whether people may keep their agent awake: it is then neither frozen nor stopped, however long nobody uses it.",
        default: true,
        kind: SettingKind::Switch,
        effect: AtOnce,
    }
    start_timeout_secs: u32 {
        group: Agents,
        title: "Start timeout",
        about: "An agent that is not ready this long after its start has failed.",
        default: 120,
        kind: SettingKind::seconds(1, HOUR),
        effect: AtOnce,
    }
    concurrent_starts: u32 {
        group: Agents,
        title: "Starts at the same time",
        about: "How many agents may be starting at the same time. Starting one costs more processor time than running it.",
        default: 4,
        kind: SettingKind::count(1, 256),
        effect: AtOnce,
    }
    requests_per_user: u32 {
        group: Agents,
        title: "Requests per user",
        about: "How many requests of one user may be in flight.",
        default: 128,
        kind: SettingKind::count(1, 10_000),
        effect: AtOnce,
    }
    history_per_agent: u32 {
        group: Agents,
        title: "History per agent",
        about: "How many events of each agent are kept: starts, stops, deaths and their reasons.",
        default: 200,
        kind: SettingKind::count(10, 10_000),
        effect: AtOnce,
    }
    host_memory_mib: u32 {
        group: Limits,
        title: "Memory of this host",
        about: "The memory that all agents may have together, each counted with its limit. Whoever wakes an agent that does not fit has the longest idle one stopped, or waits. 0 sets no limit.",
        default: 0,
        kind: SettingKind::Number { unit: SettingUnit::Mebibytes, min: 0, max: 67_108_864 },
        effect: AtOnce,
    }
    memory_limit_mib: u32 {
        group: Limits,
        title: "Memory",
        about: "The memory of one agent's container. OpenClaw needs 1536 MiB or more.",
        default: 2_048,
        kind: SettingKind::Number { unit: SettingUnit::Mebibytes, min: 16, max: 1_048_576 },
        effect: WhenIdle,
    }
    cpu_limit_millis: u32 {
        group: Limits,
        title: "Processor time",
        about: "The processor time of one agent's container, in thousandths of a core.",
        default: 2_000,
        kind: SettingKind::Number { unit: SettingUnit::Millicores, min: 50, max: 256_000 },
        effect: WhenIdle,
    }
    pids_limit: u32 {
        group: Limits,
        title: "Processes",
        about: "The processes and threads that one agent's container may have.",
        default: 512,
        kind: SettingKind::count(16, 32_768),
        effect: WhenIdle,
    }
    cell_range: Ipv4Net {
        group: Network,
        title: "Network range",
        about: "The private IPv4 network that agents get their own /28 networks from.",
        default: Ipv4Net::new_assert(Ipv4Addr::new(10, 213, 0, 0), 16),
        kind: SettingKind::Network,
        effect: NextAgentStart,
    }
    allowed_egress: Vec<Egress> {
        group: Network,
        title: "Private addresses that agents may reach",
        about: "host:port pairs; all other private addresses are closed to agents. host.mosaic.internal is this host.",
        default: Vec::new(),
        kind: SettingKind::HostPorts,
        effect: AtOnce,
    }
    local_accounts: bool {
        group: SignIn,
        title: "Local accounts",
        about: "Whether people with a local account may sign in. Breakglass administrators always may.",
        default: true,
        kind: SettingKind::Switch,
        effect: AtOnce,
    }
    session_idle_timeout_secs: u32 {
        group: SignIn,
        title: "Sign out after",
        about: "A browser that does nothing for this long is signed out.",
        default: 3 * DAY,
        kind: SettingKind::seconds(60, 90 * DAY),
        effect: AtOnce,
    }
    session_lifetime_secs: u32 {
        group: SignIn,
        title: "Sign in again after",
        about: "A browser is signed out this long after it signed in, whatever it does.",
        default: 30 * DAY,
        kind: SettingKind::seconds(60, 365 * DAY),
        effect: NextSignIn,
    }
    public_url: Option<PublicUrl> {
        group: Address,
        title: "Public address",
        about: "Where people reach Mosaic. Needed for OIDC, and under HTTPS for cookies that only HTTPS carries.",
        default: None,
        kind: SettingKind::Origin,
        effect: AtOnce,
    }
    trusted_proxies: Vec<IpNet> {
        group: Address,
        title: "Trusted proxies",
        about: "Networks of proxies in front of Mosaic, whose X-Forwarded-For is believed.",
        default: Vec::new(),
        kind: SettingKind::Networks,
        effect: AtOnce,
    }
}
