//! How often a job runs, from when until when.

use domain::schedule::{Day, FormField, Pattern, ScheduleForm};
use leptos::prelude::*;

use super::editor::{Refusal, ScheduleEditor};

#[component]
pub fn Recurrence(editor: ScheduleEditor) -> impl IntoView {
    let pattern = Memo::new(move |_| editor.form.read().pattern);
    let options = Pattern::ALL.iter().map(|choice| {
        let choice = *choice;
        view! {
            <option value=choice.code() selected=move || pattern.get() == choice>
                {choice.label()}
            </option>
        }
    });
    let choose = move |code: String| {
        if let Ok(pattern) = code.parse() {
            editor.change(|form| form.pattern = pattern);
        }
    };
    let fields = move || match pattern.get() {
        Pattern::Hourly => view! { <Minute editor /> }.into_any(),
        Pattern::Daily => view! { <Time editor /> }.into_any(),
        Pattern::Weekly => view! {
            <Days editor />
            <Time editor />
        }
        .into_any(),
        Pattern::Monthly => view! {
            <MonthDay editor />
            <Time editor />
        }
        .into_any(),
        Pattern::Cron => view! { <Cron editor /> }.into_any(),
    };
    view! {
        <label class="field">
            <span class="label">"How often"</span>
            <select on:change:target=move |event| choose(event.target().value())>
                {options.collect_view()}
            </select>
        </label>
        {fields}
        <Limits editor />
    }
    .into_any()
}

#[component]
fn Minute(editor: ScheduleEditor) -> impl IntoView {
    view! {
        <label class="field">
            <span class="label">"Minutes past the hour"</span>
            <input
                type="number"
                min="0"
                max="59"
                aria-invalid=editor.invalid(FormField::Minute)
                value=editor.form.get_untracked().minute
                prop:value=move || editor.form.read().minute.clone()
                on:input:target=move |event| editor.change(|form| form.minute = event.target().value())
            />
        </label>
        <Refusal editor fields=&[FormField::Minute] />
    }
}

#[component]
fn Time(editor: ScheduleEditor) -> impl IntoView {
    view! {
        <label class="field schedule-time">
            <span class="label">"Time"</span>
            <input
                type="time"
                aria-invalid=editor.invalid(FormField::At)
                value=editor.form.get_untracked().at
                prop:value=move || editor.form.read().at.clone()
                on:input:target=move |event| editor.change(|form| form.at = event.target().value())
            />
        </label>
        <Refusal editor fields=&[FormField::At] />
    }
}

#[component]
fn Days(editor: ScheduleEditor) -> impl IntoView {
    let day = move |day: Day| {
        let chosen = move || editor.form.read().days.contains(&day);
        let toggle = move |_| {
            editor.change(|form| {
                if form.days.contains(&day) {
                    form.days.retain(|other| *other != day);
                } else {
                    form.days.push(day);
                }
            });
        };
        view! {
            <label class="schedule-day">
                <input type="checkbox" checked=chosen prop:checked=chosen on:change=toggle />
                <span>{day.label()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="setup-choices">
            <legend>"Days"</legend>
            <div class="schedule-days">{Day::ALL.iter().copied().map(day).collect_view()}</div>
        </fieldset>
        <Refusal editor fields=&[FormField::Days] />
    }
}

#[component]
fn MonthDay(editor: ScheduleEditor) -> impl IntoView {
    let option = move |value: String, label: String| {
        let code = value.clone();
        view! {
            <option value=value selected=move || editor.form.read().month_day == code>
                {label}
            </option>
        }
    };
    let days = (1..=31).map(|day: u8| option(day.to_string(), day.to_string()));
    let is_rare = move || {
        let form = editor.form.read();
        form.month_day.parse::<u8>().is_ok_and(|day| day > 28)
    };
    view! {
        <label class="field">
            <span class="label">"Day of the month"</span>
            <select on:change:target=move |event| {
                editor.change(|form| form.month_day = event.target().value());
            }>{days.collect_view()} {option("last".to_owned(), "the last day".to_owned())}</select>
            <span class="hint">
                {move || {
                    if is_rare() {
                        "Months without this day are left out. The last day is in every month."
                    } else {
                        ""
                    }
                }}
            </span>
        </label>
        <Refusal editor fields=&[FormField::MonthDay] />
    }
}

#[component]
fn Cron(editor: ScheduleEditor) -> impl IntoView {
    view! {
        <label class="field">
            <span class="label">"Cron expression"</span>
            <input
                type="text"
                class="schedule-cron"
                autocomplete="off"
                spellcheck="false"
                aria-invalid=editor.invalid(FormField::Cron)
                aria-describedby="cron-hint"
                value=editor.form.get_untracked().cron
                prop:value=move || editor.form.read().cron.clone()
                on:input:target=move |event| editor.change(|form| form.cron = event.target().value())
            />
            <span class="hint" id="cron-hint">
                "Five fields: minute, hour, day of the month, month, day of the week. Where both days are given, either will do."
            </span>
        </label>
        <Refusal editor fields=&[FormField::Cron] />
    }
}

/// First day, last day, and by how much runs are spread.
#[component]
fn Limits(editor: ScheduleEditor) -> impl IntoView {
    const SPREADS: [&str; 6] = ["0", "1", "5", "15", "30", "60"];
    let spread = move |minutes: &'static str| {
        let label = match minutes {
            "0" => "at the exact time".to_owned(),
            "1" => "within 1 minute after it".to_owned(),
            minutes => format!("within {minutes} minutes after it"),
        };
        view! {
            <option value=minutes selected=move || editor.form.read().jitter_minutes == minutes>
                {label}
            </option>
        }
    };
    let day = move |label: &'static str,
                    field: FormField,
                    read: fn(&ScheduleForm) -> &String,
                    write: fn(&mut ScheduleForm, String)| {
        view! {
            <label class="field">
                <span class="label">{label} <small>" optional"</small></span>
                <input
                    type="date"
                    aria-invalid=editor.invalid(field)
                    value=read(&editor.form.get_untracked()).clone()
                    prop:value=move || read(&editor.form.read()).clone()
                    on:input:target=move |event| editor.change(|form| write(form, event.target().value()))
                />
            </label>
        }
    };
    view! {
        <div class="schedule-line">
            {day("First day", FormField::Start, |form| &form.start, |form, day| form.start = day)}
            {day("Last day", FormField::End, |form| &form.end, |form, day| form.end = day)}
        </div>
        <Refusal editor fields=&[FormField::Start, FormField::End] />
        <label class="field">
            <span class="label">"Runs begin"</span>
            <select on:change:target=move |event| {
                editor.change(|form| form.jitter_minutes = event.target().value());
            }>{SPREADS.map(spread).into_iter().collect_view()}</select>
            <span class="hint">"Spread runs where many jobs would begin at one time."</span>
        </label>
        <Refusal editor fields=&[FormField::Jitter] />
    }
}
