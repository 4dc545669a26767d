/** What an incident of the demo is: which services it takes, what customers ask, what breaks, and what is to be found. */
import type { Service, Shop } from './processes.ts';
import type { Customer, Errand } from './traffic.ts';

export interface Incident {
  /** As in `npm run demo -- --incident NAME`. */
  name: string;
  /** What happens, in one sentence. */
  story: string;
  services: readonly Service[];
  errand(customer: Customer, number: number, isBroken: boolean): Errand;
  /** What breaks by itself; with poison, it is customers who break it. */
  begin(shop: Shop): Promise<void>;
  /** Customers who notice at all. Default: all. */
  customersMax?: number;
  /** Words of the title of the issue that comes of it. */
  issue: string;
  /** The line that says what the matter is; only what is marked on the screen is held against it. Null: no line does. */
  cause: { service: string; body: RegExp } | null;
}

/** Tells a service of the shop over HTTP what is otherwise somebody's doing. */
export async function flip(shop: Shop, service: string, state: object): Promise<void> {
  const answer = await fetch(`${shop.url(service)}/switch`, { method: 'POST', body: JSON.stringify(state) });
  if (!answer.ok) throw new Error(`${service} did not take ${JSON.stringify(state)}: ${answer.status}`);
}
