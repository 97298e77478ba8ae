//! Keys of a provider that exists in tests alone.

pub(super) const FIRST: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEILyb/BsjvTgCFfWHImkzeMkRPYcsJmsfP8PyyEhl6GZo
-----END PRIVATE KEY-----
";
pub(super) const SECOND: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJj5+pAP1RGKi17UdJtjs9l2JX6U5rCN+G38cQim1A1R
-----END PRIVATE KEY-----
";
