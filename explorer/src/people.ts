/** Two users and what surrounds them: what is taken where nothing is said, and what contradicts. */
import type { Edition, Page } from "./data";
import { holds, PAIR, type Facts, type Pair, type Value } from "./engine";

/** What contradicts, at the field to look at. */
export interface Problem {
  readonly field: string;
  readonly says: string;
}

const ADDRESS = "address";

export class People {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  /** The names of a user's facts, and of what surrounds two. */
  get user(): readonly string[] {
    return [ADDRESS, ...Object.keys(this.#page.people.user)];
  }

  get around(): readonly string[] {
    return Object.keys(this.#page.people.around);
  }

  values(name: string): readonly Value[] {
    const of = name.split(".").at(-1)!;
    return this.#page.people.user[of] ?? this.#page.people.around[of] ?? [];
  }

  /** All facts, where some are given. */
  whole(given: Facts, edition: Edition): Facts {
    const found: Record<string, Value> = {};
    for (const party of PAIR) {
      const mode = given[`${party}.mode`] ?? this.values("mode").at(-1)!;
      const usual = this.usual(mode as string, edition);
      for (const name of this.user) found[`${party}.${name}`] = given[`${party}.${name}`] ?? usual[name] ?? party;
      found[`${party}.mode`] = mode;
    }
    for (const name of this.around) found[name] = given[name] ?? this.values(name)[0]!;
    return found;
  }

  /** What is taken of a user of a mode where nothing is said. */
  usual(mode: string, edition: Edition): Facts {
    const first = Object.entries(this.#page.people.user).map(([name, values]) => [name, values[0]!]);
    return { ...Object.fromEntries(first), ...edition.taken[mode], mode, client: this.#page.people.clients[mode]! };
  }

  /** Facts with others in their place. A client goes with its mode, unless another is given. */
  changed(known: Facts, given: Facts): Facts {
    const found = { ...known, ...given };
    for (const party of PAIR) {
      const mode = given[`${party}.mode`];
      if (mode !== undefined && mode !== known[`${party}.mode`] && given[`${party}.client`] === undefined)
        found[`${party}.client`] = this.#page.people.clients[mode as string]!;
    }
    return found;
  }

  /** What contradicts, in the words of the library; nothing if they can be. */
  problems(people: Facts, edition: Edition): Problem[] {
    const { odd, apart, same, longest } = this.#page.people;
    const found: Problem[] = [];
    for (const party of PAIR) {
      const who = of(people, party);
      const address = String(who[ADDRESS]);
      if (!address) found.push({ field: `${party}.${ADDRESS}`, says: "address: missing; give a non-empty string" });
      if (/[\p{C}\p{Zl}\p{Zp}]/u.test(address))
        found.push({ field: `${party}.${ADDRESS}`, says: "address: use printable characters, without line breaks" });
      if (address.length > longest)
        found.push({ field: `${party}.${ADDRESS}`, says: `address: use at most ${longest.toLocaleString("en")} characters` });
      for (const { says, test } of [...odd, ...edition.nobody])
        if (holds(test, who)) found.push({ field: `${party}.${says.split(":", 1)[0]}`, says });
    }
    for (const { says, test } of apart) if (holds(test, people)) found.push({ field: says.split(":", 1)[0]!, says });
    const [first, second] = PAIR.map((party) => String(people[`${party}.${ADDRESS}`]));
    if (first && first === second)
      found.push({ field: `recipient.${ADDRESS}`, says: same.replace("{address}", () => second!) });
    return found;
  }

  /** What is not as usual of a user, besides the mode. */
  unusual(people: Facts, party: Pair, edition: Edition): [string, Value][] {
    const usual = this.usual(String(people[`${party}.mode`]), edition);
    return this.user
      .filter((name) => name !== "mode" && people[`${party}.${name}`] !== (usual[name] ?? party))
      .map((name) => [name, people[`${party}.${name}`]!]);
  }
}

/** The facts of one user. */
export function of(people: Facts, party: Pair): Facts {
  const found: Record<string, Value> = {};
  for (const [name, value] of Object.entries(people))
    if (name.startsWith(`${party}.`)) found[name.slice(party.length + 1)] = value;
  return found;
}

/** What the two are called: the part of their address before the @, or all of it where that is the same. */
export function called(people: Facts): Readonly<Record<Pair, string>> {
  const [first, second] = PAIR.map((party) => String(people[`${party}.${ADDRESS}`])) as [string, string];
  const short = (address: string) => address.split("@", 1)[0]!;
  if (short(first) === short(second)) return { originator: first, recipient: second };
  return { originator: first_name(short(first)), recipient: first_name(short(second)) };
}

function first_name(name: string): string {
  const word = name.split(".", 1)[0] || name;
  return word[0]!.toUpperCase() + word.slice(1);
}
