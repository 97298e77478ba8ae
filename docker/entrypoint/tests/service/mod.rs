//! A scripted config service on a plain socket: answers each request with the next reply of its script.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// One scripted answer.
pub(crate) enum Reply {
    /// A status and a body.
    Status(u16, Vec<u8>),
    /// Close the connection without a word.
    Hangup,
}

impl Reply {
    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Status(status, body.as_bytes().to_owned())
    }
}

/// The running service; it ends with the test process.
pub(crate) struct ConfigService {
    address: SocketAddr,
    authorizations: Arc<Mutex<Vec<String>>>,
}

impl ConfigService {
    pub(crate) fn start(script: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let authorizations = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&authorizations);
        thread::spawn(move || {
            for reply in script {
                answer(&listener.accept().unwrap().0, &reply, &seen);
            }
        });
        Self { address, authorizations }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/api/internal/agent-config/user-1", self.address)
    }

    /// The `Authorization` header of every request so far.
    pub(crate) fn authorizations(&self) -> Vec<String> {
        self.authorizations.lock().unwrap().clone()
    }
}

fn answer(stream: &TcpStream, reply: &Reply, seen: &Mutex<Vec<String>>) {
    for line in BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("authorization")
        {
            seen.lock().unwrap().push(value.to_owned());
        }
    }
    let Reply::Status(status, body) = reply else { return };
    let head = format!(
        "HTTP/1.1 {status} Scripted\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    // A client that has read enough hangs up; that is its right.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
