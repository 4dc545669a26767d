/** All incidents, by the name they are started with. */
import type { Incident } from './incident.ts';
import { gateway503 } from './incidents/gateway-503.ts';

export const INCIDENTS: readonly Incident[] = [gateway503];
