// Plays SCXML documents in SCION, which is written in JavaScript; asked and answering as scxml_statemachine is.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const scxml = createRequire(`${process.env.JURY_HOME}/`)("@scion-scxml/scxml");

const ready = new Map();

function model(path) {
  if (!ready.has(path)) {
    ready.set(path, new Promise((resolve, reject) => {
      const done = (next) => (error, result) => (error ? reject(error) : next(result));
      scxml.pathToModel(path, done((found) => found.prepare(done(resolve))));
    }));
  }
  return ready.get(path);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { document, events } = JSON.parse(line);
  const parsed = await model(document);
  const logged = [];
  const options = { console: { log: (...said) => logged.push(said) }, sessionRegistry: new Map() };
  let machine = new scxml.core.Statechart(parsed, options);
  machine.start();
  const heard = [];
  for (const event of events) {
    if (typeof event === "string") {
      machine.gen({ name: event });
      heard.push([logged.splice(0), machine.getFullConfiguration()]);
    } else {
      const snapshot = machine.getSnapshot();
      Object.assign(snapshot[3], event);
      machine = new scxml.core.Statechart(parsed, { ...options, snapshot });
    }
  }
  process.stdout.write(`${JSON.stringify(heard)}\n`);
}
