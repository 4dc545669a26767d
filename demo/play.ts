/**
 * One run of an incident: the shop starts in release 1.3.0 and is healthy for a while, 1.4.0 is deployed, then it breaks, and
 * customers go on asking. What is found of it is for the caller to look at.
 */
import type { IssueList, IssueListItem } from '#contract/issues.ts';
import { eventually } from '#e2e/support/program.ts';
import { openPipeline, type Pipeline } from './deploy.ts';
import type { Incident } from './incident.ts';
import { type Shop, startShop } from './processes.ts';
import type { Tandem } from './tandem.ts';
import { startTraffic, type Traffic } from './traffic.ts';

const BEFORE = '1.3.0';
export const DEPLOYED = '1.4.0';
/** Requests answered well before the release, and between it and the incident: half a minute in all. */
const HEALTHY = { before: 150, since: 75 };

export interface PlayOptions {
  tandem: Tandem;
  incident: Incident;
  /** Its Python has sentry-sdk. */
  python: string;
  /** The program sentry-cli. */
  cli: string;
  traces: boolean;
  healthy?: { before: number; since: number };
  /** Customers it is to hit before this resolves. */
  users: number;
  say(line: string): void;
}

export interface Play {
  shop: Shop;
  traffic: Traffic;
  pipeline: Pipeline;
  /** When the customer was hit who made them as many as asked for, ms since 1970. */
  hitAt: number;
  stop(): Promise<void>;
}

export async function play(options: PlayOptions): Promise<Play> {
  const { tandem, incident, python, cli, traces, healthy = HEALTHY, users, say } = options;
  const pipeline = await openPipeline(tandem, cli);
  let shop: Shop | undefined;
  let traffic: Traffic | undefined;
  const stop = async () => {
    await traffic?.stop();
    await shop?.stop();
    pipeline.discard();
  };
  try {
    await pipeline.deploy(BEFORE);
    shop = await startShop({ tandem, python, services: incident.services, release: BEFORE, traces });
    let isBroken = false;
    traffic = startTraffic(shop.url('web'), (customer, number) =>
      incident.errand(customer, number, isBroken),
    );
    say(`The shop runs release ${BEFORE}: ${incident.services.map(({ name }) => name).join(', ')}.`);
    await traffic.untilServed(healthy.before);

    await deploy({ shop, traffic, pipeline }, DEPLOYED);
    say(`Release ${DEPLOYED} is deployed.`);
    await traffic.untilServed(healthy.since);

    isBroken = true;
    await incident.begin(shop);
    say(incident.story);
    const wanted = Math.min(users, incident.customersMax ?? users);
    await traffic.untilAffected(wanted);
    const hitAt = [...traffic.affected.values()].toSorted((a, b) => a - b)[wanted - 1] ?? Date.now();
    if (wanted > 0) say(`${wanted} customers are affected.`);
    return { shop, traffic, pipeline, hitAt, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As pipelines do it: told to Tandem, then rolled out, while no customer stands at a door that is closed. */
export async function deploy(
  { shop, traffic, pipeline }: Pick<Play, 'shop' | 'traffic' | 'pipeline'>,
  version: string,
): Promise<void> {
  await pipeline.deploy(version);
  await traffic.pause();
  await shop.release(version);
  traffic.resume();
}

/** The issue that came of it, once it satisfies. */
export async function issueOf(
  tandem: Tandem,
  incident: Incident,
  satisfies: (issue: IssueListItem) => boolean = () => true,
): Promise<IssueListItem> {
  const query = new URLSearchParams({ project: tandem.project.slug, query: '', sort: 'users' });
  const found = ({ items }: IssueList) => items.find(({ title }) => title.includes(incident.issue));
  const list = await eventually(
    () => tandem.get<IssueList>(`/api/v1/issues?${query}`),
    (issues) => {
      const issue = found(issues);
      return issue !== undefined && satisfies(issue);
    },
  );
  return found(list)!;
}
