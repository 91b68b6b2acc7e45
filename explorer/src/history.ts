/** What has happened in a conversation, moment by moment; one may go back and go on otherwise. */
import type { Edition, Page, Party } from "./data";
import { Program, Tables, type Accepted, type Facts, type Places, type Refusal } from "./engine";
import { People } from "./people";

export type Step =
  | { readonly event: string; readonly by: Party }
  | { readonly wait: number }
  | { readonly change: Facts };

/** An event and what it came to; of a change, `change`. */
export interface Happened {
  readonly event: string;
  readonly by: Party;
  readonly clock: number;
  readonly result: Accepted | Refusal;
}

export interface Moment {
  readonly step: Step | null;
  readonly before: Moment | null;
  readonly after: Moment[];
  readonly number: number;
  readonly people: Facts;
  readonly program: Program;
  readonly places: Places;
  /** Seconds since the conversation began. */
  readonly clock: number;
  /** Timers that run, and when they expire. */
  readonly timers: ReadonlyMap<string, number>;
  readonly happened: readonly Happened[];
}

/** More than this is never waited at once. */
export const LONGEST_WAIT = 86_400;

export class World {
  readonly tables: Tables;
  readonly people: People;
  readonly #programs = new Map<string, Program>();

  constructor(readonly page: Page) {
    this.tables = new Tables(page.specification);
    this.people = new People(page);
  }

  edition(name: string): Edition | undefined {
    return this.page.editions.find((each) => each.name === name);
  }

  program(people: Facts): Program {
    const key = Object.entries(people)
      .filter(([name]) => !name.endsWith(".address"))
      .map(([name, value]) => `${name}=${value}`)
      .join();
    let found = this.#programs.get(key);
    if (!found) this.#programs.set(key, (found = this.tables.under(people)));
    return found;
  }

  begin(people: Facts): Moment {
    return {
      ...{ step: null, before: null, after: [], number: 0, people, program: this.program(people) },
      ...{ places: this.tables.begin, clock: 0, timers: new Map(), happened: [] },
    };
  }

  /** What a step comes to; known of a moment that had it before. */
  next(moment: Moment, step: Step): Moment {
    const key = JSON.stringify(step);
    const known = moment.after.find((each) => JSON.stringify(each.step) === key);
    if (known) return known;
    const found = { ...this.#come(moment, step), step, before: moment, after: [], number: moment.number + 1 };
    moment.after.push(found);
    return found;
  }

  #come(moment: Moment, step: Step): Moment {
    if ("wait" in step) return this.#wait(moment, step.wait);
    if ("change" in step) return this.#change(moment, step.change);
    return this.#fire({ ...moment, happened: [] }, step.event, step.by);
  }

  #fire(moment: Moment, event: string, by: Party): Moment {
    const result = moment.program.fire(moment.places, event, by);
    const happened = [...moment.happened, { event, by, clock: moment.clock, result }];
    return result.accepted ? { ...this.#gone(moment, result), happened } : { ...moment, happened };
  }

  #gone(moment: Moment, result: Accepted): Moment {
    const timers = new Map(moment.timers);
    for (const event of result.cancel) timers.delete(event);
    for (const { event, seconds } of result.start) timers.set(event, moment.clock + seconds);
    return { ...moment, places: result.places, timers };
  }

  #change(moment: Moment, given: Facts): Moment {
    const people = this.people.changed(moment.people, given);
    const program = this.program(people);
    const result = program.change(moment.places, moment.program);
    const happened = [{ event: "change", by: "service" as const, clock: moment.clock, result }];
    return { ...this.#gone(moment, result), people, program, happened };
  }

  /** Time goes by; timers that expire fire their events, in order. */
  #wait(moment: Moment, seconds: number): Moment {
    const until = moment.clock + seconds;
    let now: Moment = { ...moment, happened: [] };
    for (;;) {
      const due = [...now.timers].filter(([, at]) => at <= until).sort((one, other) => one[1] - other[1])[0];
      if (!due) return { ...now, clock: until };
      const timers = new Map(now.timers);
      timers.delete(due[0]);
      now = this.#fire({ ...now, timers, clock: due[1] }, due[0], "service");
    }
  }
}

/** The moments from the beginning to this one. */
export function line(moment: Moment): Moment[] {
  const found = [];
  for (let each: Moment | null = moment; each; each = each.before) found.push(each);
  return found.reverse();
}

/** The moment that was gone on to last, again and again. */
export function latest(moment: Moment): Moment {
  while (moment.after.length) moment = moment.after.at(-1)!;
  return moment;
}
