//! What an agent may do besides talking, in the gateway's own words.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::AgentError;

/// The most tools in one list.
pub(super) const TOOLS_MAX: usize = 64;
/// The most skills of one agent.
pub(super) const SKILLS_MAX: usize = 32;
/// The longest name of a tool or a skill, in characters.
const NAME_MAX_CHARS: usize = 64;

/// A set of tools that the gateway knows by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolProfile {
    /// Next to nothing.
    Minimal,
    /// Files, a shell, the web, sessions and memory.
    Coding,
    /// Sending messages, and little else.
    Messaging,
    /// Everything there is.
    #[default]
    Full,
}

impl ToolProfile {
    /// Its name in the gateway's configuration and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Coding => "coding",
            Self::Messaging => "messaging",
            Self::Full => "full",
        }
    }
}

/// Which tools an agent may use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolPolicy {
    /// To begin with.
    pub profile: ToolProfile,
    /// Tools and groups of tools besides those of the profile.
    pub allow: Vec<ToolName>,
    /// Tools and groups of tools that it may not use, whatever else is said.
    pub deny: Vec<ToolName>,
}

impl ToolPolicy {
    /// Whether it leaves everything as the gateway has it.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn check(&self) -> Result<(), AgentError> {
        if self.allow.len() > TOOLS_MAX || self.deny.len() > TOOLS_MAX {
            return Err(AgentError::TooManyTools);
        }
        Ok(())
    }
}

/// Makes a name of something in the gateway: bounded, and of plain characters.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $refusal:ident, $($more:pat_param)|+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads a name.
            pub fn parse(text: &str) -> Result<Self, AgentError> {
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, $($more)|+);
                let is_bounded = (1..=NAME_MAX_CHARS).contains(&text.len());
                if is_bounded && text.chars().all(plain) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(AgentError::$refusal(text.chars().take(NAME_MAX_CHARS).collect()))
                }
            }

            /// The name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = AgentError;

            fn try_from(text: String) -> Result<Self, AgentError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

name! {
    /// A tool of the gateway's, or a group of them: `exec`, `web_fetch`, `group:fs`.
    ToolName, Tool, '_' | '-' | '.' | ':' | '*'
}

name! {
    /// A skill that lies in the agent's image, by its directory: `github`, `weather`.
    SkillName, Skill, '_' | '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for good in ["exec", "group:fs", "web_*", "a.b-c"] {
            assert_eq!(ToolName::parse(good).map(String::from), Ok(good.to_owned()));
        }
        for bad in ["", "a b", "ä", "${HOME}", "a\0", &"x".repeat(65)] {
            assert!(matches!(ToolName::parse(bad), Err(AgentError::Tool(_))), "{bad}");
            assert!(matches!(SkillName::parse(bad), Err(AgentError::Skill(_))), "{bad}");
        }
        assert!(SkillName::parse("skill-creator").is_ok() && SkillName::parse("../etc").is_err());
    }

    #[test]
    fn a_policy_reads_back_and_what_it_does_not_say_is_open() {
        let policy = ToolPolicy {
            profile: ToolProfile::Coding,
            allow: vec![ToolName::parse("image").unwrap()],
            deny: vec![ToolName::parse("exec").unwrap()],
        };
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<ToolPolicy>(&text).unwrap(), policy);
        assert!(serde_json::from_str::<ToolPolicy>("{}").unwrap().is_open() && !policy.is_open());
        assert!(serde_json::from_str::<ToolPolicy>(r#"{"deny":["a b"]}"#).is_err());
    }
}
