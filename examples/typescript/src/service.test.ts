import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { createActor } from "xstate";
import { machine } from "./call.js";
import config from "./call.json" with { type: "json" };
import { guards } from "./guards.js";
import { adele, grady } from "./people.js";
import { Call } from "./service.js";

let done: string[];
const outside = {
  effect: (name: string, to: string) => void done.push(`${name} -> ${to}`),
  signal: (name: string) => void done.push(name),
};

beforeEach(() => {
  done = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("each client has its way to tell that the call is interop", () => {
  const call = new Call({ originator: adele, recipient: grady }, outside);
  call.fire("call_audio.originator");
  assert.deepEqual(done.splice(0), ["ring_audio -> recipient", "terminated_call.call_placed.originator"]);
  call.fire("accept_call.recipient");
  assert.deepEqual(done, [
    "stop_ringing -> originator",
    "stop_ringing -> recipient",
    "connect_media -> originator",
    "connect_media -> recipient",
    "show_business_bar -> recipient",
    "show_interop_banner -> originator",
  ]);
});

test("a call that nobody answers is missed after 30 seconds", () => {
  const call = new Call({ originator: adele, recipient: grady }, outside);
  call.fire("call_audio.originator");
  mock.timers.tick(29_999);
  assert.equal(call.state, "ringing_originator");
  mock.timers.tick(1);
  assert.equal(call.state, "ended");
  assert.equal(done.at(-1), "terminated_call.call_missed.originator");
});

test("a call that is answered in time goes on", () => {
  const call = new Call({ originator: adele, recipient: grady }, outside);
  call.fire("call_audio.originator");
  call.fire("accept_call.recipient");
  mock.timers.tick(60_000);
  assert.equal(call.state, "connected");
});

test("an effect that fails leaves no step half done", () => {
  const failing = {
    ...outside,
    effect: (name: string, to: string) => {
      if (to === "originator") throw new Error(`${name}: no way to ${to}`);
      outside.effect(name, to);
    },
  };
  const call = new Call({ originator: adele, recipient: grady }, failing);
  call.fire("call_audio.originator");
  done = [];
  assert.throws(
    () => call.fire("accept_call.recipient"),
    (error: AggregateError) => error.errors.length === 3 && /^accept_call.recipient: .* 3 of 6/.test(error.message),
  );
  assert.deepEqual(done, ["stop_ringing -> recipient", "connect_media -> recipient", "show_business_bar -> recipient"]);
  assert.equal(call.state, "connected");
  mock.timers.tick(60_000);
  assert.equal(call.state, "connected");
  assert.equal(call.fire("hold.originator"), undefined);
});

test("a refusal names its rule and what to do instead, and changes nothing", () => {
  const call = new Call({ originator: adele, recipient: grady }, outside);
  call.fire("call_audio.originator");
  done = [];
  const refusal = call.fire("share_desktop.originator");
  assert.deepEqual([refusal?.refused, refusal?.instead], ["DEC-14", ["accept_call"]]);
  assert.deepEqual([call.state, done], ["ringing_originator", []]);
});

test("a client that cannot share is refused without a rule: no row holds", () => {
  const call = new Call({ originator: { ...adele, client: "teams-mobile" }, recipient: grady }, outside);
  call.fire("call_audio.originator");
  call.fire("accept_call.recipient");
  assert.equal(call.fire("share_desktop.originator")?.refused, "");
  assert.equal(call.state, "connected");
});

test("an actor of XState runs it as well", () => {
  const rung: string[] = [];
  const ringing = machine(config, guards).provide({ actions: { ring_audio: (_, { to }) => void rung.push(to) } });
  const actor = createActor(ringing, { input: { originator: adele, recipient: grady } }).start();
  actor.send({ type: "call_audio.originator" });
  assert.deepEqual([actor.getSnapshot().value, rung], ["ringing_originator", ["recipient"]]);
  assert.equal(actor.getSnapshot().can({ type: "share_desktop.originator" }), false);
});

test("a configuration of something else is not accepted", () => {
  assert.throws(() => machine({ ...config, id: "chat" }, guards), /config: chat of \w+ is not call of \w+/);
});
