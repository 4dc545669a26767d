/** All incidents, by the name they are started with; the main story first. */
import type { Incident } from './incident.ts';
import { badConfig } from './incidents/bad-config.ts';
import { failingHealthCheck, loudNewsletter } from './incidents/decoys.ts';
import { expiredCertificate } from './incidents/expired-certificate.ts';
import { gateway503 } from './incidents/gateway-503.ts';
import { memoryLeak } from './incidents/memory-leak.ts';
import { plainBug } from './incidents/plain-bug.ts';
import { poisonMessage } from './incidents/poison-message.ts';
import { slowDatabase } from './incidents/slow-database.ts';

export const INCIDENTS: readonly Incident[] = [
  gateway503,
  slowDatabase,
  badConfig,
  memoryLeak,
  expiredCertificate,
  poisonMessage,
  plainBug,
  loudNewsletter,
  failingHealthCheck,
];
