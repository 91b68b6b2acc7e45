/** A call between two people, in a conversation that the service keeps. */

import { Talk, Trouble } from "./talk.js";

const [, , url = "http://127.0.0.1:8040", token] = process.argv;
const talk = await Talk.open(
  url,
  {
    originator: { address: "adele@contoso.com", mode: "TeamsOnly" },
    recipient: { address: "grady@contoso.com", mode: "SfBOnly" },
  },
  undefined,
  token,
);

const rung = await talk.fire("call_audio", "originator");
for (const effect of rung.effects) console.log(`${effect.name} to ${effect.to}`);
await talk.fire("accept_call", "recipient", rung.seq);
try {
  await talk.fire("add_participant", "originator");
} catch (error) {
  if (!(error instanceof Trouble) || !error.refusal) throw error;
  console.log(`refused by ${error.refusal.rule}: instead ${error.refusal.instead}`);
}
for await (const step of talk.steps()) {
  console.log(`${step.seq} ${step.event} by ${step.by}`);
  if (step.event === "accept_call") break;
}
process.exit(0);
