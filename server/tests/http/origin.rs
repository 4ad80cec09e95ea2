//! Nothing is written for a page of another site.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;

use crate::support::{App, request};

/// All server functions, which are POST, and the plain routes that write.
fn writing_routes() -> Vec<(Method, String)> {
    let functions = server_fn_paths().map(|(path, method)| (method, path.to_owned()));
    let plain = [
        (Method::POST, "/n/main/uploads"),
        (Method::PUT, "/n/main/uploads/x"),
        (Method::POST, "/nowhere"),
    ];
    functions
        .chain(plain.map(|(method, path)| (method, path.to_owned())))
        .collect()
}

#[tokio::test]
async fn every_route_that_writes_refuses_other_sites() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let routes = writing_routes();
    assert!(routes.len() > 15, "{routes:?}");
    for (method, path) in routes {
        assert_ne!(method, Method::GET, "{path}");
        for (name, value) in [
            ("origin", "https://evil.test"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let mut request = request(method.clone(), &path, Some(&ada), Body::empty());
            request.headers_mut().insert(
                header::HeaderName::from_static(name),
                value.parse().unwrap(),
            );
            assert_eq!(
                app.send(request).await.status,
                StatusCode::FORBIDDEN,
                "{method} {path} {name}: {value}"
            );
        }
        let mut request = request(method.clone(), &path, Some(&ada), Body::empty());
        request.headers_mut().remove(header::ORIGIN);
        assert_eq!(
            app.send(request).await.status,
            StatusCode::FORBIDDEN,
            "{method} {path} without an origin"
        );
    }
}

#[tokio::test]
async fn pages_can_be_reached_from_other_sites() {
    let app = App::start().await;
    let mut request = request(Method::GET, "/sign-in", None, Body::empty());
    request
        .headers_mut()
        .insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(app.send(request).await.status, StatusCode::OK);
}
