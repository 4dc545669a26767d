/**
 * Which methods an address takes, asked only when none of them was the one sent: for 405 and OPTIONS.
 * Fastify's router answers by method and cannot be asked by address alone.
 */

export interface AllowedMethods {
  /** Notes one route, e.g. `GET`, `/api/v1/issues/:id`. */
  add(method: string, pattern: string): void;
  /** Methods of the routes that match the path, sorted; empty when no route does. */
  of(path: string): string[];
}

export function createAllowedMethods(): AllowedMethods {
  const patterns: { method: string; segments: string[] }[] = [];
  return {
    add(method, pattern) {
      patterns.push({ method, segments: pattern.split('/') });
    },
    of(path) {
      const segments = path.split('/');
      const methods = patterns
        .filter((route) => matches(route.segments, segments))
        .map((route) => route.method);
      return [...new Set(methods)].sort();
    },
  };
}

/** `:name` stands for one segment that is not empty, a last `*` for the rest. */
function matches(pattern: string[], path: string[]): boolean {
  const rest = pattern.at(-1) === '*';
  if (rest ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((segment, index) => {
    if (rest && index === pattern.length - 1) return true;
    return segment.includes(':') ? path[index] !== '' : segment === path[index];
  });
}
