/**
 * Is a transaction only the question whether the program is there? Decided by its name alone, so that it is known before
 * any project's rules are.
 */
import { globTest } from './glob.ts';
import { HEALTH_CHECKS } from './known-noise.ts';

export const isHealthCheck = globTest(...HEALTH_CHECKS);
