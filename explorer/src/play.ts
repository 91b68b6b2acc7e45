/** A conversation played from data to data: what an embedding page or a test asks, past everything that is seen. */
import type { Facts } from "./engine";
import { World, type Step } from "./history";

/** For each step what happened in it, where all stands after it, the timers that run and the clock. */
export function play(world: World, people: Facts, steps: readonly Step[]): unknown[] {
  let moment = world.begin(people);
  return steps.map((step) => {
    moment = world.next(moment, step);
    const happened = moment.happened.map(({ event, by, clock, result }) => [
      event,
      by,
      clock,
      result.accepted
        ? {
            effects: result.effects.map(({ effect, to }) => [effect, to]),
            start: result.start.map(({ event, seconds }) => [event, seconds]),
            cancel: result.cancel,
            rows: result.rows,
            rules: result.rules,
          }
        : {
            kind: result.kind,
            rule: result.rule,
            guard: result.guard,
            message: result.message,
            instead: result.instead,
            ways: result.ways.map(({ event, by }) => [event, by]),
            reasons: result.reasons.map((each) => [
              ...[each.row, each.guard, each.about, each.rule, each.message, each.remedy],
            ]),
            row: result.row,
            rules: result.rules,
          },
    ]);
    const places = Object.entries(moment.places).map(([name, at]) => [name, [at.state, at.owner, at.opener]]);
    return [happened, Object.fromEntries(places), Object.fromEntries(moment.timers), moment.clock];
  });
}
