//! Accepts connections, and ends those that only take up room: a stranger must not be able to use the server up by doing
//! nothing. Who is slow has time; who stands still has not.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use domain::reason::StorageFault;
use futures::future::BoxFuture;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use operations::sign_in::network;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, Sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// How often it is told that something keeps connections from being accepted.
const TOLD_EVERY: Duration = Duration::from_mins(1);
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);
/// Of the file descriptors: for files, databases and what is under way.
const DESCRIPTORS_KEPT_BACK: u64 = 256;

#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    pub in_all: u32,
    /// An address of IPv6 with its /64; `None`: not counted.
    pub per_address: Option<u32>,
    /// From a connection's or a request's first byte to the end of its head.
    pub head: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// Instead of `head` and `idle`, for a connection that has taken one of the last quarter of all.
    pub scarce: Duration,
    /// Between two parts of a body, and for a part of an answer to be taken.
    pub stall: Duration,
    /// What a request's body has left to arrive when the server is asked to stop: an upload goes on where it stood.
    pub stop: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            in_all: 4096,
            per_address: Some(256),
            head: Duration::from_secs(15),
            idle: Duration::from_mins(1),
            scarce: Duration::from_secs(1),
            stall: Duration::from_mins(1),
            stop: Duration::from_secs(2),
        }
    }
}

impl ConnectionLimits {
    /// With as many file descriptors as this process may have; a connection takes two where it sends or receives a file.
    #[must_use]
    pub fn within(self, descriptors: u64) -> Self {
        let kept_back = DESCRIPTORS_KEPT_BACK
            .max(descriptors / 4)
            .min(descriptors / 2);
        let most = u32::try_from((descriptors - kept_back) / 2).unwrap_or(u32::MAX);
        Self {
            in_all: self.in_all.min(most).max(1),
            ..self
        }
    }
}

/// Serves until `stopping`, and then until every connection has come to its end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stopping: CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(limits.in_all as usize));
    let addresses = Addresses::default();
    let connections = TaskTracker::new();
    let mut told = None::<Instant>;
    loop {
        let accepted = tokio::select! {
            () = stopping.cancelled() => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        let (stream, peer, slot) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Such as a client that has left, or no descriptor: the next one may come through.
                if told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
                    told = Some(Instant::now());
                    tell(&error);
                }
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                continue;
            }
        };
        let Some(address) = addresses.enter(peer, limits.per_address) else {
            continue;
        };
        // Who stands still in the room that is kept back does so briefly, or some addresses together had all of it.
        let is_scarce = slots.available_permits() < limits.in_all as usize / 4;
        let patience = |usual: Duration| {
            if is_scarce {
                usual.min(limits.scarce)
            } else {
                usual
            }
        };
        let connection = Connection {
            stream,
            peer,
            limits: ConnectionLimits {
                head: patience(limits.head),
                idle: patience(limits.idle),
                ..limits
            },
            router: router.clone(),
            stopping: stopping.clone(),
        };
        connections.spawn(async move {
            connection.serve().await;
            drop((slot, address));
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// A connection is accepted once there is room for it; until then it waits in the system's queue.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let slot = slots.clone().acquire_owned().await;
    let slot = slot.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    // Small answers are not held back for more.
    let _ = stream.set_nodelay(true);
    Ok((stream, peer, slot))
}

fn tell(error: &io::Error) {
    if StorageFault::of_server(error).is_some() {
        tracing::error!(
            "no file descriptor is left for a connection: raise the limit of the process (`LimitNOFILE`, `ulimit -n`) or lower `connections`"
        );
    } else {
        tracing::warn!(
            error = error as &dyn std::error::Error,
            "a connection was not accepted"
        );
    }
}

/// How many connections an address has.
#[derive(Clone, Default)]
struct Addresses(Arc<Mutex<HashMap<String, u32>>>);

/// Leaves when it is dropped.
struct Entered {
    addresses: Addresses,
    network: String,
}

impl Addresses {
    /// `None`: it has as many as it may.
    fn enter(&self, peer: SocketAddr, at_most: Option<u32>) -> Option<Entered> {
        let network = network(&peer.ip().to_string());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = known.entry(network.clone()).or_default();
        if at_most.is_some_and(|most| *count >= most) {
            return None;
        }
        *count += 1;
        drop(known);
        Some(Entered {
            addresses: self.clone(),
            network,
        })
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut known = self
            .addresses
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = known.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                known.remove(&self.network);
            }
        }
    }
}

struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    limits: ConnectionLimits,
    router: Router,
    stopping: CancellationToken,
}

/// What a connection is at.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Idle,
    /// A request has begun to arrive.
    Head,
    /// Its answer is not sent yet.
    Request,
}

impl Connection {
    async fn serve(self) {
        let Self {
            stream,
            peer,
            limits,
            router,
            stopping,
        } = self;
        let phase = Arc::new(watch::Sender::new(Phase::Head));
        let service = {
            let (phase, stopping) = (phase.clone(), stopping.clone());
            hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
                phase.send_replace(Phase::Request);
                let answered = Answered(phase.clone());
                let mut request: Request =
                    request.map(|body| Body::new(Arriving::new(body, limits, stopping.clone())));
                request.extensions_mut().insert(ConnectInfo(peer));
                let router = router.clone();
                async move {
                    let response = router.oneshot(request).await?;
                    Ok::<_, Infallible>(response.map(|body| Leaving {
                        body,
                        _answered: answered,
                    }))
                }
            })
        };
        let io = TokioIo::new(Paced {
            stream,
            phase: phase.clone(),
            stall: limits.stall,
            stalled: None,
        });
        let mut connection = pin!(http1::Builder::new().serve_connection(io, service));
        let mut phases = phase.subscribe();
        let watched = watch_phases(&mut phases, limits);
        tokio::select! {
            // It ends with an error where the client has left or stands still, which is nothing to tell.
            _ = connection.as_mut() => return,
            () = watched => return,
            () = stopping.cancelled() => {}
        }
        connection.as_mut().graceful_shutdown();
        let watched = watch_phases(&mut phases, limits);
        tokio::select! {
            _ = connection => {}
            () = watched => {}
        }
    }
}

/// Comes to an end when the connection has been at the same for too long.
async fn watch_phases(phases: &mut watch::Receiver<Phase>, limits: ConnectionLimits) {
    loop {
        let most = match *phases.borrow_and_update() {
            Phase::Idle => Some(limits.idle),
            Phase::Head => Some(limits.head),
            // Its body and its answer have limits of their own.
            Phase::Request => None,
        };
        let over = async {
            match most {
                Some(most) => tokio::time::sleep(most).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = phases.changed() => if changed.is_err() { return },
            () = over => return,
        }
    }
}

/// The connection is idle when the answer has been sent, or was given up.
struct Answered(Arc<watch::Sender<Phase>>);

impl Drop for Answered {
    fn drop(&mut self) {
        self.0.send_replace(Phase::Idle);
    }
}

/// An answer on its way.
struct Leaving {
    body: Body,
    _answered: Answered,
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A request's body that goes on arriving, or breaks off.
struct Arriving {
    body: Incoming,
    stall: Duration,
    /// Since the last part.
    stalled: Option<Pin<Box<Sleep>>>,
    stopped: BoxFuture<'static, ()>,
}

impl Arriving {
    fn new(body: Incoming, limits: ConnectionLimits, stopping: CancellationToken) -> Self {
        Self {
            body,
            stall: limits.stall,
            stalled: None,
            stopped: Box::pin(async move {
                stopping.cancelled().await;
                tokio::time::sleep(limits.stop).await;
            }),
        }
    }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.stalled = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(axum::Error::new)));
        }
        let stall = self.stall;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
        let is_stalled = stalled.as_mut().poll(context).is_ready();
        if is_stalled || self.stopped.as_mut().poll(context).is_ready() {
            let error = io::Error::from(io::ErrorKind::TimedOut);
            return Poll::Ready(Some(Err(axum::Error::new(error))));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that says when a request begins, and fails when nobody takes what is written.
struct Paced {
    stream: TcpStream,
    phase: Arc<watch::Sender<Phase>>,
    stall: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    fn or_stalled<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stall = self.stall;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Paced {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.phase.send_if_modified(|phase| match phase {
                Phase::Idle => {
                    *phase = Phase::Head;
                    true
                }
                Phase::Head | Phase::Request => false,
            });
        }
        read
    }
}

impl AsyncWrite for Paced {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.or_stalled(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.or_stalled(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_kept_back_for_work() {
        for (descriptors, in_all) in [(u64::MAX, 4096), (1024, 384), (256, 64), (2, 1)] {
            let limits = ConnectionLimits::default().within(descriptors);
            assert_eq!(limits.in_all, in_all, "{descriptors}");
        }
    }
}
