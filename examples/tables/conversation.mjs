// Runs conversations from the JSON of the specification: the tables as they are, guards by their truth tables.

const PARTIES = ["originator", "recipient"];
/** Characters that are shown of a value. */
const LONGEST = 120;
/** Facts that guards look at and a participant has; the others follow from routing. */
const OWN = /^(client|allow_.*|has_.*)$/;
const other = (party) => (party === "originator" ? "recipient" : "originator");

/** Whether the facts have the values of one of a truth table's combinations. */
const holds = (test, facts) => test.holds.some((values) => values.every((value, n) => value === facts[test.facts[n]]));

/** The parties that a role stands for when `actor` fires where a state remembers these parties. */
function parties(role, actor, { owner, opener }) {
  switch (role) {
    case "both":
      return PARTIES;
    case "actor":
      return [actor];
    case "other":
      return [other(actor)];
    case "owner":
      return [owner];
    case "peer":
      return [other(owner)];
    case "opener":
      return [opener];
    case "answerer":
      return [other(opener)];
    default:
      return [role];
  }
}

/** Whether `actor` may fire a row where a state remembers these parties, guards aside. */
function open(by, actor, remembered) {
  return parties(by, actor, remembered).includes(actor);
}

/** What somebody gave, as a message shows it: on one line, and cut. */
export function shown(value, quoted = false) {
  const plain = !quoted && typeof value === "string" && /^[ -~]*$/.test(value);
  const text = plain ? value : (JSON.stringify(value) ?? String(value));
  const safe = text.replace(/[^ -~]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST)}... (${safe.length} characters)` : safe;
}

export class Specification {
  /** @param document what `fsm export json` wrote, parsed. */
  constructor(document) {
    if (document?.format !== "interop-fsm specification" || document.version !== 3)
      throw new Error(
        `format: ${shown(document?.format)} ${shown(document?.version)} is not accepted; give interop-fsm specification 3`,
      );
    const named = (list) => new Map(list.map((each) => [each.name, each]));
    this.document = document;
    this.guards = named(document.guards);
    this.effects = named(document.effects);
    this.lifecycles = named(document.lifecycles);
    this.states = new Map(document.lifecycles.map((each) => [each.name, named(each.states)]));
  }

  /** A pairing as each party sees it. */
  views(pairing) {
    const { clients, default_clients, facts, met, rows } = this.document.routing;
    const around = Object.entries(facts).filter(([fact]) => !fact.endsWith(".on"));
    const own = PARTIES.flatMap((party) =>
      Object.entries(this.document.facts)
        .filter(([fact]) => OWN.test(fact))
        .map(([fact, values]) => [`${party}.${fact}`, values]),
    );
    for (const [fact, values] of [...around, ...own]) {
      const value = fact.split(".").reduce((from, name) => from?.[name], pairing);
      if (!values.includes(value))
        throw new Error(`pairing: ${fact} ${shown(value, true)} is not accepted; use one of ${values.join(", ")}`);
    }
    const meets = (party, platform) =>
      met.find(
        ({ mode, other_on, scope }) =>
          mode === pairing[party].mode && other_on === platform && scope === pairing.scope,
      ).on;
    const on = { originator: clients[pairing.originator.client] };
    on.recipient = meets("recipient", on.originator);
    const landing = { ...pairing };
    for (const party of PARTIES) {
      landing[`${party}.mode`] = pairing[party].mode;
      landing[`${party}.on`] = on[party];
      landing[`${party}.homing`] = pairing[party].homing;
    }
    const hold = (row) => row.when.every((condition) => holds(condition.test, landing));
    const route = rows.find(hold);
    const barring = rows.find((row) => row.bars && hold(row));
    const view = (party) => ({
      ...pairing[party],
      kind: route.kind,
      refused: route.refused ?? "",
      originator_on: on.originator,
      on: on[party],
      client: clients[pairing[party].client] === on[party] ? pairing[party].client : default_clients[on[party]],
      other_mode: pairing[other(party)].mode,
      other_on: on[other(party)],
      same_cloud: pairing.same_cloud,
      barred: barring?.refused ?? "",
      lands_here: party === "originator" || meets("originator", on.recipient) === on.originator,
    });
    return { originator: view("originator"), recipient: view("recipient") };
  }

  /** The guards that hold for each party. */
  holding(views) {
    const held = (view) =>
      new Set([...this.guards.values()].filter(({ test }) => holds(test, view)).map(({ name }) => name));
    return { originator: held(views.originator), recipient: held(views.recipient) };
  }
}

export class Conversation {
  constructor(specification, pairing) {
    this.specification = specification;
    this.views = specification.views(pairing);
    this.holding = specification.holding(this.views);
    this.places = {};
    for (const { name, states } of specification.document.lifecycles)
      this.places[name] = { state: states.find((each) => each.initial).name, owner: null, opener: null };
  }

  /** Lets a party or the service fire an event. A refused event changes nothing. */
  fire(event, by) {
    const { dispatch, parties } = this.specification.document;
    if (typeof event !== "string" || !Object.hasOwn(dispatch, event) || !parties.includes(by))
      throw new Error(`${shown(event)} by ${shown(by)}: not known`);
    const rows = dispatch[event];
    const way = rows.find(
      (row) =>
        ["both", by].includes(row.by) &&
        Object.entries(row.while).every(([name, states]) => states.includes(this.places[name].state)),
    );
    const row = way.refused ? way : this.#match(way.lifecycle, event, by);
    if (!row || row.refused)
      return this.#told({ accepted: false, kind: this.#kind(way, event, by), rule: row?.refused ?? null });
    return this.#step(this.#running(), (step) => this.#run(step, way.lifecycle, event, by));
  }

  /** Goes on under a new pairing: a mode, a policy or a client has changed. */
  change(pairing) {
    const was = this.#running();
    const views = this.specification.views(pairing);
    const facts = {};
    for (const [name, value] of Object.entries(this.views.originator)) facts[`old.${name}`] = value;
    for (const [name, value] of Object.entries(views.originator)) facts[`new.${name}`] = value;
    const before = [this.views, this.holding];
    this.views = views;
    this.holding = this.specification.holding(views);
    const hear = (step) => {
      for (const { event, by } of this.specification.document.changes.filter(({ when }) => holds(when, facts)))
        for (const { name, states } of this.specification.document.lifecycles)
          if (
            states.some(
              (each) => each.ignores.includes(event) || each.rows.some((row) => row.signal && row.event === event),
            )
          )
            this.#run(step, name, event, by);
    };
    try {
      return this.#step(was, hear);
    } catch (error) {
      [this.views, this.holding] = before;
      throw error;
    }
  }

  /** A step: it completes, or the conversation stands where it stood. */
  #step(was, take) {
    const before = { ...this.places };
    const step = { rows: [], effects: [], entered: new Set() };
    try {
      take(step);
    } catch (error) {
      this.places = before;
      throw error;
    }
    const runs = this.#running();
    const afresh = new Set([...step.entered].flatMap((name) => this.#state(name).timers.map((timer) => timer.event)));
    const start = [...runs].filter(([event]) => !was.has(event) || afresh.has(event));
    const cancel = [...was.keys()].filter((event) => !runs.has(event));
    return this.#told({
      accepted: true,
      rows: step.rows,
      effects: step.effects,
      timers: { start: start.map(([event, seconds]) => ({ event, seconds })), cancel },
    });
  }

  /** Takes the row that holds, then hears signals, first come, first served. */
  #run(step, ...first) {
    const queue = [first];
    while (queue.length) {
      const [name, event, by] = queue.shift();
      const here = this.places[name];
      const row = this.#match(name, event, by);
      if (!row && !this.#state(name).ignores.includes(event))
        throw new Error(`${name}.${here.state}: lost ${event} by ${by}`);
      if (!row) continue;
      step.rows.push(row.id);
      for (const item of row.does) {
        if (item.do === "signal") {
          queue.push([...item.signal.split("."), parties(item.by, by, here)[0]]);
          continue;
        }
        const { service, only } = this.specification.effects.get(item.effect);
        for (const to of service ? [service] : parties(item.to, by, here))
          if (only.every(({ guard }) => this.holding[to].has(guard))) step.effects.push({ effect: item.effect, to });
      }
      if (row.to === here.state) step.entered.add(name);
      if (row.to) {
        const { owner, opener } = this.specification.states.get(name).get(row.to);
        const who = (role, known) => (role ? parties(role, by, here)[0] : (known ?? by));
        this.places[name] = {
          state: row.to,
          owner: owner && who(row.owner, here.owner),
          opener: opener && who(row.opener, here.opener),
        };
      }
    }
  }

  /** How an event is refused: it means nothing here, it is somebody else's, or a rule stands against it. */
  #kind(way, event, by) {
    if (way.refused) return "refused";
    const rows = this.#state(way.lifecycle).rows.filter((row) => row.event === event);
    if (!rows.length) return "not-applicable";
    return rows.some((row) => open(row.by, by, this.places[way.lifecycle])) ? "refused" : "not-yours";
  }

  #match(name, event, by) {
    const here = this.places[name];
    return this.#state(name).rows.find(
      (row) => row.event === event && open(row.by, by, here) && row.when.every((guard) => this.#asked(guard, by, here)),
    );
  }

  #asked({ guard, about }, actor, here) {
    return this.holding[about ? parties(about, actor, here)[0] : "originator"].has(guard);
  }

  #state(name) {
    return this.specification.states.get(name).get(this.places[name].state);
  }

  /** Timers that run, and their seconds. */
  #running() {
    const timers = Object.keys(this.places).flatMap((name) => this.#state(name).timers);
    return new Map(
      timers
        .filter(({ when }) => when.every((guard) => this.#asked(guard, "service", {})))
        .map((t) => [t.event, t.seconds]),
    );
  }

  #told(found) {
    const places = Object.entries(this.places);
    const state = Object.fromEntries(places.map(([name, place]) => [name, place.state]));
    const remembered = (called) =>
      Object.fromEntries(places.filter(([, place]) => place[called]).map(([name, place]) => [name, place[called]]));
    return { ...found, state, owners: remembered("owner"), openers: remembered("opener") };
  }
}
