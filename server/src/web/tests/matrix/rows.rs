//! Every address there is, with what it takes to get something from it.

/// What it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing: everybody gets it.
    Nothing,
    /// A right that nobody has: the answer has this status, whoever asks.
    Refused(u16),
    /// May read the pipeline, or the record's.
    Read,
    /// May change the pipeline.
    Edit,
    /// May share, move and archive the pipeline.
    Manage,
    /// May see the pipeline and is asked to sign it off, or has it alone.
    Decider,
    /// Has an account.
    Account,
    /// Is in the team.
    Member,
    /// Is an owner of the team.
    TeamOwner,
    /// Was asked into the team, and has the link.
    Invitation,
    /// Looks after accounts.
    Administrator,
    /// The same, and there is such a person.
    AdministratorOfSomebody,
    /// Has an account, and a provider vouches for them by this name.
    Connection,
    /// Has a one-time link for this.
    Ticket,
    /// Has a share link that is good.
    Link,
}

/// One address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// As the router, Leptos or the server function calls it.
    pub(super) path: &'static str,
    /// What a request asks for.
    pub(super) request: Request,
    /// What it takes.
    pub(super) need: Need,
}

/// A request, with names in braces for what it is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Request {
    /// An address is read.
    Get(&'static str),
    /// A form is sent to the row's path.
    Form(&'static str),
    /// JSON is sent to the row's path.
    Json(&'static str),
    /// A form with a file is sent to the row's path: fields and values.
    Parts(&'static [(&'static str, &'static str)]),
}

use Need::{
    Account, Administrator, AdministratorOfSomebody, Connection, Decider, Edit, Invitation, Link, Manage, Member,
    Nothing, Read, Refused, TeamOwner, Ticket,
};
use Request::{Form, Get, Json, Parts};

const fn row(path: &'static str, request: Request, need: Need) -> Row {
    Row { path, request, need }
}

/// All of them.
pub(super) const ROWS: &[Row] = &[
    // Pages.
    row("/", Get("/"), Nothing),
    row("/rules", Get("/rules"), Nothing),
    row("/glossary", Get("/glossary"), Nothing),
    row("/self-check", Get("/self-check"), Nothing),
    row("/sign-in", Get("/sign-in"), Nothing),
    row("/sign-up", Get("/sign-up"), Nothing),
    row("/set-up", Get("/set-up?ticket={set-up}"), Ticket),
    row("/join", Get("/join?ticket={join}"), Ticket),
    // Of somebody who has an account: whoever has the link is told for whom it is.
    row("/join", Get("/join?ticket={invitation}"), Ticket),
    row("/reset", Get("/reset?ticket={reset}"), Ticket),
    row("/forgot", Get("/forgot"), Refused(404)),
    row("/account", Get("/account"), Account),
    row("/people", Get("/people"), Administrator),
    row("/teams", Get("/teams"), Account),
    row("/teams/{id}", Get("/teams/{team}"), Member),
    row("/pipelines/{id}/place", Get("/pipelines/{pipeline}/place"), Read),
    row("/pipelines/{id}/share", Get("/pipelines/{pipeline}/share"), Manage),
    row("/shared/{secret}", Get("/shared/{shared}"), Link),
    row("/pipelines/{id}/history", Get("/pipelines/{pipeline}/history"), Read),
    row("/pipelines/{id}/compare", Get("/pipelines/{pipeline}/compare?from=1&to=1"), Read),
    row("/pipelines/{id}/conflict", Get("/pipelines/{pipeline}/conflict"), Edit),
    row("/pipelines/{id}/discussion", Get("/pipelines/{pipeline}/discussion"), Read),
    row("/pipelines/{id}/{step}", Get("/pipelines/{pipeline}/record"), Read),
    // Downloads and what is no page.
    row("/healthz", Get("/healthz"), Nothing),
    row("/livez", Get("/livez"), Nothing),
    row("/readyz", Get("/readyz"), Nothing),
    row("/favicon.svg", Get("/favicon.svg"), Nothing),
    row("/worker.js", Get("/worker.js"), Nothing),
    row("/downloads.js", Get("/downloads.js"), Nothing),
    row("/live.js", Get("/live.js"), Nothing),
    row("/copy.js", Get("/copy.js"), Nothing),
    row("/pkg/{version}/{file}", Get("/pkg/0/nothing.js"), Refused(404)),
    row("/pkg/{file}", Get("/pkg/nothing.js"), Refused(404)),
    row("/pipelines/{id}/document.json", Get("/pipelines/{pipeline}/document.json"), Read),
    row(
        "/pipelines/{id}/versions/{version}/charts/{file}",
        Get("/pipelines/{pipeline}/versions/1/charts/latency.csv"),
        Read,
    ),
    row("/pipelines/{id}/live", Get("/pipelines/{pipeline}/live"), Read),
    row("/shared/{secret}/document.json", Get("/shared/{shared}/document.json"), Link),
    row("/shared/{secret}/charts/{file}", Get("/shared/{shared}/charts/latency.svg"), Link),
    row("/records/{file}", Get("/records/{record}.md"), Read),
    row("/teams/{id}/export.zip", Get("/teams/{team}/export.zip"), Member),
    // Server functions: people.
    row("/api/account/sign-in", Form("email=nobody@example.org&password=nothing"), Refused(422)),
    row("/api/account/sign-out", Form(""), Nothing),
    row(
        "/api/account/sign-up",
        Form("name=New&email={unique}@example.org&password=correct+horse+battery+staple"),
        Nothing,
    ),
    row(
        "/api/account/set-up",
        Form("ticket={set-up}&name=New&email={unique}@example.org&password=correct+horse+battery+staple"),
        Refused(404),
    ),
    row("/api/account/join", Form("ticket={join}&name=New&password=correct+horse+battery+staple"), Ticket),
    row("/api/account/reset", Form("ticket={reset}&password=correct+horse+battery+staple"), Ticket),
    // Without mail and without a provider there are none.
    row("/api/account/forgot", Form("email=victim@example.org"), Refused(404)),
    row("/sign-in/provider", Get("/sign-in/provider"), Refused(404)),
    row("/sign-in/answer", Get("/sign-in/answer?state=x&code=y"), Refused(404)),
    row("/account/connect", Form(""), Refused(404)),
    row("/api/account/disconnect", Form("issuer=https%3A%2F%2Fid.example.org&subject={subject}"), Connection),
    row("/api/account/rename", Form("name=Renamed"), Account),
    row("/api/account/revoke-session", Form("session={session}"), Account),
    row("/api/people/invite", Form("email={unique}@example.org"), Administrator),
    row("/api/people/take-back", Form("person={asked}"), AdministratorOfSomebody),
    row("/api/people/reset-link", Form("person={person}"), AdministratorOfSomebody),
    row("/api/people/disable", Form("person={person}&disabled=true"), AdministratorOfSomebody),
    row("/api/people/administrator", Form("person={person}&administrator=true"), AdministratorOfSomebody),
    // All teams of this world have owners who can act.
    row("/api/people/owner", Form("team={team}&person={member}"), Refused(404)),
    // Server functions: teams.
    row("/api/teams/create", Form("name=Another"), Account),
    row("/api/teams/rename", Form("team={team}&name=Renamed"), TeamOwner),
    row("/api/teams/invite", Form("team={team}&email={unique}@example.org&role=viewer"), TeamOwner),
    row("/api/teams/accept", Form("ticket={invitation}"), Invitation),
    row("/api/teams/change-role", Form("team={team}&person={member}&role=editor"), TeamOwner),
    row("/api/teams/disable", Form("team={team}&person={member}&disabled=true"), TeamOwner),
    row("/api/teams/leave", Form("team={team}"), Member),
    // Server functions: share links.
    row("/api/links/make", Form("id={pipeline}&shows=1&label=Partners&ends=&password=&downloads=yes"), Manage),
    row("/api/links/rotate", Form("id={pipeline}&link={link}"), Manage),
    row("/api/links/revoke", Form("id={pipeline}&link={link}"), Manage),
    row("/api/links/unlock", Form("secret={shared}&password=nothing"), Link),
    row("/api/links/copy", Form("secret={shared}"), Link),
    // Server functions: pipelines.
    row("/api/home/create", Form("name=Another"), Nothing),
    row("/api/home/import", Parts(&[("text", "name,p50_ms,p99_ms\nAsk,20,90\n")]), Nothing),
    row("/api/home/try-example", Form("slug=checkout"), Nothing),
    row("/api/pipeline/get", Form("id={pipeline}&step=record"), Read),
    row("/api/pipeline/copy", Form("id={pipeline}"), Read),
    row("/api/pipeline/move", Form("id={pipeline}"), Manage),
    row("/api/pipeline/archive", Form("id={pipeline}&away=true"), Manage),
    row("/api/pipeline/save", Json("{\"id\":\"{pipeline}\",\"version\":1,\"document\":\"{document}\"}"), Edit),
    row(
        "/api/pipeline/keep-draft",
        Json("{\"id\":\"{pipeline}\",\"page\":\"frame\",\"version\":1,\"input\":\"typed\"}"),
        Edit,
    ),
    row("/api/history/name", Form("id={pipeline}&version=1&name=As+reviewed"), Edit),
    row("/api/history/restore", Form("id={pipeline}&version=1&latest=1"), Edit),
    row("/api/conflict/resolve", Form("id={pipeline}&draft=conflict&theirs=1&how=theirs&step=map"), Edit),
    row("/api/pipeline/discard-draft", Form("id={pipeline}&page=frame"), Edit),
    row(
        "/api/frame/save",
        Form("id={pipeline}&version=1&form[name]=x&form[target]=2000&form[percentile]=99&form[tolerance]=200"),
        Edit,
    ),
    row("/api/map/save", Form("id={pipeline}&version=1&sheet[steps][0][name]=Ask&intent=save"), Edit),
    row("/api/classify/save", Form("id={pipeline}&version=1&form[x]=y"), Edit),
    row("/api/budget/save", Form("id={pipeline}&version=1&form[x]=y"), Edit),
    row("/api/maturity/save", Form("id={pipeline}&version=1&form[x]=y"), Edit),
    row("/api/thresholds/save", Form("id={pipeline}&version=1&form[x]=y"), Edit),
    row(
        "/api/budget/measured",
        Parts(&[("id", "{pipeline}"), ("version", "1"), ("place", "here"), ("text", "step,percentile,ms\n")]),
        Edit,
    ),
    row("/api/custom/save", Form("id={pipeline}&version=1&form[x]=y"), Edit),
    row("/api/custom/start", Form("id={pipeline}&version=1&from=parallel"), Edit),
    row("/api/custom/remove", Form("id={pipeline}&version=1"), Edit),
    row("/api/what-if/keep", Form("id={pipeline}&version=1&input=budget.target_ms&value=900"), Edit),
    row("/api/runs/simulate", Form("id={pipeline}&version=1"), Read),
    row("/api/decide/note", Form("id={pipeline}&version=1&form[decision]=accepted"), Edit),
    row("/api/prototype/expect", Form("id={pipeline}&version=1&expected=It+stalls"), Edit),
    row("/api/records/issue", Form("id={pipeline}&version=1"), Edit),
    row("/api/records/status", Form("id={pipeline}&record={record}&seen=0&status=accepted&because="), Edit),
    // Server functions: what people say.
    row("/api/discussion/comment", Form("id={pipeline}&version=1&about=pipeline&body=Well"), Read),
    row("/api/discussion/resolve", Form("id={pipeline}&comment={comment}&resolved=true"), Read),
    row("/api/discussion/name-decider", Form("id={pipeline}&person={colleague}"), Edit),
    row("/api/discussion/release-decider", Form("id={pipeline}&person={colleague}"), Edit),
    row("/api/discussion/sign-off", Form("id={pipeline}&version=1&position=approves"), Decider),
    // Last, because a guess takes its time.
    row("/api/account/change-password", Form("current=nothing&password=correct+horse+battery+staple"), Refused(0)),
];
