//! Invitations, links and memberships in any order, beside a simple model of who may get where.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::atomic::{AtomicU64, Ordering};

use domain::id::{ActivityId, NamespaceId, PersonId};
use domain::role::Role;
use domain::time::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::Store;
use store::activity::NewActivity;
use store::links::{Invitation, LinkKind, NewLink, NewPassword};
use store::members::Invitee;
use store::namespaces::NewNamespace;
use store::people::NewPerson;
use store::token::TokenHash;
use uuid::Uuid;

const NAMESPACES: usize = 3;
const INVITATION_SECONDS: i64 = 7 * 24 * 60 * 60;
const PASSWORD_SECONDS: i64 = 24 * 60 * 60;

#[derive(Clone, Debug)]
enum Step {
    Invite(usize),
    InviteAgain(usize),
    ChangeRole(usize),
    Remove(usize),
    /// By an operator, on the machine.
    PasswordLink,
    /// Each holder of a link knows that one alone; which of all is told by its number.
    SetFirstPassword(usize),
    AcceptSignedIn(usize),
    SetPassword(usize),
    Wait,
}

/// A link as the model knows it.
struct Held {
    token: TokenHash,
    /// `None`: an operator's, for the password.
    namespace: Option<usize>,
    expires_at: Timestamp,
    ended: bool,
    made_in: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
    Outside,
    Invited,
    Member,
}

struct World<'a> {
    store: &'a Store,
    person: PersonId,
    namespaces: Vec<NamespaceId>,
    now: Timestamp,
    step: usize,
    links: Vec<Held>,
    standings: [Standing; NAMESPACES],
    has_password: bool,
    /// In which step the account last became worth more or less than it was.
    changed_in: usize,
}

#[test]
fn a_link_reaches_what_it_was_made_for_and_nothing_else() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = runtime.block_on(async {
        let store = Store::open_file(&folder.path().join("weir.sqlite"))
            .await
            .unwrap();
        store.migrate().await.unwrap();
        store
    });
    let config = Config {
        cases: 96,
        failure_persistence: None,
        ..Config::default()
    };
    let steps = proptest::collection::vec(step(), 1..24);
    TestRunner::new(config)
        .run(&steps, |steps| {
            runtime.block_on(async {
                let mut world = World::new(&store).await;
                for step in &steps {
                    world.take(step).await;
                    world.check(step).await;
                }
            });
            Ok(())
        })
        .unwrap();
}

fn step() -> impl Strategy<Value = Step> {
    let namespace = 0..NAMESPACES;
    prop_oneof![
        3 => namespace.clone().prop_map(Step::Invite),
        2 => namespace.clone().prop_map(Step::InviteAgain),
        1 => namespace.clone().prop_map(Step::ChangeRole),
        2 => namespace.prop_map(Step::Remove),
        2 => Just(Step::PasswordLink),
        3 => (0..8_usize).prop_map(Step::SetFirstPassword),
        3 => (0..8_usize).prop_map(Step::AcceptSignedIn),
        2 => (0..8_usize).prop_map(Step::SetPassword),
        1 => Just(Step::Wait),
    ]
}

impl<'a> World<'a> {
    /// A person without a password, and namespaces that others own.
    async fn new(store: &'a Store) -> Self {
        let now = Timestamp(1_795_478_400_000);
        let person = new_person();
        let person_id = person.id;
        store.create_person(person, now).await.unwrap();
        let owner = new_person();
        let owner_id = owner.id;
        store.create_person(owner, now).await.unwrap();
        let mut namespaces = Vec::new();
        for _ in 0..NAMESPACES {
            let new = NewNamespace {
                id: NamespaceId(id()),
                slug: id().to_string(),
                name: "N".to_owned(),
                time_zone: "UTC".to_owned(),
                monthly_row_limit: 1,
            };
            namespaces.push(new.id);
            store.create_namespace(new, owner_id, now).await.unwrap();
        }
        Self {
            store,
            person: person_id,
            namespaces,
            now,
            step: 0,
            links: Vec::new(),
            standings: [Standing::Outside; NAMESPACES],
            has_password: false,
            changed_in: 0,
        }
    }

    async fn take(&mut self, step: &Step) {
        self.step += 1;
        self.now = self.now.plus_seconds(1);
        match *step {
            Step::Invite(place) => {
                let link = self.new_link(place);
                let token = link.token_hash;
                let expires_at = link.expires_at;
                let invited = self
                    .store
                    .invite_member(
                        self.namespaces[place],
                        Invitee::Known(self.person),
                        Role::Viewer,
                        link,
                        vec![entry()],
                        self.now,
                    )
                    .await;
                let may = self.standings[place] == Standing::Outside;
                assert_eq!(invited.is_ok(), may, "{invited:?}");
                if may {
                    self.standings[place] = Standing::Invited;
                    self.handed_out(token, Some(place), expires_at);
                }
            }
            Step::InviteAgain(place) => {
                let link = self.new_link(place);
                let token = link.token_hash;
                let expires_at = link.expires_at;
                let invited = self
                    .store
                    .invite_again(
                        self.namespaces[place],
                        self.person,
                        Role::Editor,
                        link,
                        vec![entry()],
                        self.now,
                    )
                    .await;
                let may = self.standings[place] == Standing::Invited;
                assert_eq!(invited.is_ok(), may, "{invited:?}");
                if may {
                    self.handed_out(token, Some(place), expires_at);
                }
            }
            Step::ChangeRole(place) => {
                let changed = self
                    .store
                    .change_role(
                        self.namespaces[place],
                        self.person,
                        Role::Owner,
                        vec![entry()],
                        self.now,
                    )
                    .await;
                let may = self.standings[place] != Standing::Outside;
                assert_eq!(changed.is_ok(), may, "{changed:?}");
                if may {
                    self.account_changed(None);
                }
            }
            Step::Remove(place) => {
                let removed = self
                    .store
                    .remove_member(self.namespaces[place], self.person, entry(), self.now)
                    .await;
                let may = self.standings[place] != Standing::Outside;
                assert_eq!(removed.is_ok(), may, "{removed:?}");
                if may {
                    self.standings[place] = Standing::Outside;
                    self.account_changed(Some(place));
                }
            }
            Step::PasswordLink => {
                let token = token();
                let expires_at = self.now.plus_seconds(PASSWORD_SECONDS);
                self.store
                    .create_password_link(token, self.person, expires_at, entry(), self.now)
                    .await
                    .unwrap();
                self.handed_out(token, None, expires_at);
            }
            Step::SetFirstPassword(number) => self.accept(number, !self.has_password).await,
            // Without a password nobody is signed in.
            Step::AcceptSignedIn(number) if self.has_password => self.accept(number, false).await,
            Step::AcceptSignedIn(_) => {}
            Step::SetPassword(number) => self.set_password(number).await,
            Step::Wait => self.now = self.now.plus_seconds(PASSWORD_SECONDS * 4),
        }
    }

    async fn accept(&mut self, number: usize, first: bool) {
        let Some((token, place, works)) = self.held(number) else {
            return;
        };
        // The holder of an operator's link may try to use it as an invitation to anywhere.
        let namespace = place.unwrap_or(0);
        let invitation = Invitation {
            namespace: self.namespaces[namespace],
            person: self.person,
        };
        if self.has_password {
            let replaced = self
                .store
                .accept_first_invitation(token, invitation, password("taken"), entry(), self.now)
                .await;
            assert!(replaced.is_err(), "an invitation replaced a password");
        }
        let accepted = if first {
            self.store
                .accept_first_invitation(token, invitation, password("hash"), entry(), self.now)
                .await
        } else {
            self.store
                .accept_invitation(token, invitation, entry(), self.now)
                .await
        };
        assert_eq!(accepted.is_ok(), works && place.is_some(), "{accepted:?}");
        if accepted.is_ok() {
            self.has_password = true;
            self.standings[namespace] = Standing::Member;
            self.account_changed(Some(namespace));
        }
    }

    async fn set_password(&mut self, number: usize) {
        let Some((token, place, works)) = self.held(number) else {
            return;
        };
        let set = self
            .store
            .accept_password_link(token, self.person, password("hash"), self.now)
            .await;
        assert_eq!(set.is_ok(), works && place.is_none(), "{set:?}");
        if set.is_ok() {
            let made_in = self.links[number % self.links.len()].made_in;
            assert!(made_in > self.changed_in, "it outlived its reason");
            self.has_password = true;
            self.account_changed(None);
        }
    }

    /// Whether the account opens what the model says, and each link what it was made for.
    async fn check(&self, step: &Step) {
        for (namespace, standing) in self.namespaces.iter().zip(self.standings) {
            let role = self.store.role_in(*namespace, self.person).await.unwrap();
            assert_eq!(role.is_some(), standing == Standing::Member, "{step:?}");
        }
        let reached = self.store.memberships_of(self.person).await.unwrap().len();
        let members = self
            .standings
            .iter()
            .filter(|one| **one == Standing::Member);
        assert_eq!(reached, members.count(), "{step:?}");
        for held in &self.links {
            let known = self.store.link(held.token, self.now).await.unwrap();
            assert_eq!(known.is_some(), self.works(held), "{step:?}");
        }
    }

    fn new_link(&self, place: usize) -> NewLink {
        NewLink {
            token_hash: token(),
            kind: LinkKind::Invitation(self.namespaces[place], self.person),
            expires_at: self.now.plus_seconds(INVITATION_SECONDS),
        }
    }

    fn handed_out(&mut self, token: TokenHash, namespace: Option<usize>, expires_at: Timestamp) {
        // An operator's link changes nothing of what the account is worth.
        match namespace {
            Some(_) => self.account_changed(namespace),
            None => self.end(None),
        }
        self.links.push(Held {
            token,
            namespace,
            expires_at,
            ended: false,
            made_in: self.step,
        });
    }

    /// In this namespace or, `None`, in all: operators' links end, and those of this namespace.
    fn account_changed(&mut self, place: Option<usize>) {
        self.changed_in = self.step;
        self.end(place);
        self.end(None);
    }

    fn end(&mut self, namespace: Option<usize>) {
        for held in &mut self.links {
            held.ended |= held.namespace == namespace;
        }
    }

    fn works(&self, held: &Held) -> bool {
        !held.ended && held.expires_at > self.now
    }

    fn held(&self, number: usize) -> Option<(TokenHash, Option<usize>, bool)> {
        let held = self.links.get(number.checked_rem(self.links.len())?)?;
        Some((held.token, held.namespace, self.works(held)))
    }
}

fn token() -> TokenHash {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(id().as_bytes());
    TokenHash(bytes)
}

fn id() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)))
}

fn new_person() -> NewPerson {
    let person = PersonId(id());
    NewPerson {
        id: person,
        email: format!("{person}@example.org"),
        name: "Name".to_owned(),
        operator: false,
        password_hash: None,
    }
}

fn password(hash: &str) -> NewPassword<'_> {
    NewPassword {
        hash,
        name: "Name",
        set: entry(),
    }
}

fn entry() -> NewActivity {
    NewActivity {
        id: ActivityId(id()),
        job: None,
        run: None,
        person: None,
        address: None,
        kind: "member_changed".to_owned(),
        detail: String::new(),
        of_instance: false,
    }
}
