// The lifecycle on XState. Reads the machine, then one request a line; answers each with a number.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url); // finds node_modules here, above, and in NODE_PATH
const { createActor, createMachine } = found("xstate");
const BATCH = 5_000;

let measure;
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (measure) {
    console.log(measure[asked]());
  } else {
    measure = prepare(asked);
    console.log(JSON.stringify(`${require("xstate/package.json").version}, Node ${process.versions.node}`));
  }
}

function found(name) {
  try {
    return require(name);
  } catch {
    process.exit(3);
  }
}

function prepare({ rows, opening, cycle, refused }) {
  const states = { ended: { type: "final" } };
  for (const [source, event, target, guards] of rows) {
    const guard = guards.length ? ({ context }) => guards.every((name) => context[name]) : undefined;
    states[source] ??= { on: {} };
    states[source].on[event] = { target, guard };
  }
  const context = Object.fromEntries(rows.flatMap(([, , , guards]) => guards).map((name) => [name, true]));
  const machine = createMachine({ id: "call", initial: "none", context, states });
  const create = () => createActor(machine).start();

  const actor = create();
  let at = "none";
  for (const type of [...opening, ...cycle]) {
    actor.send({ type });
    at = rows.find(([source, event]) => source === at && event === type)[2];
    if (actor.getSnapshot().value !== at) throw new Error(`${type} led to ${actor.getSnapshot().value}, not to ${at}`);
  }
  const events = Array.from({ length: BATCH }, (_, n) => ({ type: cycle[n % cycle.length] }));
  events.length -= events.length % cycle.length; // back to connected
  const never = { type: refused };

  const measure = {
    event: () => timed(events.length, () => { for (const event of events) actor.send(event); }),
    may: () => timed(BATCH, () => { for (let n = 0; n < BATCH; n++) actor.getSnapshot().can(never); }),
    create: () => timed(BATCH, () => { for (let n = 0; n < BATCH; n++) create(); }),
    bytes: () => {
      gc();
      const before = process.memoryUsage().heapUsed;
      const held = Array.from({ length: BATCH }, create);
      gc();
      return (process.memoryUsage().heapUsed - before) / held.length;
    },
  };
  for (let n = 0; n < 20; n++) measure.event(), measure.may(), measure.create(); // until V8 has compiled them
  return measure;
}

function timed(operations, go) {
  const start = process.hrtime.bigint();
  go();
  return Number(process.hrtime.bigint() - start) / operations;
}
