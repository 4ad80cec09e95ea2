//! A member, and what can be done with them.

use domain::role::Role;
use leptos::ev::Event;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::components::dialog::{Ask, Question};
use crate::components::enumeration::enumerated;
use crate::components::icon::{Glyph, Icon};
use crate::components::instant::Instant;
use crate::components::menu::Menu;
use crate::components::toast::use_toasts;
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::admin::{change_role, heard_alone, invite_again, remove_member};
use crate::wire::admin::{AddedMember, HeardAloneView, MemberView};

#[component]
pub fn MemberRow(
    member: Memo<MemberView>,
    may_manage: Memo<bool>,
    invited: RwSignal<Option<AddedMember>>,
    on_change: Callback<()>,
) -> impl IntoView {
    let state = move || {
        member.read().invited.then(|| {
            view! {
                <span class="badge waiting">
                    <Icon glyph=Glyph::Clock size=13 />
                    "Invited"
                </span>
            }
        })
    };
    let itself = move || member.read().is_self.then_some(" (you)");
    let role = move || {
        if may_manage.get() {
            view! { <RoleChoice member on_change /> }.into_any()
        } else {
            view! { <span>{member.read().role.label()}</span> }.into_any()
        }
    };
    let menu = move || {
        (may_manage.get() || member.read().is_self)
            .then(|| view! { <MemberMenu member may_manage invited on_change /> })
    };
    view! {
        <tr role="row">
            <td role="cell" class="lead">
                <span class="strong">{move || member.read().name.clone()}</span>
                {itself}
                " "
                {state}
                <div class="under">{move || member.read().email.clone()}</div>
            </td>
            <td role="cell" data-label="Role">
                {role}
            </td>
            <td role="cell" data-label="Member since">
                <Instant at=Signal::derive(move || member.read().since) />
            </td>
            <td role="cell" class="actions">
                {menu}
            </td>
        </tr>
    }
    .into_any()
}

/// Saved as soon as another role is chosen; the note offers the way back.
#[component]
fn RoleChoice(member: Memo<MemberView>, on_change: Callback<()>) -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let change = Callback::new(move |(role, undo): (Role, Option<Callback<()>>)| {
        let (namespace, member) = (namespace.get_untracked(), member.get_untracked());
        leptos::task::spawn_local(async move {
            match change_role(namespace, member.id, role).await {
                Ok(()) => {
                    let said = format!("{} is {} now", member.name, with_article(role));
                    match undo {
                        Some(undo) => toasts.done_with_undo(said, undo),
                        None => toasts.done(said),
                    }
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
            on_change.try_run(());
        });
    });
    let on_select = move |event: Event| {
        let before = member.read_untracked().role;
        let Ok(role) = event_target_value(&event).parse::<Role>() else {
            return;
        };
        // What is shown follows the server: if it refuses, the list still says what holds.
        if let Some(select) = event
            .target()
            .and_then(|target| target.dyn_into::<leptos::web_sys::HtmlSelectElement>().ok())
        {
            select.set_value(before.code());
        }
        let undo = Callback::new(move |()| change.run((before, None)));
        change.run((role, Some(undo)));
    };
    let label = move || format!("Role of {}", member.read().name);
    let option = move |role: &'static Role| {
        view! {
            <option value=role.code() selected=move || member.read().role == *role>
                {role.label()}
            </option>
        }
    };
    view! {
        <select class="role" aria-label=label prop:value=move || member.read().role.code() on:change=on_select>
            {Role::ALL.iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}

#[component]
fn MemberMenu(
    member: Memo<MemberView>,
    may_manage: Memo<bool>,
    invited: RwSignal<Option<AddedMember>>,
    on_change: Callback<()>,
) -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let asked = RwSignal::new(None::<Question>);
    let left = RwSignal::new(false);
    Effect::new(move || {
        if left.get() {
            // A new document: nothing of the namespace stays in memory.
            let _ = window().location().set_href("/");
        }
    });
    let remove = Callback::new(move |()| {
        let (namespace, member) = (namespace.get_untracked(), member.get_untracked());
        leptos::task::spawn_local(async move {
            match remove_member(namespace, member.id).await {
                Ok(()) if member.is_self => left.set(true),
                Ok(()) => {
                    toasts.done(format!("Removed {}", member.name));
                    on_change.try_run(());
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    });
    let ask = move |_| {
        let (namespace, member) = (namespace.get_untracked(), member.get_untracked());
        leptos::task::spawn_local(async move {
            // Whether they may be removed is not for this question to say.
            let alone = heard_alone(namespace, member.id.clone()).await.ok();
            asked.try_set(Some(question(&member, alone.as_ref())));
        });
    };
    let invite = move |_| {
        let (namespace, member) = (namespace.get_untracked(), member.get_untracked());
        leptos::task::spawn_local(async move {
            match invite_again(namespace, member.id).await {
                Ok(added) => invited.set(Some(added)),
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    };
    let again = move || {
        (may_manage.get() && member.read().may_be_invited_again).then(|| {
            view! {
                <button r#type="button" role="menuitem" tabindex="-1" class="menu-item" on:click=invite>
                    <Icon glyph=Glyph::Copy />
                    "Make a new link"
                </button>
            }
        })
    };
    let verb = move || {
        if member.read().is_self {
            "Leave namespace"
        } else {
            "Remove member"
        }
    };
    let button = || view! { <Icon glyph=Glyph::Dots /> }.into_any();
    let (id, label) = member.with_untracked(|member| {
        (
            format!("member-{}", member.id),
            format!("Actions for {}", member.name),
        )
    });
    view! {
        <Menu id label class="button quiet square" button>
            {again}
            <button
                r#type="button"
                role="menuitem"
                tabindex="-1"
                class="menu-item danger"
                on:click=ask
            >
                <Icon glyph=Glyph::Trash />
                {verb}
            </button>
        </Menu>
        <Ask question=asked on_confirm=remove />
    }
    .into_any()
}

fn question(member: &MemberView, alone: Option<&HeardAloneView>) -> Question {
    let (title, body, confirm) = if member.is_self {
        (
            "Leave this namespace?".to_owned(),
            "You see nothing of it any more, at once. Only an owner can let you in again."
                .to_owned(),
            "Leave namespace",
        )
    } else {
        (
            format!("Remove {}?", member.name),
            format!(
                "{} sees nothing of this namespace any more, at once. Jobs that they set up go on, and the audit log keeps what they did.",
                member.email
            ),
            "Remove member",
        )
    };
    Question {
        title,
        body: [body]
            .into_iter()
            .chain(alone.and_then(alone_text))
            .collect(),
        confirm: confirm.to_owned(),
        destructive: true,
    }
}

const NAMED: usize = 5;

/// "Nobody else hears by e-mail when runs of Customers fail. From then on the owners hear of it: Anna and Ben."
fn alone_text(alone: &HeardAloneView) -> Option<String> {
    let number = alone.jobs.len();
    let mut jobs: Vec<String> = alone.jobs.iter().take(NAMED).cloned().collect();
    if number > NAMED {
        jobs.push(format!("{} more", number - NAMED));
    }
    let owners = enumerated(&alone.stand_ins);
    let then = match alone.unheard as usize {
        0 => format!("the owners hear of it: {owners}."),
        unheard if unheard == number => "nobody does.".to_owned(),
        unheard => {
            format!("the owners hear of it, {owners}, but of {unheard} of the jobs nobody does.")
        }
    };
    (number > 0).then(|| {
        format!(
            "Nobody else hears by e-mail when runs of {} fail. From then on {then}",
            enumerated(&jobs)
        )
    })
}

const fn with_article(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Editor => "an editor",
        Role::Viewer => "a viewer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_who_hears_when_the_only_one_has_left() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        for (jobs, stand_ins, unheard, text) in [
            (&[][..], &["Anna"][..], 0, None),
            (
                &["People"],
                &["Anna", "Ben"],
                0,
                Some("when runs of People fail. From then on the owners hear of it: Anna and Ben."),
            ),
            (
                &["a", "b"],
                &[],
                2,
                Some("a and b fail. From then on nobody does."),
            ),
            (
                &["a", "b", "c", "d", "e", "f", "g"],
                &["Anna"],
                1,
                Some(
                    "e and 2 more fail. From then on the owners hear of it, Anna, but of 1 of the jobs nobody does.",
                ),
            ),
        ] {
            let alone = HeardAloneView {
                jobs: words(jobs),
                stand_ins: words(stand_ins),
                unheard,
            };
            let said = alone_text(&alone);
            assert_eq!(said.is_some(), text.is_some());
            if let (Some(said), Some(text)) = (said, text) {
                assert!(said.ends_with(text), "{said}");
            }
        }
    }
}
