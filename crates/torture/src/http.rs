//! One request per connection, over a plain socket: so that a body can be cut off in its middle, and no pool hides a fault.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// A process that stands still must not hold its callers longer than it takes to be let go on.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(25);

#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// Of a signed-in person.
    pub session: Option<&'a str>,
    pub content_type: Option<&'a str>,
    /// `Upload-Offset`
    pub offset: Option<u64>,
    pub body: &'a [u8],
    /// Break the connection off after so many bytes of the body.
    pub cut_after: Option<usize>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// The value of the session cookie that it sets.
    pub session: Option<String>,
    pub body: Vec<u8>,
}

impl<'a> Request<'a> {
    pub fn get(path: &'a str) -> Self {
        Self {
            method: "GET",
            path,
            session: None,
            content_type: None,
            offset: None,
            body: &[],
            cut_after: None,
        }
    }

    /// As pages of the site at `address` send it; answers with the whole body, or an error where its end did not come.
    pub fn send(&self, address: SocketAddr) -> io::Result<Answer> {
        let mut connection = self.open(address)?;
        let mut bytes = Vec::new();
        let read = connection.read_to_end(&mut bytes);
        match Answer::parse(&bytes) {
            Some(answer) => Ok(answer),
            None => Err(read.err().unwrap_or(io::ErrorKind::UnexpectedEof.into())),
        }
    }

    /// The connection from which the answer is to be read.
    pub fn open(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let mut connection = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT)?;
        connection.set_read_timeout(Some(ANSWER_TIMEOUT))?;
        connection.set_write_timeout(Some(ANSWER_TIMEOUT))?;
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\naccept: application/json\r\nconnection: close\r\n",
            self.method, self.path
        );
        let has_body = self.method != "GET";
        for (name, value) in [
            (
                "cookie",
                self.session
                    .map(|session| format!("weir_session={session}")),
            ),
            ("content-type", self.content_type.map(str::to_owned)),
            (
                "upload-offset",
                self.offset.map(|offset| offset.to_string()),
            ),
            (
                "content-length",
                has_body.then(|| self.body.len().to_string()),
            ),
        ] {
            if let Some(value) = value {
                head.extend([name, ": ", &value, "\r\n"]);
            }
        }
        head.push_str("\r\n");
        connection.write_all(head.as_bytes())?;
        if let Some(kept) = self.cut_after {
            connection.write_all(&self.body[..kept.min(self.body.len())])?;
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        // A server that refuses early closes before it has read everything; its answer counts.
        let _ = connection.write_all(self.body);
        Ok(connection)
    }
}

impl Answer {
    pub fn is_ok(&self) -> bool {
        (200..400).contains(&self.status)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// `None` where the answer is not whole.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = find(bytes, b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let (mut session, mut length, mut chunked) = (None, None, false);
        for line in lines {
            let (name, value) = line.split_once(':')?;
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "set-cookie" => {
                    // By its end alone, because the name may have a prefix.
                    let (cookie, value) = value.split(';').next()?.split_once('=')?;
                    if cookie.ends_with("weir_session") && !value.is_empty() {
                        session = Some(value.to_owned());
                    }
                }
                "content-length" => length = Some(value.parse().ok()?),
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                _ => {}
            }
        }
        let body = &bytes[end + 4..];
        let body = match length {
            _ if chunked => unchunked(body)?,
            Some(length) => body.get(..length)?.to_vec(),
            None => body.to_vec(),
        };
        Some(Self {
            status,
            session,
            body,
        })
    }
}

fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = find(bytes, b"\r\n")?;
        let size = std::str::from_utf8(&bytes[..line]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        bytes = &bytes[line + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(bytes.get(..size)?);
        bytes = bytes.get(size + 2..)?;
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(answer: &[u8]) -> Option<String> {
        Answer::parse(answer).map(|answer| answer.text())
    }

    #[test]
    fn an_answer_is_read_only_when_it_is_whole() {
        let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        let counted = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde";
        assert_eq!(body(chunked).as_deref(), Some("abcde"));
        assert_eq!(body(counted).as_deref(), Some("abcde"));
        assert_eq!(body(&chunked[..chunked.len() - 6]), None);
        assert_eq!(body(&counted[..counted.len() - 1]), None);
    }

    #[test]
    fn the_session_is_taken_from_its_cookie() {
        for (cookie, session) in [
            ("weir_session=ab12; Path=/", Some("ab12")),
            ("__Host-weir_session=ab12; Path=/", Some("ab12")),
            ("weir_session=; Max-Age=0", None),
            ("other=ab12", None),
        ] {
            let answer =
                format!("HTTP/1.1 302 Found\r\nset-cookie: {cookie}\r\ncontent-length: 0\r\n\r\n");
            let answer = Answer::parse(answer.as_bytes()).unwrap();
            assert_eq!(answer.session.as_deref(), session, "{cookie}");
            assert!(answer.is_ok());
        }
    }
}
