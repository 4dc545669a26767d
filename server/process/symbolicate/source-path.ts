/** Names of sources: where they are, what to call them, and whether a person of this project wrote them. */

export interface SourcePath {
  /** The whole address. */
  absPath: string;
  /** What people look for. */
  filename: string;
  /** `src/cart/pay`, as other languages would call the module; undefined where the path is no address. */
  module: string | undefined;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** A source's name in a map, seen from the generated file. */
export function sourcePath(source: string, generatedPath: string): SourcePath {
  const absPath = resolve(source, generatedPath);
  const path =
    /^webpack:\/\/[^/]*\/(.*)$/s.exec(absPath)?.[1] ??
    /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)$/is.exec(absPath)?.[1];
  return { absPath, filename: path || absPath, module: path === undefined ? undefined : moduleOf(path) };
}

function resolve(source: string, generatedPath: string): string {
  if (SCHEME.test(source)) return source;
  if (SCHEME.test(generatedPath) && URL.canParse(source, generatedPath))
    return new URL(source, generatedPath).href;
  if (source.startsWith('/')) return source;
  const folder = generatedPath.slice(0, generatedPath.lastIndexOf('/') + 1);
  return withoutDots(folder + source);
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..' && kept.at(-1) !== '') kept.pop();
    else if (part !== '..' || kept.at(-1) !== '') kept.push(part);
  }
  return kept.join('/');
}

/** Folders at the beginning that every project has, versions and hashes say nothing. */
const SPARE_FOLDER =
  /^(?:\/|(?:(?:java)?scripts?|js|build|static|node_modules|bower_components|[_.~][^/]*|v?(?:\d+\.)*\d+|[a-f0-9]{7,8}|[a-f0-9]{32}|[a-f0-9]{40})\/)+/i;

function moduleOf(path: string): string {
  const plain = path
    .replace(/[?#].*$/s, '')
    .replace(/\.[^./]*$/, '')
    .replace(/\.min$/, '');
  return plain.replace(SPARE_FOLDER, '').replace(/[-.][a-f0-9]{7,}$/i, '') || '<unknown module>';
}

/** Packages, and what bundlers add of their own. */
const FOREIGN =
  /(?:^|\/)node_modules\/|^webpack\/|^\(webpack\)|^~\/|(?:^|\/)webpack:\/\/[^/]*\/webpack\/|(?:^|\/)vite\/|\/rolldown:|\0/;

export const isForeign = ({ absPath, filename }: SourcePath) =>
  FOREIGN.test(filename) || FOREIGN.test(absPath);
