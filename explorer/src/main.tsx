import { render } from "preact";
import type { Facts } from "./engine";
import type { Page } from "./data";
import { World, type Step } from "./history";
import { play } from "./play";
import { App } from "./view/app";

const data = (id: string): unknown => JSON.parse(document.getElementById(id)!.textContent || "null");
const page = data("page") as Page;
const known = data("known") as Page["known"];
const world = new World(known.length ? { ...page, known } : page);

declare global {
  interface Window {
    /** Plays a conversation from data to data, past the page: see `play`. */
    interop: { play(people: Facts, steps: readonly Step[]): unknown[] };
  }
}
window.interop = { play: (people, steps) => play(world, people, steps) };
render(<App world={world} start={String(data("start") ?? "")} />, document.getElementById("app")!);
