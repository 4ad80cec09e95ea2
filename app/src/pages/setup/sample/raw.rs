//! The first lines of the file as they stand in it, with everything that is usually invisible.

use gloo_file::futures::read_as_bytes;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::preview::piece_view;
use crate::pages::setup::state::Setup;
use crate::sample::chosen;
use crate::sample::raw::{Piece, lines};

const RAW_BYTES: u64 = 16 << 10;
const RAW_LINES: usize = 100;

#[component]
pub fn RawView() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let bytes = RwSignal::new(Vec::<u8>::new());
    Effect::new(move || {
        setup.sample.file.track();
        let Some(file) = chosen::chosen(&setup.job()) else {
            return;
        };
        spawn_local(async move {
            let read = read_as_bytes(&file.blob.slice(0, RAW_BYTES.min(file.blob.size()))).await;
            if !bytes.is_disposed() {
                bytes.set(read.unwrap_or_default());
            }
        });
    });
    let drawn = move || {
        let encoding = setup
            .sample
            .dialect
            .read()
            .as_ref()
            .map(|dialect| dialect.encoding)?;
        let lines = lines(&bytes.read(), encoding, RAW_LINES);
        let lines = (1..)
            .zip(lines)
            .map(|(number, line)| line_view(number, line));
        Some(lines.collect_view())
    };
    view! {
        <div class="raw-scroll raw-text" tabindex="0" role="region" aria-label="The raw text of the file’s first lines">
            <table class="raw">
                <tbody>{drawn}</tbody>
            </table>
        </div>
    }
}

fn line_view(number: u32, line: Vec<Piece>) -> impl IntoView {
    let pieces = line.into_iter().map(|piece| match piece {
        Piece::LineEnd(name) => view! { <span class="line-end">{name}</span> }.into_any(),
        Piece::Spaces(count) => view! { <span class="blank">{"·".repeat(count)}</span> }.into_any(),
        other => piece_view(other),
    });
    view! {
        <tr>
            <th scope="row" class="line">
                {number}
            </th>
            <td>{pieces.collect_view()}</td>
        </tr>
    }
}
