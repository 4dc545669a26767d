/** The protocols that the door speaks: one line each. */
import type { Protocol } from './protocol.ts';
import { sentryProtocol } from './sentry/sentry.ts';

export const protocols: readonly Protocol[] = [sentryProtocol];
