// A call service: the specification decides, and this does what it says.
import { begin, fire, machine, type Effect, type EventType, type Refusal, type Signal, type Timer } from "./call.js";
import config from "./call.json" with { type: "json" };
import { guards, type Two } from "./guards.js";

/** Who carries out effects, and who hears what the call tells the chat, the meeting and the record of ended calls. */
export interface Outside {
  effect(name: Effect["type"], to: Effect["params"]["to"]): void;
  signal(name: Signal): void;
}

/** Do something; what it fails with, if it does. */
function attempt(doing: () => void): unknown[] {
  try {
    doing();
    return [];
  } catch (error) {
    return [error];
  }
}

const CALL = machine(config, guards);

export class Call {
  private now;
  private readonly running = new Map<EventType, NodeJS.Timeout>();

  constructor(
    two: Two,
    private readonly outside: Outside,
  ) {
    this.now = begin(CALL, two);
  }

  get state() {
    return this.now.value;
  }

  /**
   * Let an event happen; why not, if it is refused.
   *
   * A step is whole: the call stands in its new state with its timers, and everything there is to do is tried, in order,
   * before what failed of it is thrown as one AggregateError.
   */
  fire(type: EventType): Refusal | undefined {
    const outcome = fire(CALL, this.now, { type });
    if (!outcome.accepted) return outcome.refusal;
    this.now = outcome.now;
    outcome.cancel.forEach((event) => this.cancel(event));
    outcome.start.forEach((timer) => this.start(timer));
    const todo = [
      ...outcome.effects.map(({ type, params }) => () => this.outside.effect(type, params.to)),
      ...outcome.signals.map((name) => () => this.outside.signal(name)),
    ];
    const failed = todo.flatMap(attempt);
    if (failed.length)
      throw new AggregateError(failed, `${type}: it happened, but ${failed.length} of ${todo.length} effects failed`);
    return undefined;
  }

  private start({ event, seconds }: Timer) {
    this.cancel(event);
    this.running.set(event, setTimeout(() => this.fire(event), seconds * 1000));
  }

  private cancel(event: EventType) {
    clearTimeout(this.running.get(event));
    this.running.delete(event);
  }
}
