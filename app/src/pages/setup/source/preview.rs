//! What lies in the folder as it is filled in, and what the next run would do with it.

use domain::folder::{FileVerdict, Repeat, Verdict};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::instant::Instant;
use crate::components::marked::Marked;
use crate::pages::setup::state::Setup;
use crate::pages::setup::words;
use crate::sample::timer;
use crate::server_fns::error::AppError;
use crate::server_fns::folders::folder_preview;
use crate::wire::folders::{FolderFileView, FolderPreviewView};

/// Typing is waited for, so that half a pattern asks for nothing.
const PAUSE_MILLISECONDS: u32 = 250;

#[component]
pub fn Preview() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let editor = setup.source;
    let shown = RwSignal::new(None::<Result<FolderPreviewView, AppError>>);
    let looks = RwSignal::new(0_u32);
    let asked = StoredValue::new(0_u32);
    Effect::new(move || {
        let form = editor.form.get();
        looks.track();
        asked.update_value(|asked| *asked += 1);
        let question = asked.get_value();
        if editor.problem.read().is_some() {
            shown.set(None);
            return;
        }
        let is_current = move || asked.try_get_value() == Some(question);
        spawn_local(async move {
            timer::sleep(PAUSE_MILLISECONDS).await;
            if setup.is_gone() || !is_current() {
                return;
            }
            let preview = folder_preview(setup.namespace(), setup.job(), form).await;
            if !setup.is_gone() && is_current() {
                shown.set(Some(preview));
            }
        });
    });
    let content = move || {
        shown.get().map(|shown| match shown {
            Ok(preview) => view! { <Files preview /> }.into_any(),
            Err(error) => view! {
                <p class="field-error">
                    <Marked text=format!("{} {}", error.message, error.hint) />
                </p>
            }
            .into_any(),
        })
    };
    view! {
        <section class="folder-preview" aria-labelledby="folder-preview">
            <div class="folder-preview-head">
                <h3 id="folder-preview">"In the folder now"</h3>
                <button type="button" class="button" on:click=move |_| looks.update(|looks| *looks += 1)>
                    "Look again"
                </button>
            </div>
            <div aria-live="polite">{content}</div>
        </section>
    }
    .into_any()
}

#[component]
fn Files(preview: FolderPreviewView) -> impl IntoView {
    let FolderPreviewView {
        place,
        pattern,
        files,
        more,
        near,
    } = preview;
    let near_miss = |near: FileVerdict| view! { <li>{near.sentence()}</li> };
    let near = (!near.is_empty()).then(|| {
        view! {
            <p class="hint">"Perhaps meant, and not taken:"</p>
            <ul class="hint near-misses">{near.into_iter().map(near_miss).collect_view()}</ul>
        }
    });
    if files.is_empty() {
        let text = format!(
            "No file in `{place}` matches `{pattern}` now. The job can be set up all the same, with a sample of your computer."
        );
        return view! {
            <p class="hint"><Marked text /></p>
            {near}
        }
        .into_any();
    }
    let row = |file: FolderFileView| {
        let is_next = file.verdict.verdict == Verdict::Next;
        let repeat = file.verdict.repeat.as_ref().map(Repeat::sentence);
        view! {
            <tr class:next=is_next>
                <td>{file.verdict.name}</td>
                <td class="number">{words::bytes(file.bytes)}</td>
                <td>
                    <Instant at=Signal::stored(file.modified_at) />
                </td>
                <td>
                    {file.verdict.verdict.label()}
                    {repeat.map(|sentence| view! { <small class="under">{sentence}</small> })}
                </td>
            </tr>
        }
    };
    let more = (more > 0).then(|| {
        view! { <p class="hint">{format!("and {} more", words::count(more))}</p> }
    });
    view! {
        <table class="folder-files">
            <caption class="visually-hidden">{format!("Files in {place} that match {pattern}")}</caption>
            <thead>
                <tr>
                    <th scope="col">"File"</th>
                    <th scope="col" class="number">
                        "Size"
                    </th>
                    <th scope="col">"Changed"</th>
                    <th scope="col">"What becomes of it"</th>
                </tr>
            </thead>
            <tbody>{files.into_iter().map(row).collect_view()}</tbody>
        </table>
        {more}
        {near}
    }
    .into_any()
}
