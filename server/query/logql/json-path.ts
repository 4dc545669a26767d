/** The paths of `| json name="a.b[0][\"odd key\"]"`. */
import { queryError } from './logql-error.ts';

export type JsonPath = readonly (string | number)[];

const STEP = /\.?([a-zA-Z_][a-zA-Z0-9_]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** Throws the refusal of the query when the text is no path. */
export function readJsonPath(text: string): JsonPath {
  const path: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const at = STEP.lastIndex;
    const [all, field, index, key] = STEP.exec(text) ?? [];
    if (all === undefined || (field !== undefined && at > 0 !== all.startsWith('.')))
      throw queryError(`parse error : cannot parse expression [${text}]: expected a path such as a.b[0]`);
    if (index !== undefined) path.push(Number(index));
    else path.push(field ?? key!.replaceAll(/\\(.)/g, '$1'));
  }
  if (path.length === 0) throw queryError('parse error : cannot parse expression []: it is empty');
  return path;
}

/** Undefined when there is none. */
export function valueAtPath(value: unknown, path: JsonPath): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at) !== (typeof step === 'number') || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}
