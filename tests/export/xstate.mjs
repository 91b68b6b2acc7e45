// Drives XState with event sequences: node xstate.mjs DIRECTORY_OF_NODE_MODULES < LINES
//
// A line is {config, conditions, module}: from here on this machine configuration, with conditions of these names and,
// if there is one, by the generated module, compiled. Or it is {number, holds, trace}: which conditions hold, and for each
// step [event type, accepted, places, effects, timers to start, timers to cancel]; timers are for the module to tell.
// A change of the pairing is a list of events in the place of one, of which nothing but places and effects is asked.
// Answers with XState's version, how many sequences there were, and those in which something else was said.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.argv[2], "package.json"));
const xstate = require("xstate");

let talk;
let sequences = 0;
const disagreements = [];
for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  if (given.config) {
    const guards = Object.fromEntries(
      given.conditions.map((name) => [name, ({ context }) => context.holds.includes(name)]),
    );
    const make = given.module ? generated(await import(pathToFileURL(given.module))) : plain;
    talk = make(given.config, guards);
  } else {
    sequences += 1;
    const found = disagreement(given);
    if (found) disagreements.push({ number: given.number, ...found });
  }
}
console.log(JSON.stringify({ version: require("xstate/package.json").version, sequences, disagreements }));

function disagreement({ holds, trace }) {
  let now = talk.begin({ holds });
  for (const [step, [type, ...expected]] of trace.entries()) {
    const [next, accepted, effects, ...timers] = Array.isArray(type) ? changed(now, type) : talk.fire(now, { type });
    const places = Object.fromEntries(Object.keys(expected[1]).map((name) => [name, next.value[name]]));
    const got = [accepted, places, effects.map(({ type, params }) => [type, params.to]), ...timers];
    if (JSON.stringify(got) !== JSON.stringify(expected.slice(0, got.length))) return { step, type, expected, got };
    now = next;
  }
}

function changed(from, events) {
  const all = [];
  for (const event of events) {
    const [next, , effects] = talk.fire(from, event);
    all.push(...effects);
    from = next;
  }
  return [from, true, all];
}

function plain(config, guards) {
  const { and, assign, createMachine, enqueueActions, initialTransition, or, raise, stateIn, transition } = xstate;
  for (const [name, all] of Object.entries(config.meta.guards)) guards[name] = and(all);
  for (const [name, any] of Object.entries(config.meta.siblings)) guards[name] = or(any.map((place) => stateIn(place)));
  const actions = {
    signal: raise((_, params) => params),
    where: enqueueActions(({ enqueue, check }, { guards, action }) => {
      if (guards.every((name) => check(name))) enqueue(action);
    }),
    adopt: assign(({ event }) => event.context),
  };
  const machine = createMachine({ ...config, context: ({ input }) => input }, { guards, actions });
  return {
    begin: (context) => initialTransition(machine, context)[0],
    fire: (now, event) => {
      const [next, asked] = transition(machine, now, event);
      return [next, now.can(event), asked.filter(({ type }) => !["nothing", "restart_timer", "xstate.raise"].includes(type))];
    },
  };
}

function generated({ begin, fire, machine: make }) {
  return (config, guards) => {
    const machine = make(config, guards);
    return {
      begin: (context) => begin(machine, context),
      fire: (from, event) => {
        const { now, accepted, effects = [], start = [], cancel = [] } = fire(machine, from, event);
        return [now, accepted, effects, start.map(({ event, seconds }) => [event, seconds]).sort(), cancel.sort()];
      },
    };
  };
}
