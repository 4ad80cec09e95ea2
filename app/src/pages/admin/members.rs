//! The members of a namespace. Everybody sees them, owners change them.

use domain::role::Role;
use leptos::prelude::*;
use leptos_meta::Title;

use super::invitation::Invitation;
use super::member_row::MemberRow;
use crate::components::heading::Heading;
use crate::components::loaded::Loaded;
use crate::components::number::counted;
use crate::components::reader::use_reader;
use crate::components::states::ListSkeleton;
use crate::pages::door::{FieldError, sentence};
use crate::pages::form::Form;
use crate::pages::frame::use_namespace;
use crate::server_fns::admin::{AddMember, members};
use crate::wire::admin::{AddedMember, MemberView, MembersView};

#[component]
pub fn MembersPage() -> impl IntoView {
    let namespace = use_namespace();
    let loaded = Resource::new(move || namespace.get(), members);
    let on_change = Callback::new(move |()| loaded.refetch());
    view! {
        <Title text="Members" />
        <Loaded
            resource=loaded
            waiting=|| view! { <ListSkeleton rows=3 /> }
            children=move |members| view! { <Members members on_change /> }.into_any()
        />
    }
    .into_any()
}

#[component]
fn Members(members: Signal<MembersView>, on_change: Callback<()>) -> impl IntoView {
    let reader = use_reader();
    let summary = move || {
        let number = members.read().members.len() as u64;
        let locale = reader.locale.get();
        counted(number, "member", "members", locale.as_deref())
    };
    // A link that was made by adding somebody, or anew for somebody in the list.
    let invited = RwSignal::new(None::<AddedMember>);
    let may_manage = Memo::new(move |_| members.read().may_manage);
    let adding = move || {
        may_manage
            .get()
            .then(|| view! { <AddForm invited on_change /> })
    };
    view! {
        <div class="page-head">
            <Heading>"Members"</Heading>
            <span class="beside">{summary}</span>
        </div>
        {adding}
        <Invitation invited />
        <MemberTable members invited on_change />
    }
    .into_any()
}

#[component]
fn AddForm(invited: RwSignal<Option<AddedMember>>, on_change: Callback<()>) -> impl IntoView {
    let namespace = use_namespace();
    let add = ServerAction::<AddMember>::new();
    Effect::new(move || {
        if let Some(Ok(added)) = add.value().get() {
            invited.set(Some(added));
            on_change.run(());
        }
    });
    let problem = move || {
        let answer = add.value();
        answer.with(|answer| answer.as_ref()?.as_ref().err().map(sentence))
    };
    let invalid = move || problem().is_some().then_some("true");
    view! {
        <Form action=add resets=true class="card inline-form">
            <input r#type="hidden" name="namespace" value=move || namespace.get() />
            <div class="field">
                <label for="member-email">"E-mail address"</label>
                <input
                    id="member-email"
                    name="email"
                    r#type="email"
                    autocomplete="off"
                    autocapitalize="none"
                    required
                    maxlength="254"
                    aria-invalid=invalid
                    aria-describedby="member-problem"
                />
            </div>
            <div class="field">
                <label for="member-role">"Role"</label>
                <select id="member-role" name="role">
                    {Role::ALL.iter().rev().map(|role| view! { <option value=role.code()>{role.label()}</option> }).collect_view()}
                </select>
            </div>
            <button class="button main" aria-disabled=move || add.pending().get().then_some("true")>
                "Add member"
            </button>
            <div id="member-problem" class="problem" role="alert">
                {move || problem().map(|problem| view! { <FieldError problem /> })}
            </div>
        </Form>
        <p class="muted small">
            "Viewers see everything and download failure reports. Editors also set jobs up and run them. Owners also change members, datasets and settings."
        </p>
    }
    .into_any()
}

#[component]
fn MemberTable(
    members: Signal<MembersView>,
    invited: RwSignal<Option<AddedMember>>,
    on_change: Callback<()>,
) -> impl IntoView {
    let may_manage = Memo::new(move |_| members.read().may_manage);
    let line = move |member: MemberView| {
        let id = member.id.clone();
        let member = Memo::new(move |_| {
            let known = members.read();
            let same = known.members.iter().find(|known| known.id == id);
            same.unwrap_or(&member).clone()
        });
        view! { <MemberRow member may_manage invited on_change /> }
    };
    view! {
        <div class="card">
            <table class="list" role="table">
                <caption class="visually-hidden">"Members"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Name"</th>
                        <th scope="col" role="columnheader">"Role"</th>
                        <th scope="col" role="columnheader">"Member since"</th>
                        <th scope="col" role="columnheader">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For
                        each=move || members.read().members.clone()
                        key=|member| member.id.clone()
                        children=line
                    />
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
