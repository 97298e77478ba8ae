//! What becomes of a stream that a client wants whole.

use proptest::prelude::*;

use super::*;

fn chunk(choices: &Value) -> Value {
    json!({ "id": "chatcmpl_1", "object": "chat.completion.chunk", "created": 7, "model": "openclaw/main", "choices": choices })
}

fn delta(delta: &Value) -> Frame {
    data(&chunk(&json!([{ "index": 0, "delta": delta, "finish_reason": null }])))
}

fn finish(reason: &str) -> Frame {
    data(&chunk(&json!([{ "index": 0, "delta": {}, "finish_reason": reason }])))
}

fn data(value: &Value) -> Frame {
    Frame::Data(value.to_string())
}

fn done() -> Frame {
    Frame::Data(DONE.to_owned())
}

fn assembled(frames: impl IntoIterator<Item = Frame>) -> Result<Value, NoAnswer> {
    let mut assembly = Assembly::default();
    for frame in frames {
        assembly.take(frame)?;
    }
    assembly.finish()
}

#[test]
fn the_frames_of_an_answer_make_one_completion() {
    let mut usage = chunk(&json!([]));
    usage["usage"] = json!({ "prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5 });
    let answer = assembled([
        delta(&json!({ "role": "assistant" })),
        Frame::Comment,
        delta(&json!({ "content": "hel" })),
        delta(&json!({ "content": "lo" })),
        finish("length"),
        data(&usage),
        done(),
    ]);
    let expected = json!({
        "id": "chatcmpl_1", "object": "chat.completion", "created": 7, "model": "openclaw/main",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": "hello" }, "finish_reason": "length" }],
        "usage": { "prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5 },
    });
    assert_eq!(answer, Ok(expected));
}

#[test]
fn tool_calls_are_put_together_by_their_number() {
    let call = |index: u64, id: Value, name: Value, arguments: &str| {
        let function = json!({ "name": name, "arguments": arguments });
        delta(&json!({ "tool_calls": [{ "index": index, "id": id, "function": function }] }))
    };
    let answer = assembled([
        call(0, json!("call_a"), json!("look"), ""),
        call(1, json!("call_b"), json!("read"), "{}"),
        call(0, Value::Null, Value::Null, "{\"at\":"),
        call(0, Value::Null, Value::Null, "1}"),
        finish("tool_calls"),
        done(),
    ])
    .expect("whole");
    let choice = &answer["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    assert_eq!(
        choice["message"]["tool_calls"],
        json!([
            { "id": "call_a", "type": "function", "function": { "name": "look", "arguments": "{\"at\":1}" } },
            { "id": "call_b", "type": "function", "function": { "name": "read", "arguments": "{}" } },
        ])
    );
}

#[test]
fn a_refusal_is_told_whatever_came_before_and_whether_or_not_the_stream_ends_well() {
    let words =
        json!({ "error": { "message": "401 no such key", "type": "authentication_error", "code": 7 } });
    let refusal = Refusal { message: "401 no such key".to_owned(), kind: "authentication_error".to_owned() };
    for end in [vec![], vec![done()]] {
        let frames = [delta(&json!({ "content": "half a" })), data(&words)].into_iter().chain(end);
        assert_eq!(assembled(frames), Err(NoAnswer::Refused(refusal.clone())));
    }
    let wordless = assembled([data(&json!({ "error": {} })), done()]);
    assert!(matches!(wordless, Err(NoAnswer::Refused(_))), "{wordless:?}");
}

#[test]
fn what_does_not_end_is_no_answer() {
    let half = || delta(&json!({ "content": "half a" }));
    assert_eq!(assembled([half()]), Err(NoAnswer::BrokenOff));
    assert_eq!(assembled([half(), finish("stop")]), Err(NoAnswer::BrokenOff));
    assert_eq!(assembled([done()]), Err(NoAnswer::BrokenOff));
    assert_eq!(assembled([half(), Frame::Data("{\"id\":".to_owned()), done()]), Err(NoAnswer::BrokenOff));
}

#[test]
fn an_answer_without_end_is_not_held() {
    let frame = delta(&json!({ "content": "x".repeat(1 << 20) }));
    let mut assembly = Assembly::default();
    for _ in 0..ANSWER_MAX_BYTES >> 20 {
        assembly.take(frame.clone()).expect("not yet");
    }
    assert_eq!(assembly.take(frame), Err(NoAnswer::TooLong));
    let mut assembly = Assembly::default();
    let calls = (0..u64::MAX).map(|index| delta(&json!({ "tool_calls": [{ "index": index }] })));
    let refused = calls.take(ANSWER_MAX_BYTES).find_map(|frame| assembly.take(frame).err());
    assert_eq!(refused, Some(NoAnswer::TooLong));
}

proptest! {
    #[test]
    fn the_text_is_the_same_however_it_was_cut(words in prop::collection::vec(".{0,20}", 0..30)) {
        let frames = words.iter().map(|word| delta(&json!({ "content": word })));
        let answer = assembled(frames.chain([finish("stop"), done()])).expect("whole");
        prop_assert_eq!(answer["choices"][0]["message"]["content"].as_str(), Some(&*words.concat()));
    }

    /// Whatever a gateway sends: no panic, and no answer without an end mark.
    #[test]
    fn any_frames_are_survived(frames in prop::collection::vec("(\\{\"id\":\"a\"\\}|\\[DONE\\]|\\{\"error\":.{0,9}\\}|.{0,20})", 0..12)) {
        let ends = frames.iter().any(|frame| frame == DONE);
        let answer = assembled(frames.into_iter().map(Frame::Data));
        prop_assert!(answer.is_err() || ends);
    }
}
