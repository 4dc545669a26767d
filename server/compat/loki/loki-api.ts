/**
 * The part of Loki's HTTP API that reads, under `/loki/api/v1/`: what Grafana's Loki data source, Logs Drilldown and
 * logcli ask, answered from log records of every protocol. Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/.
 * What is always true here: only records of projects that the viewer sees are read; errors are plain text; whatever
 * reads runs through one gate and ends when the client hangs up.
 */
import type { FastifyPluginAsync } from 'fastify';
import type { ProjectSummary } from '#contract/people.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { createTurns, type Turns } from '#server/platform/turns.ts';
import type { LiveTails } from '#server/query/plan/tail.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import { detectedRoutes } from './detected-routes.ts';
import { labelRoutes } from './label-routes.ts';
import { answerErrors, takeForms } from './loki-request.ts';
import { patternRoutes } from './pattern-routes.ts';
import { queryRoutes } from './query-routes.ts';
import { statusRoutes } from './status-routes.ts';
import { tailRoutes } from './tail-routes.ts';
import { volumeRoutes } from './volume-routes.ts';

/** What the API is given by main. */
export interface LokiStores {
  telemetry: Pick<TelemetryStore, 'select'>;
  tails: LiveTails;
  clock: Clock;
  log: Log;
  version: string;
  /** The projects of an organization. */
  listProjects(organizationId: number): Promise<ProjectSummary[]>;
  /** The template of a body: what is left of it in its pattern. */
  templateOf(body: string): string;
  /** Words for what is not ready; empty: ready. */
  notReady(): string[];
}

export interface LokiApi extends LokiStores {
  gate: Turns;
}

/** Queries at the same time: each may use 400 MB of the engine's memory and some tens of ours. */
const RUNNING_MAX = 6;
/** Queries that wait: ten dashboards of twenty panels. */
const WAITING_MAX = 200;

export function lokiApi(stores: LokiStores): FastifyPluginAsync {
  const api: LokiApi = {
    ...stores,
    gate: createTurns({
      runningMax: RUNNING_MAX,
      waitingMax: WAITING_MAX,
      full: () =>
        new Rejection('too_many_queries', 429, 'too many outstanding requests', {
          headers: { 'retry-after': '1' },
        }),
      left: () => new QueryCutShort('aborted', undefined),
    }),
  };
  return async (app) => {
    takeForms(app);
    answerErrors(app);
    queryRoutes(app, api);
    labelRoutes(app, api);
    volumeRoutes(app, api);
    patternRoutes(app, api);
    detectedRoutes(app, api);
    tailRoutes(app, api);
    statusRoutes(app, api);
  };
}
