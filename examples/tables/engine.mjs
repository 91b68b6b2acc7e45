// Made of explorer/src/engine.ts by npm run build in explorer/; not edited by hand.
export const PAIR = ["originator", "recipient"];
export const PARTIES = ["originator", "recipient", "service"];
/** Roles that a row is kept to by a rule: the first that it cites. */
const NARROW = ["owner", "peer", "opener", "answerer", "originator", "recipient"];
/** Facts that guards look at and a participant has; the others follow from routing. */
const OWN = /^(client|allow_.*|has_.*)$/;
const peer = (party) => (party === "originator" ? "recipient" : "originator");
const named = (all) => new Map(all.map((each) => [each.name, each]));
const unique = (all) => [...new Set(all)];
/** Whether the facts have the values of one of a truth table's combinations. */
export const holds = (test, facts) => test.holds.some((values) => values.every((value, n) => value === facts[test.facts[n]]));
/** The parties that a role stands for when `actor` fires where a state remembers these parties. */
function played(role, actor, here) {
    switch (role) {
        case "both":
            return PAIR;
        case "actor":
            return [actor];
        case "other":
            return [peer(actor)];
        case "owner":
            return [here.owner];
        case "peer":
            return [here.owner && peer(here.owner)];
        case "opener":
            return [here.opener];
        case "answerer":
            return [here.opener && peer(here.opener)];
        default:
            return [role];
    }
}
/** A truth table over facts, by the values that decide. */
class Table {
    test;
    #holds;
    constructor(test) {
        this.test = test;
        this.#holds = new Set(test.holds.map((values) => values.join("\n")));
    }
    of(facts) {
        return this.#holds.has(this.test.facts.map((name) => facts[name]).join("\n"));
    }
}
export class Tables {
    given;
    lifecycles;
    effects;
    guards;
    rules;
    rows;
    begin;
    #states;
    #tests;
    constructor(given) {
        this.given = given;
        this.lifecycles = named(given.lifecycles);
        this.effects = named(given.effects);
        this.guards = named(given.guards);
        this.rules = new Map(given.rules.map((each) => [each.id, each]));
        this.#states = new Map(given.lifecycles.map((each) => [each.name, named(each.states)]));
        this.#tests = given.guards.map((each) => [each.name, new Table(each.test)]);
        const rows = given.lifecycles.flatMap((each) => each.states.flatMap((state) => state.rows));
        this.rows = new Map(rows.map((row) => [row.id, row]));
        const first = (each) => each.states.find((state) => state.initial);
        this.begin = Object.fromEntries(given.lifecycles.map((each) => [each.name, { state: first(each).name, owner: null, opener: null }]));
    }
    state(lifecycle, places) {
        return this.#states.get(lifecycle).get(places[lifecycle].state);
    }
    named(lifecycle, state) {
        return this.#states.get(lifecycle)?.get(state);
    }
    /** The platform that a user of a mode is met on by somebody who is on `other`. */
    met(mode, other, scope) {
        return this.given.routing.met.find((each) => each.mode === mode && each.other_on === other && each.scope === scope).on;
    }
    /** What routing looks at. */
    landing(people) {
        const on = this.given.routing.clients[people["originator.client"]];
        return { ...people, "originator.on": on, "recipient.on": this.met(people["recipient.mode"], on, people["scope"]) };
    }
    route(people) {
        const at = this.landing(people);
        const row = this.given.routing.rows.find((each) => each.when.every(({ test }) => holds(test, at)));
        return {
            kind: row.kind,
            refused: row.refused,
            rules: row.rules,
            on: { originator: at["originator.on"], recipient: at["recipient.on"] },
            because: row.when.map(({ says }) => says),
        };
    }
    /** A pairing as each party sees it. */
    views(people) {
        const { clients, default_clients, rows } = this.given.routing;
        const at = this.landing(people);
        const found = this.route(people);
        const barring = rows.find((row) => row.bars && row.when.every(({ test }) => holds(test, at)));
        const view = (party) => {
            const other = peer(party);
            const on = found.on[party];
            const own = people[`${party}.client`];
            const facts = {};
            for (const name of Object.keys(this.given.facts))
                if (OWN.test(name))
                    facts[name] = people[`${party}.${name}`];
            return {
                ...facts,
                mode: people[`${party}.mode`],
                kind: found.kind,
                refused: found.refused ?? "",
                originator_on: found.on.originator,
                on,
                client: clients[own] === on ? own : default_clients[on],
                other_mode: people[`${other}.mode`],
                other_on: found.on[other],
                same_cloud: people["same_cloud"],
                barred: barring?.refused ?? "",
                lands_here: party === "originator" ||
                    this.met(people["originator.mode"], found.on.recipient, people["scope"]) === found.on.originator,
            };
        };
        return { originator: view("originator"), recipient: view("recipient") };
    }
    /** The tables under a pairing. */
    under(people) {
        const views = this.views(people);
        const held = (view) => new Set(this.#tests.filter(([, table]) => table.of(view)).map(([name]) => name));
        return new Program(this, views, { originator: held(views.originator), recipient: held(views.recipient) });
    }
}
/** The tables under one pairing. */
export class Program {
    tables;
    views;
    holding;
    constructor(tables, views, holding) {
        this.tables = tables;
        this.views = views;
        this.holding = holding;
    }
    /** What an event comes to. Nothing is remembered: go on from the places of what is accepted. */
    fire(places, event, by) {
        const way = this.#dispatch(places, event, by);
        const row = way.refused ? way : this.#match(way.lifecycle, places, event, by);
        if (!row || row.refused)
            return this.#refusal(places, event, by);
        const step = begun(places);
        this.#run(step, way.lifecycle, event, by);
        return this.#told(step, this.running(places));
    }
    /** Goes on under another pairing: a mode, a policy or a client has changed. */
    change(places, before) {
        const facts = {};
        for (const [name, value] of Object.entries(before.views.originator))
            facts[`old.${name}`] = value;
        for (const [name, value] of Object.entries(this.views.originator))
            facts[`new.${name}`] = value;
        const step = begun(places);
        for (const { event, by, when } of this.tables.given.changes)
            if (holds(when, facts))
                for (const each of this.tables.given.lifecycles)
                    if (heard(each, event))
                        this.#run(step, each.name, event, by);
        return this.#told(step, before.running(places));
    }
    /** Whether an event is possible. */
    may(places, event, by) {
        const way = this.#dispatch(places, event, by);
        const row = way.refused ? null : this.#match(way.lifecycle, places, event, by);
        return !!row && !row.refused;
    }
    /** Every event that is possible, and by whom. */
    available(places) {
        return this.tables.given.events.flatMap((event) => PARTIES.filter((by) => this.may(places, event, by)).map((by) => ({ event, by })));
    }
    /** The row that an event takes, or that refuses it; nothing where none does. */
    deciding(places, event, by) {
        const way = this.#dispatch(places, event, by);
        return way.refused ? way : this.#match(way.lifecycle, places, event, by);
    }
    /** The rows that an event might take, each with its guards up to the first that fails. */
    tried(places, event, by) {
        const way = this.#dispatch(places, event, by);
        if (way.refused)
            return [];
        const here = places[way.lifecycle];
        return this.#rows(way.lifecycle, places, event)
            .filter((row) => played(row.by, by, here).includes(by))
            .map((row) => {
            const fails = row.when.findIndex((asked) => !this.#holds(asked, by, here));
            return {
                row,
                guards: row.when.slice(0, fails < 0 ? row.when.length : fails + 1).map((asked) => ({
                    guard: asked.guard,
                    about: asked.about === null ? "" : String(this.#about(asked, by, here)),
                    holds: this.#holds(asked, by, here),
                })),
            };
        });
    }
    /** Timers that run, and their seconds. */
    running(places) {
        const found = new Map();
        const nobody = { state: "", owner: null, opener: null };
        for (const name of Object.keys(places))
            for (const { event, seconds, when } of this.tables.state(name, places).timers)
                if (when.every((asked) => this.#holds(asked, "service", nobody)))
                    found.set(event, seconds);
        return found;
    }
    #dispatch(places, event, by) {
        return this.tables.given.dispatch[event].find((row) => (row.by === "both" || row.by === by) &&
            Object.entries(row.while).every(([name, states]) => states.includes(places[name].state)));
    }
    #run(step, lifecycle, event, by) {
        const queue = [[lifecycle, event, by]];
        for (let next = queue.shift(); next; next = queue.shift()) {
            const [name, what, who] = next;
            const here = step.places[name];
            const row = this.#match(name, step.places, what, who);
            if (!row && !this.tables.state(name, step.places).ignores.includes(what))
                throw new Error(`${name}.${here.state} has no row for signal ${what} by ${who}`);
            if (!row)
                continue;
            step.rows.push(row.id);
            for (const rule of row.rules)
                step.rules.add(rule);
            for (const item of row.does) {
                if (item.do === "signal") {
                    const [to, signal] = item.signal.split(".");
                    queue.push([to, signal, played(item.by, who, here)[0]]);
                }
                else
                    this.#emit(step, item.effect, item.to, who, here);
            }
            if (row.to === here.state)
                step.entered.add(name);
            if (row.to !== null)
                step.places[name] = this.#after(name, row, here, who);
        }
    }
    #emit(step, effect, role, by, here) {
        const { service, only, rules } = this.tables.effects.get(effect);
        if (service) {
            step.effects.push({ effect, to: service });
            return;
        }
        for (const to of played(role, by, here))
            if (only.every(({ guard }) => this.holding[to].has(guard))) {
                step.effects.push({ effect, to });
                for (const rule of rules)
                    step.rules.add(rule);
            }
    }
    #after(lifecycle, row, here, by) {
        const { owner, opener } = this.tables.named(lifecycle, row.to);
        const who = (role, known) => (role ? played(role, by, here)[0] : (known ?? by));
        return {
            state: row.to,
            owner: owner === null ? null : who(row.owner, here.owner),
            opener: opener === null ? null : who(row.opener, here.opener),
        };
    }
    #told(step, was) {
        const runs = this.running(step.places);
        const afresh = new Set([...step.entered].flatMap((name) => this.tables.state(name, step.places).timers.map(({ event }) => event)));
        return {
            accepted: true,
            places: step.places,
            effects: step.effects,
            start: [...runs]
                .filter(([event]) => !was.has(event) || afresh.has(event))
                .map(([event, seconds]) => ({ event, seconds })),
            cancel: [...was.keys()].filter((event) => !runs.has(event)),
            rows: step.rows,
            rules: [...step.rules],
        };
    }
    #rows(lifecycle, places, event) {
        return this.tables.state(lifecycle, places).rows.filter((row) => row.event === event);
    }
    #match(lifecycle, places, event, by) {
        const here = places[lifecycle];
        return this.#rows(lifecycle, places, event).find((row) => played(row.by, by, here).includes(by) && row.when.every((asked) => this.#holds(asked, by, here)));
    }
    #about(asked, by, here) {
        return (asked.about === null ? "originator" : played(asked.about, by, here)[0]);
    }
    #holds(asked, by, here) {
        return this.holding[this.#about(asked, by, here)].has(asked.guard);
    }
    /** Which of `events` are possible, each for the actor or else for somebody else. */
    #ways(places, actor, events) {
        const order = [actor, ...PARTIES.filter((each) => each !== actor)];
        return events.flatMap((event) => {
            const by = order.find((each) => this.may(places, event, each));
            return by ? [{ event, by }] : [];
        });
    }
    #refusal(places, event, by) {
        const way = this.#dispatch(places, event, by);
        if (way.refused)
            return this.#declared(places, by, way, []);
        const lifecycle = way.lifecycle;
        const here = places[lifecycle];
        const tried = [];
        for (const row of this.#rows(lifecycle, places, event)) {
            if (!played(row.by, by, here).includes(by)) {
                const rule = NARROW.includes(row.by) && by !== "service" ? row.rules[0] : "";
                const message = `only ${this.#who(row.by, lifecycle, places)} may fire it`;
                tried.push({ depth: -1, row, reason: { row: row.id, guard: "", about: by, rule, message, remedy: "" } });
                continue;
            }
            const depth = row.when.findIndex((asked) => !this.#holds(asked, by, here));
            if (depth < 0)
                return this.#declared(places, by, row, tried.map(({ reason }) => reason));
            const asked = row.when[depth];
            const guard = this.tables.guards.get(asked.guard);
            const about = asked.about === null ? "" : this.#about(asked, by, here);
            const message = about ? `the ${about} ${guard.otherwise}` : guard.otherwise;
            const reason = { row: row.id, guard: guard.name, about, rule: guard.rules[0], message, remedy: guard.remedy };
            tried.push({ depth, row, reason });
        }
        const first = tried[0];
        if (!first) {
            const message = `the ${lifecycle.replaceAll("_", " ")} is in state ${here.state}.`;
            return this.#without(places, by, "not-applicable", message, []);
        }
        const seen = new Set();
        const reasons = tried
            .map(({ reason }) => reason)
            .filter((each) => !seen.has(JSON.stringify(each)) && seen.add(JSON.stringify(each)));
        const best = tried.reduce((closest, each) => (each.depth > closest.depth ? each : closest), first);
        const kind = best.depth >= 0 ? "refused" : "not-yours";
        if (!best.reason.rule)
            return this.#without(places, by, kind, `${best.reason.message}.`, reasons);
        const ways = this.#ways(places, by, best.depth >= 0 ? best.row.instead : [event]);
        return {
            accepted: false,
            kind,
            rule: best.reason.rule,
            guard: best.reason.guard || null,
            message: `${best.reason.message}.`,
            instead: [inWords(ways, by), best.reason.remedy].filter(Boolean).join("; or "),
            ways,
            reasons,
            row: null,
            rules: unique([best.reason, ...reasons].map(({ rule }) => rule).filter(Boolean)),
        };
    }
    #declared(places, by, row, reasons) {
        const ways = this.#ways(places, by, row.instead);
        return {
            accepted: false,
            kind: "refused",
            rule: row.refused,
            guard: null,
            message: this.tables.rules.get(row.refused).says,
            instead: inWords(ways, by),
            ways,
            reasons,
            row: row.id,
            rules: row.rules,
        };
    }
    #without(places, by, kind, message, reasons) {
        const ways = this.#ways(places, by, this.tables.given.events).filter((way) => way.by === by);
        return {
            accepted: false,
            kind,
            rule: null,
            guard: null,
            message,
            instead: inWords(ways, by),
            ways,
            reasons,
            row: null,
            rules: [],
        };
    }
    #who(by, lifecycle, places) {
        const state = this.tables.state(lifecycle, places);
        const who = played(by, "service", places[lifecycle])[0];
        if (by === "owner" || by === "opener")
            return `the ${(by === "owner" ? state.owner : state.opener).replace(/^the /, "")} (${who})`;
        if (by === "peer" || by === "answerer")
            return `the other party (${who})`;
        return by === "both" ? "a party" : `the ${by}`;
    }
}
function begun(places) {
    return { places: { ...places }, rows: [], effects: [], rules: new Set(), entered: new Set() };
}
function heard(lifecycle, event) {
    return lifecycle.states.some((each) => each.ignores.includes(event) || each.rows.some((row) => row.signal && row.event === event));
}
function inWords(ways, actor) {
    return ways.map((way) => (way.by === actor ? way.event : `${way.event} by the ${way.by}`)).join(" or ");
}
