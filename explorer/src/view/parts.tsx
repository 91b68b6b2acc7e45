/** Small parts that all of the page shares: words for places and parties, rule chips, marks. */
import { createContext, type ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import type { Party } from "../data";
import type { At, Facts, Way } from "../engine";
import { called } from "../people";
import type { Moment, Step, World } from "../history";

/** What parts ask the page to do. */
export interface Doing {
  readonly world: World;
  readonly moment: Moment;
  go(moment: Moment): void;
  take(step: Step): void;
  pick(rows: readonly string[]): void;
  rule(id: string): void;
}
export const Page = createContext<Doing>(null!);
export const usePage = (): Doing => useContext(Page);

export const ON: Readonly<Record<string, string>> = { teams: "on Teams", sfb: "on SfB" };
export const PLATFORM: Readonly<Record<string, string>> = { teams: "Teams", sfb: "SfB" };
export const LIFECYCLE = (name: string): string => name.replaceAll("_", " ");

/** What a party is called here. */
export function who(people: Facts, party: Party | string): string {
  if (party === "service") return "The services";
  const names = called(people);
  return party === "originator" || party === "recipient" ? names[party] : party.replaceAll("-", " ");
}

/** An event in a sentence. */
export function sentence(world: World, people: Facts, { event, by }: Way): string {
  const names = called(people);
  const [one, other] = by === "recipient" ? [names.recipient, names.originator] : [names.originator, names.recipient];
  const text = world.page.sentences[event] ?? event;
  return text.replaceAll("{who}", () => (by === "service" ? "The service" : one)).replaceAll("{peer}", () => other);
}

export function place(at: At, people: Facts): string {
  return [at.state, ...[at.owner, at.opener].flatMap((each) => (each ? [who(people, each)] : []))].join(":");
}

export function Rules({ ids }: { ids: readonly string[] }) {
  const { world, rule } = usePage();
  return (
    <span class="rules">
      {ids.map((id) => (
        <button type="button" class="chip" key={id} title={world.tables.rules.get(id)?.says} onClick={() => rule(id)}>
          {id}
        </button>
      ))}
    </span>
  );
}

export function Mark({ yes }: { yes: boolean }) {
  return (
    <>
      <span class={yes ? "mark yes" : "mark no"} aria-hidden="true">
        {yes ? "✓" : "✗"}
      </span>
      <span class="hidden">{yes ? "accepted: " : "refused: "}</span>
    </>
  );
}

export function Panel({ id, title, aside, children }: { id: string; title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="panel" id={id} aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** Seconds as people say them. */
export function time(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
