/** Logs of our own shape, JSON Lines or CSV, read in the page: which conversations there are, and where each departs. */
import type { Party } from "./data";
import { PAIR, PARTIES, type Facts, type Value } from "./engine";
import { World, type Moment } from "./history";

type Row = Readonly<Record<string, unknown>>;

/** A line of a log: where it is, and what it says; or what is wrong with it. */
export interface Line {
  readonly number: number;
  readonly row: Row | string;
}

/** A conversation of a log, as far as it was followed. */
export interface Followed {
  readonly name: string;
  readonly moments: Moment[];
  /** Where it departs, and in which words. */
  departure: { readonly line: number; readonly says: string } | null;
  unread: string | null;
}

const CHANGE = "change";
/** What a refused event is, in words to follow "is". */
export const KINDS = { "not-applicable": "not applicable here", "not-yours": "not theirs to fire", refused: "refused" };
const NOTHING = new Set<unknown>([null, undefined, ""]);

/** The lines of a text; CSV where the first line is no JSON. */
export function lines(text: string): Line[] {
  const first = text.trimStart()[0];
  return first === "{" ? jsonl(text) : csv(text);
}

function jsonl(text: string): Line[] {
  return text.split(/\r?\n/).flatMap((each, n): Line[] => {
    if (!each.trim()) return [];
    try {
      const row: unknown = JSON.parse(each);
      if (typeof row === "object" && row && !Array.isArray(row)) return [{ number: n + 1, row: row as Row }];
    } catch {
      // said below
    }
    return [{ number: n + 1, row: "not a JSON object" }];
  });
}

function csv(text: string): Line[] {
  const rows = cells(text.replace(/^\uFEFF/, ""));
  const names = rows.shift()?.values.map((each) => each.trim()) ?? [];
  return rows
    .filter(({ values }) => values.some(Boolean))
    .map(({ number, values }) => ({
      number,
      row:
        values.length === names.length
          ? Object.fromEntries(names.map((name, n) => [name, values[n]!.trim()]))
          : `${values.length} fields, and the header has ${names.length}`,
    }));
}

function cells(text: string): { number: number; values: string[] }[] {
  const found: { number: number; values: string[] }[] = [];
  let number = 1;
  let row: string[] = [];
  let cell = "";
  let within = false;
  let begun = 1;
  for (let n = 0; n < text.length; n++) {
    const each = text[n]!;
    if (each === "\n") number++;
    if (within) {
      if (each !== '"') cell += each;
      else if (text[n + 1] === '"') cell += text[++n];
      else within = false;
    } else if (each === '"') within = true;
    else if (each === "," || each === ";") {
      row.push(cell);
      cell = "";
    } else if (each === "\n") {
      found.push({ number: begun, values: [...row, cell.replace(/\r$/, "")] });
      [row, cell, begun] = [[], "", number];
    } else cell += each;
  }
  if (cell || row.length) found.push({ number: begun, values: [...row, cell] });
  return found;
}

/** Follows every conversation of a log, a part at a time, so that the page stays awake. */
export async function follow(
  world: World,
  all: readonly Line[],
  progress: (done: number) => void,
  pause: () => Promise<void>,
): Promise<{ readonly conversations: Followed[]; readonly bad: Line[] }> {
  const found = new Map<string, Followed>();
  const bad: Line[] = [];
  for (const [n, line] of all.entries()) {
    if (n % 200 === 0) {
      progress(n);
      await pause();
    }
    if (typeof line.row === "string") {
      bad.push(line);
      continue;
    }
    const name = String(line.row["conversation"] ?? "");
    let talk = found.get(name);
    if (!talk) found.set(name, (talk = { name, moments: [], departure: null, unread: null }));
    if (talk.departure || talk.unread) continue;
    try {
      take(world, talk, line.number, line.row);
    } catch (error) {
      talk.unread = `line ${line.number}: ${(error as Error).message}`;
      bad.push({ number: line.number, row: (error as Error).message });
    }
  }
  progress(all.length);
  return { conversations: [...found.values()], bad };
}

function take(world: World, talk: Followed, number: number, row: Row): void {
  const said = flat(row);
  const facts: Record<string, Value> = {};
  for (const [name, value] of Object.entries(said)) {
    const of = name.split(".").at(-1)!;
    const known = name === of ? world.people.around.includes(name) : PAIR.some((party) => name.startsWith(`${party}.`));
    if (!known || NOTHING.has(value)) continue;
    facts[name] = of === "address" ? String(value) : fact(world, of, value);
  }
  const edition = world.page.editions[0]!;
  let now = talk.moments.at(-1);
  const event = String(said["event"] ?? "");
  if (!now) {
    for (const party of PAIR)
      if (facts[`${party}.mode`] === undefined)
        throw new Error(`${party}.mode: missing; give it on the first event of the conversation`);
    const people = world.people.whole(facts, edition);
    const wrong = world.people.problems(people, edition)[0];
    if (wrong) throw new Error(wrong.says);
    now = world.begin(people);
    talk.moments.push(now);
  } else {
    const { change, wrong } = changes(world, now, facts);
    if (wrong) throw new Error(wrong);
    if (Object.keys(change).length) talk.moments.push((now = world.next(now, { change })));
  }
  if (event === CHANGE) return;
  if (!world.page.specification.events.includes(event))
    throw new Error(`event: ${JSON.stringify(event)} is not one event for certain; follow the log with fsm replay`);
  const moment = world.next(now, { event, by: party(now.people, said["by"]) });
  talk.moments.push(moment);
  const parted = departs(said, moment);
  if (parted) talk.departure = { line: number, says: `${parted[0]}, and should have been ${parted[1]}` };
}

/** What the log says and what the tables say, where they first differ. */
function departs(said: Row, moment: Moment): readonly [string, string] | null {
  const { result } = moment.happened[0]!;
  const accepted = NOTHING.has(said["accepted"]) || String(said["accepted"]).toLowerCase() !== "false";
  const by = (rule: unknown) => (NOTHING.has(rule) ? "" : ` by ${String(rule)}`);
  const observed = accepted ? "accepted" : `refused${by(said["rule"])}`;
  if (!result.accepted) {
    if (accepted || !(NOTHING.has(said["rule"]) || said["rule"] === result.rule))
      return [observed, `${KINDS[result.kind]}${by(result.rule)}`];
  } else if (!accepted) return [observed, "accepted"];
  for (const [name, at] of Object.entries(moment.places))
    if (!NOTHING.has(said[name]) && said[name] !== at.state) return [`${name} ${String(said[name])}`, `${name} ${at.state}`];
  if (NOTHING.has(said["effects"])) return null;
  const asked = (result.accepted ? result.effects : []).map(({ effect, to }) => `${effect}>${to}`).join(" ") || "none";
  const seen = effects(said["effects"]);
  return seen === asked ? null : [`effects ${seen}`, `effects ${asked}`];
}

function effects(value: unknown): string {
  const pairs = Array.isArray(value) ? value.map((each) => (Array.isArray(each) ? each.join(">") : String(each))) : [String(value)];
  return pairs.join(" ").trim() || "none";
}

function changes(world: World, now: Moment, facts: Facts): { change: Facts; wrong: string } {
  const change: Record<string, Value> = {};
  for (const [name, value] of Object.entries(facts)) {
    if (name.endsWith(".address")) continue;
    if (now.people[name] !== value) change[name] = value;
  }
  const wrong = world.people.problems(world.people.changed(now.people, change), world.page.editions[0]!)[0];
  return { change, wrong: wrong?.says ?? "" };
}

function flat(row: Row): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (name === CHANGE && typeof value === "object" && value) Object.assign(found, { event: CHANGE }, flat(value as Row));
    else if (PAIR.includes(name as never) && typeof value === "object" && value)
      for (const [inner, each] of Object.entries(value)) found[`${name}.${inner}`] = each;
    else found[name] = value;
  }
  return found;
}

function fact(world: World, name: string, value: unknown): Value {
  const values = world.people.values(name);
  const text = String(value);
  const found = values.find((each) => (typeof each === "boolean" ? String(each) === text.toLowerCase() : each === text));
  if (found === undefined)
    throw new Error(`${name}: ${JSON.stringify(text.slice(0, 80))} is not accepted; use one of ${values.join(", ")}`);
  return found;
}

function party(people: Facts, by: unknown): Party {
  const text = String(by ?? "");
  if (PARTIES.includes(text as Party)) return text as Party;
  const plain = (address: unknown) => String(address).trim().toLowerCase().replace(/^sip:/, "");
  const found = PAIR.find((each) => plain(people[`${each}.address`]) === plain(text));
  if (!found || !text)
    throw new Error(`by: ${JSON.stringify(text.slice(0, 80))} is not one party for certain; follow the log with fsm replay`);
  return found;
}
