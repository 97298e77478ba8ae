//! Server-sent events: bytes to frames. Knows nothing of what the frames mean.

/// Cuts a stream of bytes into whole frames, whatever the pieces it arrives in.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    waiting: Vec<u8>,
}

impl Splitter {
    /// Takes the next bytes and returns the frames that are complete now, without the blank line at their end.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.waiting.extend(bytes.iter().filter(|byte| **byte != b'\r'));
        let mut frames = Vec::new();
        while let Some(end) = self.waiting.windows(2).position(|pair| pair == b"\n\n") {
            let rest = self.waiting.split_off(end + 2);
            let mut frame = std::mem::replace(&mut self.waiting, rest);
            frame.truncate(end);
            frames.push(frame);
        }
        frames
    }
}

/// One frame, read: the lines that matter here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) event: Option<String>,
    /// The data lines, joined; none in a frame of comments only.
    pub(crate) data: Option<String>,
}

impl Frame {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut frame = Self::default();
        for line in String::from_utf8_lossy(bytes).lines() {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match name {
                "event" => frame.event = Some(value.to_owned()),
                "data" => match &mut frame.data {
                    Some(data) => {
                        data.push('\n');
                        data.push_str(value);
                    }
                    None => frame.data = Some(value.to_owned()),
                },
                // Comments (an empty name), ids and retry times say nothing to us.
                _ => {}
            }
        }
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_whole_whatever_the_pieces() {
        let stream = ": waking\n\ndata: {\"a\":\"\u{e9}\"}\n\ndata: one\r\ndata: two\r\n\r\n";
        for size in 1..stream.len() {
            let mut splitter = Splitter::default();
            let frames: Vec<Frame> = stream
                .as_bytes()
                .chunks(size)
                .flat_map(|piece| splitter.push(piece))
                .map(|frame| Frame::read(&frame))
                .collect();
            let data: Vec<_> = frames.iter().map(|frame| frame.data.as_deref()).collect();
            assert_eq!(data, [None, Some("{\"a\":\"\u{e9}\"}"), Some("one\ntwo")], "pieces of {size} bytes");
        }
    }
}
