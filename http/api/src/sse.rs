//! Server-sent events, as far as a chat needs them: one frame splitter for server and browser.
//!
//! A frame ends with an empty line. Lines end in `\n` or `\r\n`; a bare `\r`, which nobody sends, does
//! not count as a line end.

/// What an event stream is made of, for the API's document: an object stands for an event's lines.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServerSentEvent {
    /// The line `id`: what `Last-Event-ID` says to go on behind it.
    pub id: Option<String>,
    /// The line `event`; `message` where there is none.
    pub event: Option<String>,
    /// The lines `data`: JSON, as the operation says.
    pub data: String,
}

/// What an OpenAI-compatible stream says last.
pub const DONE: &str = "[DONE]";
/// The largest frame a [`Splitter`] holds while it waits for the rest. Bytes.
pub const FRAME_MAX_BYTES: usize = 4 * 1024 * 1024;

/// Where the last whole frame in `bytes` ends: the index just behind its empty line.
pub fn last_frame_end(bytes: &[u8]) -> Option<usize> {
    let mut end = bytes.len();
    while end > 0 {
        let newline = bytes[..end].iter().rposition(|byte| *byte == b'\n')?;
        if ends_frame(&bytes[..=newline]) {
            return Some(newline + 1);
        }
        end = newline;
    }
    None
}

/// Whether `bytes` end with an empty line.
pub fn ends_frame(bytes: &[u8]) -> bool {
    bytes.ends_with(b"\n\n") || bytes.ends_with(b"\n\r\n")
}

/// One event, without its empty line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// Its `data:` lines, joined.
    Data(String),
    /// A comment, or anything else without data: a sign of life.
    Comment,
}

/// A frame grew beyond [`FRAME_MAX_BYTES`]: whoever sends it is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameTooLarge;

/// Cuts a stream of bytes into frames, wherever the chunks happen to be cut.
#[derive(Debug, Default)]
pub struct Splitter {
    held: Vec<u8>,
    last_id: Option<String>,
}

impl Splitter {
    /// Takes in a chunk and gives the frames that are whole now.
    ///
    /// # Errors
    /// [`FrameTooLarge`] when a frame outgrows its limit; nothing more can be read then.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Vec<Frame>, FrameTooLarge> {
        self.held.extend_from_slice(chunk);
        let whole = match last_frame_end(&self.held) {
            Some(end) => self.held.drain(..end).collect::<Vec<u8>>(),
            None => Vec::new(),
        };
        if self.held.len() > FRAME_MAX_BYTES {
            return Err(FrameTooLarge);
        }
        let text = String::from_utf8_lossy(&whole);
        if let Some(id) = text.lines().rev().find_map(|line| line.strip_prefix("id:")) {
            self.last_id = Some(id.strip_prefix(' ').unwrap_or(id).to_owned());
        }
        Ok(frames(&text))
    }

    /// The id of the last whole event that had one: what `Last-Event-ID` says to go on behind it.
    pub fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// Whether the bytes so far end in the middle of a frame.
    pub fn is_mid_frame(&self) -> bool {
        !self.held.is_empty()
    }
}

fn frames(text: &str) -> Vec<Frame> {
    let mut frames = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines() {
        if !line.is_empty() {
            lines.push(line);
        } else if !lines.is_empty() {
            frames.push(frame(&lines));
            lines.clear();
        }
    }
    frames
}

fn frame(lines: &[&str]) -> Frame {
    let data: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("data:"))
        .map(|rest| rest.strip_prefix(' ').unwrap_or(rest))
        .collect();
    if data.is_empty() { Frame::Comment } else { Frame::Data(data.join("\n")) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn frames_are_data_or_signs_of_life() {
        let mut splitter = Splitter::default();
        let frames = splitter.push(b": hello\n\ndata: a\ndata:b\r\n\r\nid: 3\n\ndata: part").unwrap();
        assert_eq!(frames, [Frame::Comment, Frame::Data("a\nb".to_owned()), Frame::Comment]);
        assert!(splitter.is_mid_frame());
        assert_eq!(splitter.last_id(), Some("3"));
        assert_eq!(splitter.push(b"ial\n\n").unwrap(), [Frame::Data("partial".to_owned())]);
        assert!(!splitter.is_mid_frame());
    }

    #[test]
    fn the_end_of_the_last_whole_frame_is_found() {
        assert_eq!(last_frame_end(b""), None);
        assert_eq!(last_frame_end(b"data: a\n"), None);
        assert_eq!(last_frame_end(b"data: a\n\n"), Some(9));
        assert_eq!(last_frame_end(b"data: a\r\n\r\ndata: b\n"), Some(11));
        assert_eq!(last_frame_end(b"a\n\nb\n\nc"), Some(6));
    }

    #[test]
    fn a_frame_without_end_is_refused() {
        let mut splitter = Splitter::default();
        let chunk = vec![b'x'; FRAME_MAX_BYTES];
        assert_eq!(splitter.push(&chunk), Ok(vec![]));
        assert_eq!(splitter.push(b"x"), Err(FrameTooLarge));
    }

    proptest! {
        #[test]
        fn how_the_chunks_are_cut_does_not_matter(
            words in prop::collection::vec("[a-zäß€\u{1F9E9} ]{0,12}", 0..20), cuts in prop::collection::vec(1_usize..9, 1..40),
        ) {
            let mut text = String::new();
            for word in &words {
                text.push_str("data: ");
                text.push_str(word);
                text.push_str("\n\n");
            }
            let mut splitter = Splitter::default();
            let mut seen = Vec::new();
            let mut rest = text.as_bytes();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (chunk, tail) = rest.split_at((*cut).min(rest.len()));
                seen.extend(splitter.push(chunk).expect("small"));
                rest = tail;
            }
            let expected: Vec<Frame> = words.into_iter().map(Frame::Data).collect();
            prop_assert_eq!(seen, expected);
            prop_assert!(!splitter.is_mid_frame());
        }

        #[test]
        fn any_bytes_cut_anywhere_are_the_same_frames(
            bytes in prop::collection::vec(prop::sample::select(b"\n\n\n\r\rda: \xff\xc3".as_slice()), 0..60),
            cut in 1_usize..9,
        ) {
            let (mut splitter, mut whole) = (Splitter::default(), Splitter::default());
            let chunks = bytes.chunks(cut).map(|chunk| splitter.push(chunk).expect("small"));
            let seen: Vec<Frame> = chunks.flatten().collect();
            prop_assert_eq!(seen, whole.push(&bytes).expect("small"));
        }

        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut splitter = Splitter::default();
            let _ = splitter.push(&bytes);
            if let Some(end) = last_frame_end(&bytes) {
                prop_assert!(ends_frame(&bytes[..end]));
                prop_assert!(!(end + 1..=bytes.len()).any(|later| ends_frame(&bytes[..later])));
            }
        }
    }
}
