/** The kinds of channels there are, in the order in which they are offered. A new one is its file and a line here. */
import { alertmanager } from './alertmanager.ts';
import type { ChannelKind } from './channel.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { mattermost } from './mattermost.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { rocketchat } from './rocketchat.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

/** Each reads its own settings; whoever uses the list has them as the schema made them. */
// biome-ignore format: one line each.
export const CHANNELS = [
  email,
  slack,
  teams,
  discord,
  telegram,
  mattermost,
  rocketchat,
  pagerduty,
  opsgenie,
  webhook,
  alertmanager,
] as unknown as readonly ChannelKind[];

export const channelOf = (kind: string): ChannelKind | undefined =>
  CHANNELS.find((each) => each.kind === kind);
