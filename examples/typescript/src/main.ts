// Plays a call between a Teams user and a Skype for Business user, in which she wants to share her desktop.
import type { EventType } from "./call.js";
import { adele, grady } from "./people.js";
import { Call } from "./service.js";

const call = new Call(
  { originator: adele, recipient: grady },
  {
    effect: (name, to) => console.log(`    ${name} -> ${to}`),
    signal: (name) => console.log(`    tells ${name}`),
  },
);
const played: EventType[] = [
  "call_audio.originator",
  "share_desktop.originator",
  "accept_call.recipient",
  "share_desktop.originator",
  "accept_meeting.originator",
  "call.meeting_ready.originator",
];
for (const event of played) {
  console.log(event);
  const refusal = call.fire(event);
  if (refusal) console.log(`    refused by ${refusal.refused}; instead: ${refusal.instead.join(", ")}`);
  console.log(`    the call is ${call.state}`);
}
