// Runs conversations from the JSON of the specification, and says what is wrong with what it is given.

import { Tables } from "./engine.mjs";

const PAIR = ["originator", "recipient"];
/** Characters that are shown of a value. */
const LONGEST = 120;
/** Facts that guards look at and a participant has; the others follow from routing. */
const OWN = /^(client|allow_.*|has_.*)$/;

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
    this.document = document;
    this.tables = new Tables(document);
  }

  /** The tables under a pairing. */
  under(pairing) {
    const { routing, facts } = this.document;
    const around = Object.entries(routing.facts).filter(([fact]) => !fact.endsWith(".on"));
    const own = PAIR.flatMap((party) =>
      Object.entries(facts)
        .filter(([fact]) => OWN.test(fact))
        .map(([fact, values]) => [`${party}.${fact}`, values]),
    );
    const found = {};
    for (const [fact, values] of [...around, ...own]) {
      const value = fact.split(".").reduce((from, name) => from?.[name], pairing);
      if (!values.includes(value))
        throw new Error(`pairing: ${fact} ${shown(value, true)} is not accepted; use one of ${values.join(", ")}`);
      found[fact] = value;
    }
    return this.tables.under(found);
  }
}

export class Conversation {
  constructor(specification, pairing) {
    this.specification = specification;
    this.program = specification.under(pairing);
    this.places = specification.tables.begin;
  }

  /** Lets a party or the service fire an event. A refused event changes nothing. */
  fire(event, by) {
    const { dispatch, parties } = this.specification.document;
    if (typeof event !== "string" || !Object.hasOwn(dispatch, event) || !parties.includes(by))
      throw new Error(`${shown(event)} by ${shown(by)}: not known`);
    const found = this.program.fire(this.places, event, by);
    return found.accepted ? this.#went(found) : { ...found, ...this.#standing() };
  }

  /** Goes on under a new pairing: a mode, a policy or a client has changed. */
  change(pairing) {
    const program = this.specification.under(pairing);
    const found = program.change(this.places, this.program);
    this.program = program;
    return this.#went(found);
  }

  #went({ places, start, cancel, accepted, rows, effects, rules }) {
    this.places = places;
    return { accepted, rows, effects, timers: { start, cancel }, rules, ...this.#standing() };
  }

  #standing() {
    const places = Object.entries(this.places);
    const state = Object.fromEntries(places.map(([name, place]) => [name, place.state]));
    const remembered = (called) =>
      Object.fromEntries(places.filter(([, place]) => place[called]).map(([name, place]) => [name, place[called]]));
    return { state, owners: remembered("owner"), openers: remembered("opener") };
  }
}
