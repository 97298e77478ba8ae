//! How an answer's cost is told.

use chrono::TimeDelta;
use mosaic_api::TokenUsageBody;

/// What an answer took, in few words: tokens where they are known, and time.
pub(crate) fn cost(usage: Option<TokenUsageBody>, took: TimeDelta) -> String {
    let tenths = took.num_milliseconds().max(0) / 100;
    let time = match tenths {
        tenths if tenths < 600 => format!("{}.{} s", tenths / 10, tenths % 10),
        tenths => format!("{} min {} s", tenths / 600, tenths % 600 / 10),
    };
    let Some(usage) = usage else { return time };
    format!("{} + {} tokens · {time}", grouped(usage.prompt_tokens), grouped(usage.answer_tokens))
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_told_in_tokens_and_time() {
        let usage = TokenUsageBody { prompt_tokens: 15_091, answer_tokens: 6 };
        assert_eq!(cost(Some(usage), TimeDelta::milliseconds(3_260)), "15\u{202f}091 + 6 tokens · 3.2 s");
        assert_eq!(cost(None, TimeDelta::seconds(125)), "2 min 5 s");
        assert_eq!(cost(None, TimeDelta::seconds(-1)), "0.0 s");
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1\u{202f}000", "1\u{202f}234\u{202f}567"]
        );
    }
}
