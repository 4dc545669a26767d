/** Alerts as main has them: routes and the evaluator over the same stores. */
import type { FastifyPluginAsync } from 'fastify';
import type { Log } from '#server/platform/log.ts';
import { alertRoutes } from './alert-routes.ts';
import type { AlertStores } from './alerts.ts';
import type { Mark, Waited } from './arrivals.ts';
import { type RunningAlerts, startAlerts } from './start-alerts.ts';

export interface Alerts extends RunningAlerts {
  routes: FastifyPluginAsync;
}

export function openAlerts(
  stores: AlertStores,
  running: { log: Log; marks: Record<Waited, Mark>; program: string },
): Alerts {
  return { ...startAlerts({ stores, ...running }), routes: alertRoutes(stores) };
}
