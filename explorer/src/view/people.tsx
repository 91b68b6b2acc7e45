/** Who the two are: chosen, described, or taken from a story. */
import { useEffect, useState } from "preact/hooks";
import type { Edition } from "../data";
import { holds, PAIR, type Facts, type Pair, type Value } from "../engine";
import { of, type Problem } from "../people";
import { Panel, PLATFORM, Rules, usePage, who } from "./parts";

const LABELS: Readonly<Record<string, string>> = {
  address: "Address",
  mode: "Mode",
  client: "Client",
  homing: "SfB account homed",
  allow_private_meet_now: "may start meetings (AllowPrivateMeetNow)",
  allow_user_chat: "may chat (AllowUserChat)",
  allow_private_calling: "may call (AllowPrivateCalling)",
  has_teams_account: "has a Teams account",
  has_sfb_client: "has an SfB account and client",
  scope: "Organisations",
  topology: "SfB deployment",
  federation_allowed: "both allow federation",
  same_cloud: "in one cloud",
  islands_interop: "Interop for Islands users",
};
const VALUES: Readonly<Record<string, string>> = {
  "in-tenant": "one",
  federated: "two that federate",
  never: "never, as documented",
  "as-routed": "as the routing tables have it",
};

export function People({ edition, change, begin, edit }: { edition: Edition; begin(people: Facts): void; change(given: Facts): void; edit(name: string): void }) {
  const { world, moment } = usePage();
  const [draft, setDraft] = useState(moment.people);
  useEffect(() => setDraft(moment.people), [moment.people]);
  const begun = moment.number > 0;
  const put = (given: Facts) => {
    const next = world.people.changed(draft, given);
    setDraft(next);
    if (!begun && !world.people.problems(next, edition).length) begin(next);
  };
  const problems = world.people.problems(draft, edition);
  const changed = Object.keys(draft).filter((name) => draft[name] !== moment.people[name]);
  const readdressed = changed.some((name) => name.endsWith(".address"));
  return (
    <Panel
      id="people"
      title="Two people"
      aside={
        <label class="inline">
          Product as of{" "}
          <select value={edition.name} onChange={(event) => edit(event.currentTarget.value)}>
            {world.page.editions.map(({ name, says }) => (
              <option value={name} title={says}>
                {name}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <p class="quiet">{edition.says}</p>
      <div class="two">
        {PAIR.map((party) => (
          <User key={party} party={party} draft={draft} problems={problems} put={put} edition={edition} />
        ))}
      </div>
      <fieldset>
        <legend>Around them</legend>
        <div class="fields">
          {world.people.around.map((name) => (
            <Field key={name} name={name} value={draft[name]!} problems={problems} put={put} />
          ))}
        </div>
      </fieldset>
      {begun && changed.length > 0 && (
        <div class="row" role="group" aria-label="What to do with what was changed">
          <button
            type="button"
            class="main"
            disabled={problems.length > 0 || readdressed}
            onClick={() => change(Object.fromEntries(changed.map((name) => [name, draft[name]!])))}
          >
            Change it now, in mid-conversation
          </button>
          <button type="button" disabled={problems.length > 0} onClick={() => begin(draft)}>
            Begin anew with these two
          </button>
          <button type="button" onClick={() => setDraft(moment.people)}>
            Leave it
          </button>
        </div>
      )}
    </Panel>
  );
}

function User({ party, draft, problems, put, edition }: { party: Pair; draft: Facts; problems: readonly Problem[]; put(given: Facts): void; edition: Edition }) {
  const { world } = usePage();
  const own = of(draft, party);
  const known = world.page.known.findIndex((each) => Object.entries(each).every(([name, value]) => own[name] === value));
  return (
    <fieldset>
      <legend>{party === "originator" ? "Who starts it" : "Who receives it"}</legend>
      <label>
        Somebody known
        <select
          value={known}
          onChange={(event) => {
            const chosen = world.page.known[Number(event.currentTarget.value)];
            if (chosen) put(Object.fromEntries(Object.entries(chosen).map(([name, value]) => [`${party}.${name}`, value])));
          }}
        >
          <option value={-1}>described below</option>
          {world.page.known.map((each, n) => (
            <option value={n}>
              {String(each["address"])}, {String(each["mode"])}
            </option>
          ))}
        </select>
      </label>
      <div class="fields">
        {world.people.user.map((name) => (
          <Field
            key={name}
            name={`${party}.${name}`}
            value={own[name]!}
            problems={problems}
            put={(given) =>
              put(
                name === "mode"
                  ? { ...given, ...prefixed(party, edition.taken[String(given[`${party}.mode`])] ?? {}) }
                  : given,
              )
            }
          />
        ))}
      </div>
    </fieldset>
  );
}

function prefixed(party: Pair, facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [`${party}.${name}`, value]));
}

function Field({ name, value, problems, put }: { name: string; value: Value; problems: readonly Problem[]; put(given: Facts): void }) {
  const { world } = usePage();
  const fact = name.split(".").at(-1)!;
  const wrong = problems.filter((each) => each.field === name).map(({ says }) => says);
  const id = `fact-${name.replace(".", "-")}`;
  const described = wrong.length ? { "aria-invalid": true, "aria-describedby": `${id}-wrong` } : {};
  const says = wrong.length > 0 && (
    <p class="wrong" id={`${id}-wrong`} role="alert">
      {wrong.join(" ")}
    </p>
  );
  if (typeof value === "boolean")
    return (
      <div class="field check">
        <input id={id} type="checkbox" checked={value} {...described} onChange={(event) => put({ [name]: event.currentTarget.checked })} />
        <label for={id}>{LABELS[fact] ?? fact}</label>
        {says}
      </div>
    );
  return (
    <div class="field">
      <label for={id}>{LABELS[fact] ?? fact}</label>
      {fact === "address" ? (
        <input id={id} value={value} spellcheck={false} {...described} onChange={(event) => put({ [name]: event.currentTarget.value })} />
      ) : (
        <select id={id} value={value} {...described} onChange={(event) => put({ [name]: event.currentTarget.value })}>
          {world.people.values(fact).map((each) => (
            <option value={String(each)}>{VALUES[String(each)] ?? String(each)}</option>
          ))}
        </select>
      )}
      {says}
    </div>
  );
}

/** Where a conversation of the two lands, whose presence each sees, and what helps where there is none. */
export function Route() {
  const { world, moment } = usePage();
  const { people } = moment;
  const route = world.tables.route(people);
  const clients = world.page.specification.routing.clients;
  const shown = (party: Pair, watcher: Pair) =>
    world.tables.met(people[`${party}.mode`]!, clients[String(people[`${watcher}.client`])]!, people["scope"]!);
  const cure = route.refused && world.page.cures.find(({ test }) => holds(test, world.tables.landing(people)));
  return (
    <section class={`route ${route.refused ? "no" : "yes"}`} aria-label="Where it lands">
      <p class="big">
        <span aria-hidden="true">{route.refused ? "✗ " : "✓ "}</span>
        <b>{route.refused ? "impossible" : route.kind}</b>: {who(people, "originator")} ({PLATFORM[route.on.originator]}) to{" "}
        {who(people, "recipient")} {route.refused ? "" : `(${PLATFORM[route.on.recipient]})`}
      </p>
      {route.refused && (
        <p>
          Because {route.because.join("; ")}. {world.tables.rules.get(route.refused)?.says} {cure && <b>What helps: {cure.says}.</b>}
        </p>
      )}
      <p class="quiet">
        {who(people, "recipient")} sees {who(people, "originator")} by {PLATFORM[shown("originator", "recipient")]} presence, and{" "}
        {who(people, "originator")} sees {who(people, "recipient")} by {PLATFORM[shown("recipient", "originator")]} presence.{" "}
        <Rules ids={route.rules} />
      </p>
    </section>
  );
}
