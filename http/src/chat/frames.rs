//! Whole frames out of chunks that are cut anywhere.

use bytes::{Bytes, BytesMut};
use mosaic_api::sse::{FRAME_MAX_BYTES, ends_frame, last_frame_end};

const DONE: &[u8] = b"data: [DONE]";

/// What has come of a stream and was not passed on yet.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// The beginning of a frame whose rest has not come yet.
    held: BytesMut,
    /// Whether the last whole frame was `[DONE]`.
    done: bool,
}

impl Frames {
    /// The frames that are whole now; a chunk that is whole by itself passes without a copy.
    pub(super) fn take_in(&mut self, chunk: Bytes) -> Option<Bytes> {
        let whole = if self.held.is_empty() && ends_frame(&chunk) {
            chunk
        } else {
            self.held.extend_from_slice(&chunk);
            let end = last_frame_end(&self.held)?;
            self.held.split_to(end).freeze()
        };
        self.done = whole.trim_ascii_end().ends_with(DONE);
        Some(whole)
    }

    /// Whether a frame is larger than any should be.
    pub(super) fn are_overgrown(&self) -> bool {
        self.held.len() > FRAME_MAX_BYTES
    }

    /// Whether the stream said that this was all.
    pub(super) const fn are_done(&self) -> bool {
        self.done
    }
}

#[cfg(test)]
mod tests {
    use mosaic_api::sse::{Frame, Splitter};
    use proptest::prelude::*;

    use super::*;

    fn read<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Frame> {
        let mut splitter = Splitter::default();
        chunks.into_iter().flat_map(|chunk| splitter.push(chunk).expect("small")).collect()
    }

    proptest! {
        #[test]
        fn however_a_stream_is_cut_the_same_frames_pass_whole_and_in_order(
            bytes in prop::collection::vec(prop::sample::select(b"\n\n\n\r\rda: \xff[".as_slice()), 0..60),
            cuts in prop::collection::vec(1_usize..9, 1..20),
        ) {
            let (mut frames, mut rest) = (Frames::default(), bytes.as_slice());
            let mut passed: Vec<Bytes> = Vec::new();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (chunk, tail) = rest.split_at((*cut).min(rest.len()));
                passed.extend(frames.take_in(Bytes::copy_from_slice(chunk)));
                rest = tail;
            }
            prop_assert!(passed.iter().all(|whole| ends_frame(whole)));
            prop_assert!(bytes.starts_with(&passed.concat()));
            prop_assert_eq!(read(passed.iter().map(AsRef::as_ref)), read([bytes.as_slice()]));
        }
    }

    #[test]
    fn the_last_frame_says_whether_it_was_all() {
        let mut frames = Frames::default();
        for (chunk, passes, done) in [
            ("data: a\n\ndata: [DO", true, false),
            ("NE]\n", false, false),
            ("\n", true, true),
            ("\n", false, true),
            ("data: b\n\n", true, false),
            ("data: [DONE]\r\n\r\n", true, true),
        ] {
            assert_eq!(frames.take_in(Bytes::from_static(chunk.as_bytes())).is_some(), passes, "{chunk:?}");
            assert_eq!(frames.are_done(), done, "{chunk:?}");
        }
        assert!(!frames.are_overgrown());
        frames.take_in(Bytes::from(vec![b'x'; FRAME_MAX_BYTES + 1]));
        assert!(frames.are_overgrown());
    }
}
