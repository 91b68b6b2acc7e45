// From fsm export typescript, for the JSON that fsm export xstate writes of the same. Not to be edited.
import { and, assign, createMachine, enqueueActions, initialTransition, or, raise, stateIn, transition } from "xstate";
import type { EventObject, MachineContext, MetaObject, ParameterizedObject, ProvidedActor } from "xstate";
import type { SnapshotFrom, StateMachine } from "xstate";

// NAMES

/** What `fsm export xstate` wrote, parsed. */
export interface Config {
  readonly id: string;
  readonly version: string;
  readonly meta: {
    readonly guards: Named<readonly string[]>;
    readonly siblings?: Named<readonly Named<string>[]>;
  };
}
type Named<T> = { readonly [name: string]: T };

/** A function for each condition. */
export type Guards<Context> = { [Name in keyof Conditions]: (given: { context: Context }) => boolean };

/** An event. A change of the pairing brings the context that holds from then on. */
export type Event<Context> = { type: EventType } | { type: "change"; context: Context };

/** After so many seconds, the event is to be sent; only where all the guards hold, if there are any. */
export type Timer = { event: EventType; seconds: number; guards?: string[] };

/** An effect, and whom it is addressed to. */
export type Effect = { [Name in keyof Effects]: { type: Name; params: { to: Effects[Name] } } }[keyof Effects];

/** What a step does, in order. */
export type Action =
  | Effect
  | ([Signal] extends [never] ? never : { type: "signal"; params: { type: Signal } })
  | { type: "restart_timer"; params: Timer };

/** A function for each action. */
export type Actions<Context> = {
  [A in Action as A["type"]]: (given: { context: Context }, params: A["params"]) => void;
};

/** The rule and the row that refuse an event, and what to do instead; all empty where no row holds. */
export type Refusal = { refused: string; row: string; instead: string[]; rules: string[] };

/** What an event comes to. */
export type Outcome<Context extends MachineContext> =
  | { accepted: true; now: Now<Context>; effects: Effect[]; signals: Signal[]; start: Timer[]; cancel: EventType[] }
  | { accepted: false; now: Now<Context>; refusal: Refusal };

export type Machine<Context extends MachineContext> = StateMachine<
  Context,
  Event<Context>,
  Record<string, never>,
  ProvidedActor,
  Action,
  ParameterizedObject,
  string,
  Value,
  "final" | "routed",
  Context,
  unknown,
  EventObject,
  MetaObject,
  any,
  MetaObject
>;

/** Where a machine stands. */
export type Now<Context extends MachineContext> = SnapshotFrom<Machine<Context>>;

/**
 * The machine; its input is the context that guards are asked of.
 *
 * Without actions it is for `fire`, which says what to do; with them, for `createActor`, which does it. An actor
 * refuses by doing nothing; ask `snapshot.can` first.
 */
export function machine<Context extends MachineContext>(
  config: Config,
  guards: Guards<Context>,
  actions?: Actions<Context>,
): Machine<Context> {
  if (config.id !== ID || config.version !== VERSION) {
    const [given, wanted] = [`${config.id} of ${config.version}`, `${ID} of ${VERSION}`];
    throw new Error(`config: ${given} is not ${wanted}, which this module is for; export both again`);
  }
  const { guards: all, siblings = {} } = config.meta;
  const made = createMachine({ ...config, context: ({ input }: { input: Context }) => input } as never, {
    guards: {
      ...guards,
      ...each(all, (names) => and(names as never)),
      ...each(siblings, (places) => or(places.map((place) => stateIn(place)))),
    } as never,
    actions: {
      ...actions,
      ...(config.meta.siblings && { signal: raise((_, params: { type: string }) => params) }),
      where: enqueueActions(({ enqueue, check }, { guards, action }: { guards: string[]; action: Action }) => {
        if (guards.every((name) => check(name as never))) enqueue(action as never);
      }),
      adopt: assign(({ event }) => event["context"]),
      nothing: () => undefined,
    } as never,
  });
  return made as unknown as Machine<Context>;
}

/** Where a machine begins. */
export function begin<Context extends MachineContext>(machine: Machine<Context>, context: Context): Now<Context> {
  return initialTransition(machine, context)[0];
}

/** What an event comes to. Nothing is done: it is for the caller to do, and to go on from `now`. */
export function fire<Context extends MachineContext>(
  machine: Machine<Context>,
  now: Now<Context>,
  event: Event<Context>,
): Outcome<Context> {
  if (!now.can(event)) return { accepted: false, now, refusal: refusal(machine, now, event) };
  const [next, actions] = transition(machine, now, event);
  const asked = (type: string) => actions.filter((each) => each.type === type).map(({ params }) => params as any);
  const before = timers(machine, now);
  const after = timers(machine, next);
  const again = asked("restart_timer");
  const fresh = (timer: Timer) => !before.some(same(timer)) || again.some(same(timer));
  return {
    accepted: true,
    now: next,
    effects: actions.flatMap(({ type, params }) => (params && "to" in params ? [{ type, params } as Effect] : [])),
    signals: asked("signal").map(({ type }) => type) as never,
    start: after.filter(fresh),
    cancel: before.filter((timer) => !after.some(same(timer))).map(({ event }) => event),
  };
}

function same(one: Timer): (other: Timer) => boolean {
  return (other) => one.event === other.event;
}

function refusal<Context extends MachineContext>(
  machine: Machine<Context>,
  now: Now<Context>,
  event: Event<Context>,
): Refusal {
  const rows = (machine.getTransitionData(now as never, event) ?? []).map(({ meta }) => meta as Refusal | undefined);
  return rows.find((row) => row?.refused) ?? { refused: "", row: "", instead: [], rules: [] };
}

function timers<Context extends MachineContext>(machine: Machine<Context>, now: Now<Context>): Timer[] {
  const guards = machine.implementations.guards as unknown as Named<(given: { context: Context }) => boolean>;
  return Object.values(now.getMeta())
    .flatMap((meta) => (meta as { timers?: Timer[] } | undefined)?.timers ?? [])
    .filter(({ guards: asked = [] }) => asked.every((name) => guards[name]!(now)));
}

function each<T>(of: Named<T>, make: (value: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, make(value)]));
}
