// What this service knows of two users, and what the specification asks about them.
import type { Guards } from "./call.js";

export type Person = {
  platform: "teams" | "sfb";
  client: "teams-windows" | "teams-mac" | "teams-web" | "teams-web-no-sharing" | "teams-mobile" | "sfb-current" | "sfb-legacy";
  teamsOnly: boolean;
  allowUserChat: boolean;
  allowPrivateCalling: boolean;
  allowPrivateMeetNow: boolean;
};

/** Two users of one organisation, in one cloud, hybrid, neither of them in Islands mode. */
export type Two = { originator: Person; recipient: Person };

const crosses = ({ originator, recipient }: Two) => originator.platform !== recipient.platform;
const onSfb = (who: Person) => who.platform === "sfb";
const mayChat = (who: Person) => onSfb(who) || who.allowUserChat;
const mayCall = (who: Person) => onSfb(who) || who.allowPrivateCalling;
const mayMeetNow = (who: Person) => onSfb(who) || who.allowPrivateMeetNow;
const sharesContent = (who: Person) => ["teams-windows", "teams-mac", "teams-web"].includes(who.client);
const toldBeforehand = (who: Person, other: Person) => who.client === "sfb-current" && other.teamsOnly;
const toldByBar = (who: Person) => who.client === "sfb-legacy";

export const guards: Guards<Two> = {
  across_clouds: () => false,
  federation_allowed: () => true,
  homed_for_teams: () => true,
  originator_interoperates: () => true,
  recipient_interoperates: () => true,
  tenant_interoperates: () => true,
  interop: ({ context }) => crosses(context),
  same_platform: ({ context }) => !crosses(context),
  originator_on_sfb: ({ context }) => onSfb(context.originator),
  recipient_on_sfb: ({ context }) => onSfb(context.recipient),
  originator_on_teams: ({ context }) => !onSfb(context.originator),
  recipient_on_teams: ({ context }) => !onSfb(context.recipient),
  originator_lands_here: () => true,
  recipient_lands_here: () => true,
  originator_may_chat: ({ context }) => mayChat(context.originator),
  recipient_may_chat: ({ context }) => mayChat(context.recipient),
  originator_may_call: ({ context }) => mayCall(context.originator),
  recipient_may_call: ({ context }) => mayCall(context.recipient),
  originator_may_meet_now: ({ context }) => mayMeetNow(context.originator),
  recipient_may_meet_now: ({ context }) => mayMeetNow(context.recipient),
  originator_can_share_content: ({ context }) => sharesContent(context.originator),
  recipient_can_share_content: ({ context }) => sharesContent(context.recipient),
  originator_recent_client: ({ context }) => context.originator.client === "sfb-current",
  recipient_recent_client: ({ context }) => context.recipient.client === "sfb-current",
  originator_told_beforehand: ({ context }) => toldBeforehand(context.originator, context.recipient),
  recipient_told_beforehand: ({ context }) => toldBeforehand(context.recipient, context.originator),
  originator_not_told_beforehand: ({ context }) => !toldBeforehand(context.originator, context.recipient),
  recipient_not_told_beforehand: ({ context }) => !toldBeforehand(context.recipient, context.originator),
  originator_told_by_bar: ({ context }) => toldByBar(context.originator),
  recipient_told_by_bar: ({ context }) => toldByBar(context.recipient),
  originator_not_told_by_bar: ({ context }) => !toldByBar(context.originator),
  recipient_not_told_by_bar: ({ context }) => !toldByBar(context.recipient),
};
