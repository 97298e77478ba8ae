//! The only program in the test image: it stands where a gateway would, and answers what the tests
//! want to know about the inside of a cell. Compiled by the tests themselves, with `std` alone.

use std::{
    env, fs,
    io::{self, BufRead, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    os::unix::fs::PermissionsExt,
    process::{Command, ExitCode},
    thread,
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["serve"] => serve(),
        ["exit", code] => {
            eprintln!("first line\nlast words");
            return ExitCode::from(code.parse::<u8>().unwrap());
        }
        ["eat"] => eat(),
        ["listen", port] => listen(&format!("0.0.0.0:{port}")),
        ["connect", address] => connect(address, PATIENCE),
        ["knock", address, times] => knock(address, times.parse().unwrap()),
        ["lookup", name] => lookup(name),
        ["read", path] => fs::read(path).and_then(|content| io::stdout().write_all(&content)),
        ["write", path, text] => fs::write(path, text),
        ["execute-in", directory] => execute_in(directory),
        ["environment"] => env::vars().try_for_each(|(key, value)| writeln!(io::stdout(), "{key}={value}")),
        ["threads"] => threads(),
        _ => Err(io::Error::other(format!("what is {arguments:?}?"))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Takes the token and the end of the pipe, then listens.
fn serve() -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let mut token = String::new();
    stdin.read_line(&mut token)?;
    let rest = stdin.read_to_end(&mut Vec::new())?;
    fs::write("/run/mosaic/token", token)?;
    eprintln!("serving; {rest} bytes after the token");
    listen("0.0.0.0:18789")
}

/// Says on standard output that it listens, then answers whoever connects.
fn listen(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening");
    for connection in listener.incoming() {
        let mut connection = connection?;
        // Whoever only looks whether anybody listens has left by now.
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    }
    Ok(())
}

fn eat() -> io::Result<()> {
    let mut eaten = Vec::new();
    loop {
        eaten.push(vec![1_u8; 1 << 20]);
    }
}

fn connect(address: &str, patience: Duration) -> io::Result<()> {
    let address: SocketAddr = address.parse().map_err(io::Error::other)?;
    TcpStream::connect_timeout(&address, patience).map(drop)
}

/// Tries to connect many times, each for a moment only, until it has.
fn knock(address: &str, times: usize) -> io::Result<()> {
    let tries = (0..times).map(|_| connect(address, Duration::from_millis(2)));
    tries.reduce(Result::or).unwrap_or(Ok(()))
}

/// Asks the engine's resolver for an A record, and prints the response code and the answers' number.
fn lookup(name: &str) -> io::Result<()> {
    let mut query = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        query.push(u8::try_from(label.len()).unwrap());
        query.extend(label.as_bytes());
    }
    query.extend([0, 0, 1, 0, 1]);
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.set_read_timeout(Some(PATIENCE * 3))?;
    socket.send_to(&query, "127.0.0.11:53")?;
    let mut answer = [0; 512];
    socket.recv(&mut answer)?;
    println!("{} {}", answer[3] & 15, u16::from_be_bytes([answer[6], answer[7]]));
    Ok(())
}

/// Runs a file in a directory. The file is no program: a kernel that gets as far as to find that out
/// would have run one.
fn execute_in(directory: &str) -> io::Result<()> {
    let file = format!("{directory}/program");
    fs::write(&file, "?")?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    Command::new(file).status().map(drop)
}

/// Starts threads until no more can be, and prints how many that were.
fn threads() -> io::Result<()> {
    let mut started = 0;
    while thread::Builder::new().stack_size(16_384).spawn(thread::park).is_ok() && started < 100_000 {
        started += 1;
    }
    println!("{started}");
    Ok(())
}
