import { expect, test } from 'vitest';
import { inlineSourceMap, sourceMapReference } from './source-map-reference.ts';

const MAP = '{"version":3,"sources":["käse.ts"],"mappings":"AAAA"}';
const BASE64 = Buffer.from(MAP).toString('base64');
const file = (comment: string) => Buffer.from(`a();\n${comment}\n`);

test.each([
  ['esbuild and Vite', `//# sourceMappingURL=data:application/json;base64,${BASE64}`],
  ['webpack', `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${BASE64}`],
  ['CSS in JS', `/*# sourceMappingURL=data:application/json;base64,${BASE64} */`],
  ['not packed', `//# sourceMappingURL=data:application/json,${encodeURIComponent(MAP)}`],
])('a map inside of its file: %s', (_by, comment) => {
  expect(inlineSourceMap(file(comment))?.toString()).toBe(MAP);
  expect(sourceMapReference(file(comment))).toBe('');
});

test.each([
  ['a map beside the file', '//# sourceMappingURL=a.js.map'],
  ['something else', `//# sourceMappingURL=data:text/html;base64,${BASE64}`],
  ['no data', '//# sourceMappingURL=data:application/json;base64'],
  ['broken escapes', '//# sourceMappingURL=data:application/json,%E0%A4%A'],
  ['a type without end', `//# sourceMappingURL=data:application/json;${'x'.repeat(200)},${BASE64}`],
])('no map inside: %s', (_why, comment) => {
  expect(inlineSourceMap(file(comment))).toBeNull();
});

test('the last comment of a file counts', () => {
  const one = Buffer.from(`//# sourceMappingURL=data:application/json;base64,AAAA\n`);
  expect(
    inlineSourceMap(
      Buffer.concat([one, file(`//# sourceMappingURL=data:application/json;base64,${BASE64}`)]),
    )?.toString(),
  ).toBe(MAP);
});
