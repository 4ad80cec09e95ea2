//! A response whose bytes a blocking writer makes while they are sent: a few chunks of memory, however long it becomes.

use std::io::{self, BufWriter, Write};

use axum::body::{Body, Bytes};
use futures::stream;
use tokio::sync::mpsc::{self, Sender};

const CHUNK_BYTES: usize = 64 << 10;
const CHUNKS_AHEAD: usize = 4;

type Chunk = Result<Bytes, io::Error>;

/// `write` gets where to write, and a question that it may ask before it begins: whether somebody still reads. An error
/// breaks the response off, so that nobody takes a part for the whole.
pub fn stream<E>(
    write: impl FnOnce(&mut (dyn Write + Send), &dyn Fn() -> bool) -> Result<(), E> + Send + 'static,
) -> Body
where
    E: std::error::Error + Send + Sync + 'static,
{
    let (sender, receiver) = mpsc::channel::<Chunk>(CHUNKS_AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(CHUNK_BYTES, Chunks(sender.clone()));
        let written = write(&mut out, &|| !sender.is_closed())
            .map_err(io::Error::other)
            .and_then(|()| out.flush());
        if let Err(error) = written
            && !sender.is_closed()
        {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a download broke off"
            );
            // Fails where the reader has left by now, who then needs no answer.
            let _ = sender.blocking_send(Err(error));
        }
    });
    Body::from_stream(stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    }))
}

struct Chunks(Sender<Chunk>);

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .blocking_send(Ok(Bytes::copy_from_slice(bytes)))
            .map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn everything_that_is_written_arrives() {
        let body = stream(|out, wanted| {
            assert!(wanted());
            (0..100_000).try_for_each(|number| writeln!(out, "{number}"))
        });
        let bytes = body.collect().await.unwrap().to_bytes();
        assert_eq!(bytes.split(|byte| *byte == b'\n').count(), 100_001);
        assert!(bytes.ends_with(b"99999\n"));
    }

    #[tokio::test]
    async fn an_error_breaks_the_response_off() {
        let body = stream(|out, _| {
            out.write_all(b"some")?;
            Err(io::Error::other("the rest is missing"))
        });
        assert!(body.collect().await.is_err());
    }

    #[tokio::test]
    async fn a_reader_who_leaves_ends_the_writing() {
        let (ended, has_ended) = tokio::sync::oneshot::channel();
        let body = stream(move |out, _| {
            let written = loop {
                if let Err(error) = out.write_all(&[0; 1 << 14]) {
                    break Err::<(), _>(error);
                }
            };
            let _ = ended.send(());
            written
        });
        drop(body);
        has_ended.await.unwrap();
    }
}
