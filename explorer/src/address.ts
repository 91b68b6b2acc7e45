/** The whole of it in an address, and back. */
import type { Edition, Party } from "./data";
import { PAIR, PARTIES, type Facts, type Value } from "./engine";
import { latest, line, LONGEST_WAIT, World, type Moment, type Step } from "./history";

/** Where somebody is: the product at a date, and a moment. */
export interface Here {
  readonly edition: Edition;
  readonly moment: Moment;
}

const NAMES = { originator: "from", recipient: "to" } as const;
const quoted = (value: Value) => encodeURIComponent(String(value)).replaceAll("%40", "@").replaceAll("'", "%27");

/** What stands behind the #. */
export function written(world: World, { edition, moment }: Here): string {
  const whole = line(latest(moment));
  const { people } = whole[0]!;
  const parts = PAIR.map((party) => {
    const rest = world.people.unusual(people, party, edition).map(([name, value]) => `,${name}=${quoted(value)}`);
    return `${NAMES[party]}=${people[`${party}.mode`]}${rest.join("")}`;
  });
  for (const name of world.people.around)
    if (people[name] !== world.people.values(name)[0]) parts.push(`${name}=${people[name]}`);
  if (edition !== world.page.editions[0]) parts.push(`edition=${edition.name}`);
  const steps = whole.slice(1).map(({ step }) => spelled(step!));
  if (steps.length) parts.push(`play=${steps.join(";")}`);
  if (moment.number < steps.length) parts.push(`at=${moment.number}`);
  return parts.join("&");
}

function spelled(step: Step): string {
  if ("wait" in step) return `wait:${step.wait}`;
  if ("event" in step) return `${step.event}:${step.by}`;
  return `change:${Object.entries(step.change)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(",")}`;
}

/** What an address says. Throws an error that names what cannot be read in it. */
export function read(world: World, text: string): Here {
  const { people } = world;
  const given: Record<string, Value> = {};
  let edition = world.page.editions[0]!;
  let steps: Step[] = [];
  let at: number | null = null;
  for (const part of text.replace(/^#/, "").split("&").filter(Boolean)) {
    const [name, value] = cut(part, "=");
    if (name === "from" || name === "to") Object.assign(given, user(world, name === "from" ? "originator" : "recipient", value));
    else if (people.around.includes(name)) given[name] = choose(world, name, value);
    else if (name === "edition") edition = world.edition(value) ?? odd("edition", value, world.page.editions.map((each) => each.name));
    else if (name === "play") steps = value.split(";").map((each) => step(world, each));
    else if (name === "at") at = whole("at", value);
    else odd("part", name, ["from", "to", ...people.around, "edition", "play", "at"]);
  }
  const facts = people.whole(given, edition);
  const first = people.problems(facts, edition)[0];
  if (first) throw new Error(first.says);
  let moment = world.begin(facts);
  let found = moment;
  for (const each of steps) {
    if ("change" in each) {
      const wrong = people.problems(people.changed(moment.people, each.change), edition)[0];
      if (wrong) throw new Error(`change: ${wrong.says}`);
    }
    moment = world.next(moment, each);
    if (at === null || moment.number <= at) found = moment;
  }
  return { edition, moment: found };
}

function user(world: World, party: string, text: string): Facts {
  const [mode, ...rest] = text.split(",");
  const found: Record<string, Value> = { [`${party}.mode`]: choose(world, "mode", mode!) };
  for (const each of rest) {
    const [name, value] = cut(each, "=");
    if (!world.people.user.includes(name)) odd(`fact of the ${party}`, name, world.people.user);
    found[`${party}.${name}`] = name === "address" ? decodeURIComponent(value) : choose(world, name, value);
  }
  return found;
}

function step(world: World, text: string): Step {
  const [event, value] = cut(text, ":");
  if (event === "wait") return { wait: Math.min(whole("wait", value), LONGEST_WAIT) };
  if (event === "change") {
    const facts = value.split(",").map((each) => {
      const [name, one] = cut(each, "=");
      const of = name.split(".").at(-1)!;
      const known = name === of ? world.people.around : PAIR.flatMap((party) => world.people.user.map((fact) => `${party}.${fact}`));
      if (!known.includes(name) || of === "address") odd("fact", name, known);
      return [name, choose(world, of, one)] as const;
    });
    return { change: Object.fromEntries(facts) };
  }
  if (!world.page.specification.events.includes(event)) odd("event", event, world.page.specification.events);
  if (!PARTIES.includes(value as Party)) odd("party", value, PARTIES);
  return { event, by: value as Party };
}

function choose(world: World, name: string, text: string): Value {
  const values = world.people.values(name);
  return values.find((each) => String(each) === decodeURIComponent(text)) ?? odd(name, text, values.map(String));
}

function whole(name: string, text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : odd(name, text, ["a whole number"]);
}

function cut(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function odd(what: string, value: string, accepted: readonly string[]): never {
  throw new Error(`${what}: ${JSON.stringify(value.slice(0, 80))} is not accepted; use one of ${accepted.join(", ")}`);
}
