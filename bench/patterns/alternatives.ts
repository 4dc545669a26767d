/**
 * Two other ways to group log lines, to compare with: digits replaced by one sign, and a parse tree that learns
 * templates from the lines it has seen, in the manner of Drain (He et al., ICWS 2017), with one set of parameters
 * for all systems and the variables masked that are easy to tell.
 */

/** Every run of digits is one sign; nothing else is. */
export function collapseNumbers(body: string): string {
  return body.replaceAll(/\d+/g, '#');
}

const MASKS: readonly [RegExp, string][] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<*>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<*>'],
  [/\b0x[0-9a-f]+\b/gi, '<*>'],
  [/(?<=^|[^\w/])(?:\/[\w.-]+)+/g, '<*>'],
  [/(?<![A-Za-z])[+-]?\d+(?:\.\d+)?(?![A-Za-z])/g, '<*>'],
];

interface Cluster {
  words: string[];
}

/** History matters: the same line can get another cluster after other lines. */
export class LearnedTree {
  readonly #similarityMin: number;
  readonly #depth: number;
  readonly #leaves = new Map<string, Cluster[]>();

  constructor(similarityMin = 0.4, depth = 2) {
    this.#similarityMin = similarityMin;
    this.#depth = depth;
  }

  clusterOf(body: string): object {
    const words = MASKS.reduce((text, [pattern, sign]) => text.replaceAll(pattern, sign), body)
      .trim()
      .split(/\s+/);
    const path = words.slice(0, this.#depth).map((word) => (/\d|<\*>/.test(word) ? '<*>' : word));
    const key = `${words.length} ${path.join(' ')}`;
    const clusters = this.#leaves.get(key) ?? [];
    this.#leaves.set(key, clusters);

    let best: Cluster | undefined;
    let bestSimilarity = -1;
    for (const cluster of clusters) {
      const same = words.filter((word, at) => word === cluster.words[at] && word !== '<*>').length;
      const similarity = same / words.length;
      if (similarity > bestSimilarity) [best, bestSimilarity] = [cluster, similarity];
    }
    if (best && bestSimilarity >= this.#similarityMin) {
      best.words = best.words.map((word, at) => (word === words[at] ? word : '<*>'));
      return best;
    }
    const cluster = { words };
    clusters.push(cluster);
    return cluster;
  }
}

/** The usual way: one expression for each kind of variable, one after the other. */
const CHAIN: readonly [RegExp, string][] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]}]+/gi, '<url>'],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<email>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>'],
  [/\b\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?\b/g, '<time>'],
  [/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, '<mac>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<host>'],
  [/\b(?:[a-z0-9-]+\.)+(?:com|net|org|edu|local|internal|io)(?::\d+)?\b/g, '<host>'],
  [/(?<==)(?:"[^"]*"|[^\s,;)\]}"]+)/g, '<*>'],
  [/"[^"]*"|(?<!\w)'[^']*'(?!\w)/g, '<str>'],
  [/(?<=^|[^\w/<])(?:\/[\w.@%+~-]+)+\/?/g, '<path>'],
  [/\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)[0-9a-f]{20,}\b/gi, '<hex>'],
  [/(?<!\w)[+-]?\d+(?:\.\d+)?\s?(?:ns|us|ms|s|sec|seconds?|minutes?|hours?)\b/g, '<time>'],
  [/(?<!\w)\d+(?:\.\d+)?\s?(?:[KMGT]i?B|bytes?|B)\b/g, '<size>'],
  [/\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]+\b/g, '<id>'],
  [/(?<!\w)[+-]?\d+(?:[.,]\d+)*/g, '<num>'],
  [/\s+/g, ' '],
];

export function expressionChain(body: string): string {
  return CHAIN.reduce((text, [pattern, placeholder]) => text.replaceAll(pattern, placeholder), body);
}
