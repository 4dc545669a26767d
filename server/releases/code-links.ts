/**
 * The address of a line of code where people look at it: pure. A frame's path is mapped into a repository by the first
 * mapping whose stack root it begins with, and the address is built as the code host writes its own. What comes from
 * senders is escaped piece by piece, and only http and https addresses are made.
 */
import type { MappingRow, RepositoryRow } from './repositories.ts';

type Host = RepositoryRow['host'];

/** Addresses by host: repository, commit or branch, path, line; all but the line escaped already. */
const ADDRESSES: Record<Exclude<Host, '' | 'template'>, (at: CodePlace & { url: string }) => string> = {
  github: ({ url, ref, path, line }) => `${url}/blob/${ref}/${path}${line ? `#L${line}` : ''}`,
  gitlab: ({ url, ref, path, line }) => `${url}/-/blob/${ref}/${path}${line ? `#L${line}` : ''}`,
  bitbucket: ({ url, ref, path, line }) => `${url}/src/${ref}/${path}${line ? `#lines-${line}` : ''}`,
  gitea: ({ url, ref, path, line, isCommit }) =>
    `${url}/src/${isCommit ? 'commit' : 'branch'}/${ref}/${path}${line ? `#L${line}` : ''}`,
};

interface CodePlace {
  /** Commit or branch. */
  ref: string;
  isCommit: boolean;
  path: string;
  /** 0: not known. */
  line: number;
}

/** The host that an address is of, as far as its name tells; a server of one's own is said by people. */
export function hostOf(url: string): Host {
  const name = URL.parse(url)?.hostname ?? '';
  for (const host of ['github', 'gitlab', 'bitbucket', 'gitea'] as const)
    if (name.split('.').some((label) => label === host)) return host;
  return name === 'codeberg.org' ? 'gitea' : '';
}

/** What a template may name. */
export const TEMPLATE_FIELDS = ['commit', 'path', 'line'] as const;

/** Null: it can be one. Otherwise what is wrong with it, as a sentence. */
export function templateProblem(template: string): string | null {
  const unknown = [...template.matchAll(/\{([^{}]*)\}/g)].find(
    ([, field]) => !TEMPLATE_FIELDS.some((known) => known === field),
  );
  if (unknown) return `the template names ${unknown[0]}; it may name {commit}, {path} and {line}`;
  if (!template.includes('{path}')) return 'the template must name {path}';
  return isWebAddress(template.replaceAll(/\{[^{}]*\}/g, '0'))
    ? null
    : 'the template must be an address that begins with http:// or https://';
}

export function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && !/[\s<>"]/.test(text);
}

/** Null: there is nothing to link to. */
export function codeAddress(
  { host, url, template }: Pick<RepositoryRow, 'host' | 'url' | 'template'>,
  { ref, isCommit, path, line }: CodePlace,
): string | null {
  const place = { ref: escapePath(ref), isCommit, path: escapePath(path), line };
  const address =
    host === 'template'
      ? template
          .replaceAll('{commit}', () => place.ref)
          .replaceAll('{path}', () => place.path)
          .replaceAll('{line}', String(line || 1))
      : host === '' || url === ''
        ? null
        : ADDRESSES[host]({ ...place, url: url.replace(/\/+$/, '').replace(/\.git$/, '') });
  return address !== null && isWebAddress(address) ? address : null;
}

const escapePath = (path: string) => path.split('/').map(encodeURIComponent).join('/');

/** The paths a frame is known by, the one that says most first; with one kind of slash. */
export function framePaths(frame: {
  filename?: string | undefined;
  abs_path?: string | undefined;
  module?: string | undefined;
  platform?: string | undefined;
}): string[] {
  const paths = [frame.abs_path, frame.filename].flatMap((path) => (path ? [tidyPath(path)] : []));
  // Java has the file's name alone, and the folders in the name of the class.
  const { module, filename } = frame;
  if (module && filename && !filename.includes('/') && /^[\w$.]+$/.test(module) && module.includes('.'))
    paths.push(`${module.split('.').slice(0, -1).join('/')}/${filename}`);
  return [...new Set(paths)];
}

/** Without query and scheme of bundlers: `webpack://shop/./src/pay.ts?a1` is `shop/src/pay.ts`. */
function tidyPath(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/^(?:file|app|webpack|webpack-internal|turbopack|rsc):\/\/\/?/, '')
    .replace(/[?#].*$/, '')
    .replaceAll(/(^|\/)(?:\.\/)+/g, '$1');
}

export interface MappedPath {
  mapping: MappingRow;
  /** In the repository. */
  path: string;
}

/** Where a frame lies in a repository. `mappings` are tried in their order. */
export function mapFrame(
  frame: Parameters<typeof framePaths>[0],
  mappings: readonly MappingRow[],
): MappedPath | null {
  // As sent too: stack roots are often written with the scheme, as in `app:///`.
  const asSent = [frame.abs_path, frame.filename].flatMap((path) =>
    path ? [path.replaceAll('\\', '/').replace(/[?#].*$/, '')] : [],
  );
  const paths = [...framePaths(frame), ...asSent];
  for (const mapping of mappings) {
    const root = mapping.stack_root.replaceAll('\\', '/');
    const found = paths.find((path) => path.startsWith(root));
    if (found === undefined) continue;
    const path = (mapping.source_root + found.slice(root.length)).replace(/^(?:\.?\/)+/, '');
    // What climbs out of the repository is somebody's idea of a joke.
    if (path !== '' && !path.split('/').includes('..')) return { mapping, path };
  }
  return null;
}

/** A hash of git in a release's name, with or without a package before it; null: there is none. */
export const commitOfVersion = (version: string) =>
  /^[0-9a-f]{40}$/.exec(version.slice(version.lastIndexOf('@') + 1))?.[0] ?? null;
