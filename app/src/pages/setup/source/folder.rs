//! Which files of a folder a job takes, and what becomes of them.

use domain::folder::{AfterwardsKind, FolderField, FolderForm, Repeats, Take};
use leptos::prelude::*;

use super::editor::{Refusal, SourceEditor};
use crate::pages::setup::state::Setup;

#[component]
pub fn Folder(editor: SourceEditor) -> impl IntoView {
    let moves = move || editor.form.read().afterwards == AfterwardsKind::Move;
    view! {
        <div class="folder-line">
            <Name editor />
            <Text
                editor
                field=FolderField::Subfolder
                label="Subfolder"
                optional=true
                read=|form| &form.subfolder
                write=|form, text| form.subfolder = text
            />
        </div>
        <Text
            editor
            field=FolderField::Pattern
            label="File name"
            hint="`*` stands for any text, `?` for one character; `{yyyy}`, `{yy}`, `{mm}` and `{dd}` for the day for which the run is due. With `-1d` in one of them, as in `{dd-1d}`, the whole date is the day before; `-1w` is a week before, `-1m` a month, `+1d` the next day."
            read=|form| &form.pattern
            write=|form, text| form.pattern = text
        />
        <Capitals editor />
        <Takes editor />
        <fieldset class="setup-choices">
            <legend>"A file is ready"</legend>
            <p class="hint">
                "It is taken when size and time stay the same on two looks. Names of unfinished files, such as "
                <code>".part"</code> " and " <code>".tmp"</code> ", are passed over."
            </p>
            <div class="folder-line">
                <Text
                    editor
                    field=FolderField::MinimumAge
                    label="Not before it is so many seconds old"
                    read=|form| &form.minimum_age_seconds
                    write=|form, text| form.minimum_age_seconds = text
                />
                <Text
                    editor
                    field=FolderField::DoneMarker
                    label="Only beside a second file with this ending"
                    optional=true
                    placeholder=".done"
                    read=|form| &form.done_marker
                    write=|form, text| form.done_marker = text
                />
            </div>
        </fieldset>
        <ChoiceOfRepeats editor />
        <NothingNew editor />
        <Afterwards editor />
        <Show when=moves>
            <Text
                editor
                field=FolderField::MoveInto
                label="Subfolder that imported files are moved into"
                hint="It is made where it is missing. A file of the same name stays: the new one gets a number."
                read=|form| &form.move_into
                write=|form, text| form.move_into = text
            />
        </Show>
        <Text
            editor
            field=FolderField::FailedInto
            label="Subfolder that failed files are moved into"
            optional=true
            placeholder="failed"
            hint="Of which nothing could be imported. Without it they stay, and are taken again when they or the job are changed."
            read=|form| &form.failed_into
            write=|form, text| form.failed_into = text
        />
    }
    .into_any()
}

#[component]
fn Name(editor: SourceEditor) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let option = move |name: String| {
        let (value, code) = (name.clone(), name.clone());
        view! {
            <option value=code selected=move || editor.form.read().folder == value>
                {name}
            </option>
        }
    };
    // One that is no longer allowed stays visible, so that nobody saves another by accident.
    let names = move || {
        let mut names = setup.view.read().folders.clone();
        let chosen = editor.form.read().folder.clone();
        if !chosen.is_empty() && !names.contains(&chosen) {
            names.push(chosen);
        }
        names.into_iter().map(option).collect_view()
    };
    view! {
        <label class="field">
            <span class="label">"Folder"</span>
            <select
                aria-invalid=editor.invalid(FolderField::Folder)
                on:change:target=move |event| editor.change(|form| form.folder = event.target().value())
            >
                {names}
            </select>
            <Refusal editor field=FolderField::Folder />
        </label>
    }
}

#[component]
fn Text(
    editor: SourceEditor,
    field: FolderField,
    label: &'static str,
    #[prop(optional)] optional: bool,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] placeholder: &'static str,
    read: fn(&FolderForm) -> &String,
    write: fn(&mut FolderForm, String),
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="label">{label} {optional.then(|| view! { <small>" optional"</small> })}</span>
            <input
                type="text"
                autocomplete="off"
                spellcheck="false"
                placeholder=placeholder
                aria-invalid=editor.invalid(field)
                value=read(&editor.form.get_untracked()).clone()
                prop:value=move || read(&editor.form.read()).clone()
                on:input:target=move |event| editor.change(|form| write(form, event.target().value()))
            />
            {(!hint.is_empty())
                .then(|| view! { <span class="hint"><crate::components::marked::Marked text=hint.to_owned() /></span> })}
            <Refusal editor field />
        </label>
    }
}

#[component]
fn Capitals(editor: SourceEditor) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || editor.form.read().capitals_matter
                checked=editor.form.read_untracked().capitals_matter
                on:change:target=move |event| {
                    let matter = event.target().checked();
                    editor.change(|form| form.capitals_matter = matter);
                }
            />
            <span>
                "Capital letters matter: " <code>"Orders.CSV"</code> " is another name than " <code>"orders.csv"</code>
            </span>
        </label>
    }
}

#[component]
fn ChoiceOfRepeats(editor: SourceEditor) -> impl IntoView {
    let option = move |repeats: Repeats| {
        let chosen = move || editor.form.read().repeats == repeats;
        view! {
            <option value=repeats.code() selected=chosen>
                {repeats.label()}
            </option>
        }
    };
    let choose = move |code: String| {
        if let Ok(repeats) = code.parse() {
            editor.change(|form| form.repeats = repeats);
        }
    };
    view! {
        <label class="field">
            <span class="label">"A file whose content was imported before"</span>
            <select on:change:target=move |event| choose(event.target().value())>
                {Repeats::ALL.iter().copied().map(option).collect_view()}
            </select>
            <span class="hint">
                "Under another name, after something newer, or with more behind it. What equals the last import of its own name is passed over in any case."
            </span>
        </label>
    }
}

#[component]
fn NothingNew(editor: SourceEditor) -> impl IntoView {
    let is_well = move || editor.form.read().nothing_new_is_well;
    let option = move |well: bool, text: &'static str| {
        view! {
            <option value=well.to_string() selected=move || is_well() == well>
                {text}
            </option>
        }
    };
    view! {
        <div class="folder-line even">
            <label class="field">
                <span class="label">"If no new file is there, or it has no records"</span>
                <select on:change:target=move |event| {
                    let well = event.target().value() == "true";
                    editor.change(|form| form.nothing_new_is_well = well);
                }>
                    {option(false, "The run has failed")} {option(true, "Nothing new: the run is completed")}
                </select>
            </label>
            <Show when=is_well>
                <Text
                    editor
                    field=FolderField::ExpectedBy
                    label="But one is expected each day by"
                    optional=true
                    placeholder="09:30"
                    hint="In the time zone of the schedule."
                    read=|form| &form.expected_by
                    write=|form, text| form.expected_by = text
                />
            </Show>
        </div>
    }
}

#[component]
fn Takes(editor: SourceEditor) -> impl IntoView {
    let option = move |take: Take| {
        let chosen = move || editor.form.read().take == take;
        let words = match take {
            Take::Newest => {
                "A run takes the file that was changed last, and passes older ones over."
            }
            Take::AllInOrder => {
                "Each file has a run of its own. A file that cannot be read holds those after it back."
            }
        };
        view! {
            <label class="setup-choice">
                <input
                    type="radio"
                    name="take"
                    checked=chosen
                    prop:checked=chosen
                    on:change=move |_| editor.change(|form| form.take = take)
                />
                <span>
                    <b>{take.label()}</b>
                    <small>{words}</small>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="setup-choices">
            <legend>"Of several files that match"</legend>
            {Take::ALL.iter().copied().map(option).collect_view()}
        </fieldset>
    }
}

#[component]
fn Afterwards(editor: SourceEditor) -> impl IntoView {
    let option = move |kind: AfterwardsKind| {
        let chosen = move || editor.form.read().afterwards == kind;
        view! {
            <option value=kind.code() selected=chosen>
                {kind.label()}
            </option>
        }
    };
    let choose = move |code: String| {
        if let Ok(kind) = code.parse() {
            editor.change(|form| form.afterwards = kind);
        }
    };
    let hint = move || match editor.form.read().afterwards {
        AfterwardsKind::Leave => "It is not imported again while it stays as it is.",
        AfterwardsKind::Move => "After its rows are in. A file that could not be imported stays.",
        AfterwardsKind::Delete => {
            "After its rows are in; Weir keeps its own copy for a while. A file that could not be imported stays."
        }
    };
    view! {
        <label class="field">
            <span class="label">"When a file is imported"</span>
            <select on:change:target=move |event| choose(event.target().value())>
                {AfterwardsKind::ALL.iter().copied().map(option).collect_view()}
            </select>
            <span class="hint">{hint}</span>
        </label>
    }
}
