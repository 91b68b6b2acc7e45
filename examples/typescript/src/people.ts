import type { Person } from "./guards.js";

export const adele: Person = {
  platform: "teams",
  client: "teams-windows",
  teamsOnly: true,
  allowUserChat: true,
  allowPrivateCalling: true,
  allowPrivateMeetNow: true,
};
export const grady: Person = { ...adele, platform: "sfb", client: "sfb-legacy", teamsOnly: false };
