/** Puts the audit trail together for main: the hook that writes it, the routes that read it, and what forgets it. */
import type { FastifyPluginAsync } from 'fastify';
import { selectMemberOfEmail } from '#server/accounts/account-queries.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { repeatedly } from '#server/platform/repeatedly.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { auditRoutes } from './audit-routes.ts';
import { forgetEntries } from './forget-entries.ts';
import { auditTrail } from './trail.ts';

const FORGET_EVERY_MS = 3_600_000;

export interface Audit {
  /** To be called on the scope of all people's routes, once their viewer is known. */
  trail: FastifyPluginAsync;
  routes: FastifyPluginAsync;
  stop(): Promise<void>;
}

export function openAudit({
  db,
  clock,
  log,
  days,
}: {
  db: MetadataDb;
  clock: Clock;
  log: Log;
  days: number;
}): Audit {
  const forgetting = repeatedly(
    () => forgetEntries(db, clock.now(), days),
    FORGET_EVERY_MS,
    (error) =>
      log.warn({ err: error }, 'old entries of the audit trail could not be forgotten; trying again'),
  );
  return {
    trail: auditTrail({ db, clock, log, findMember: (email) => selectMemberOfEmail(db, email) }),
    routes: auditRoutes({ db, days }),
    stop: forgetting.stop,
  };
}
