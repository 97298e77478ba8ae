//! Looking for a text in all its disguises.

use std::{fs, path::Path};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};

/// A secret that was planted.
#[derive(Debug)]
pub(super) struct Canary {
    pub(super) name: String,
    disguises: Vec<(String, Vec<u8>)>,
}

impl Canary {
    pub(super) fn new(name: &str, text: &str) -> Self {
        let mut disguises = vec![
            ("in clear".to_owned(), text.as_bytes().to_vec()),
            ("in hexadecimal digits".to_owned(), hex(text, false)),
            ("in capital hexadecimal digits".to_owned(), hex(text, true)),
            ("as in a URL".to_owned(), url(text, true)),
            ("as in a URL, in small letters".to_owned(), url(text, false)),
            ("as in a form".to_owned(), url(text, true).replace_all(b"%20", b"+")),
        ];
        for offset in 0..3 {
            for (alphabet, engine) in [("base64", &STANDARD), ("base64url", &URL_SAFE)] {
                disguises.push((format!("in {alphabet}, {offset} bytes in"), base64(engine, text, offset)));
            }
        }
        disguises.dedup_by(|a, b| a.1 == b.1);
        Self { name: name.to_owned(), disguises }
    }

    pub(super) fn is_in(&self, haystack: &[u8]) -> bool {
        self.found(haystack).is_some()
    }

    fn found(&self, haystack: &[u8]) -> Option<&str> {
        let found = self.disguises.iter().find(|(_, needle)| contains(haystack, needle));
        found.map(|(disguise, _)| disguise.as_str())
    }
}

/// Fails where one of them is there.
pub(super) fn search(place: &str, haystack: &[u8], canaries: &[Canary]) {
    search_for(place, haystack, &canaries.iter().collect::<Vec<_>>());
}

fn search_for(place: &str, haystack: &[u8], canaries: &[&Canary]) {
    for canary in canaries {
        if let Some(disguise) = canary.found(haystack) {
            panic!("{} is in {place}, {disguise}", canary.name);
        }
    }
}

/// Searches every file below a directory, for those that the path says; gives how many there were.
pub(super) fn search_files<'a>(directory: &Path, wanted: &dyn Fn(&Path) -> Vec<&'a Canary>) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(directory).expect("a directory we may read").flatten() {
        let path = entry.path();
        // A file of a running database may be gone by now.
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            files += search_files(&path, wanted);
        } else if kind.is_file()
            && let Ok(bytes) = fs::read(&path)
        {
            search_for(&path.display().to_string(), &bytes, &wanted(&path));
            files += 1;
        }
    }
    files
}

/// Whether it is in there. Most bytes are not its first one.
fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    let Some((&first, rest)) = needle.split_first() else { return false };
    let mut from = 0;
    while let Some(place) = haystack[from..].iter().position(|byte| *byte == first) {
        from += place + 1;
        if haystack[from..].starts_with(rest) {
            return true;
        }
    }
    false
}

fn hex(text: &str, capital: bool) -> Vec<u8> {
    let digits = text.bytes().map(|byte| if capital { format!("{byte:02X}") } else { format!("{byte:02x}") });
    digits.collect::<String>().into_bytes()
}

fn url(text: &str, capital: bool) -> Vec<u8> {
    let letters = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ if capital => format!("%{byte:02X}"),
        _ => format!("%{byte:02x}"),
    });
    letters.collect::<String>().into_bytes()
}

/// What stays the same of it, whatever stands around it, where it begins so many bytes after a multiple of three.
fn base64(engine: &impl Engine, text: &str, offset: usize) -> Vec<u8> {
    let padded = [vec![0; offset], text.as_bytes().to_vec()].concat();
    let encoded = engine.encode(&padded).into_bytes();
    // The first letters also hold what stands before it, the last ones what comes behind it.
    let first = (offset * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    encoded[first..last].to_vec()
}

trait ReplaceAll {
    fn replace_all(self, from: &[u8], to: &[u8]) -> Vec<u8>;
}

impl ReplaceAll for Vec<u8> {
    fn replace_all(self, from: &[u8], to: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(&self).into_owned();
        text.replace(&*String::from_utf8_lossy(from), &String::from_utf8_lossy(to)).into_bytes()
    }
}

#[test]
fn a_canary_is_found_in_every_disguise_and_wherever_it_stands() {
    let text = "sk-canary/7f3a+91 bd==";
    let canary = Canary::new("one", text);
    for around in ["", "a", "ab", "abc"] {
        let whole = format!("{around}{text}{around}z");
        let percent = String::from_utf8(url(text, true)).expect("ASCII");
        for hidden in [
            whole.clone().into_bytes(),
            hex(&whole, false),
            hex(&whole, true),
            format!("?key={percent}&x").into_bytes(),
            percent.replace("%20", "+").into_bytes(),
            STANDARD.encode(&whole).into_bytes(),
            URL_SAFE.encode(&whole).into_bytes(),
        ] {
            assert!(canary.is_in(&hidden), "{}", String::from_utf8_lossy(&hidden));
        }
    }
    assert!(!canary.is_in(b"sk-canary/7f3a+91 bd="));
}
