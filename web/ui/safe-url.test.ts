import { expect, test } from 'vitest';
import { safeUrl } from './safe-url.ts';

test.each([
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'JaVaScRiPt:alert(1)//http://example.com',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'java\nscript:alert(1)',
  'blob:https://example.com/1',
  'file:///etc/passwd',
  '//example.com',
  '/local',
  'https://',
  '',
])('%j stays text', (text) => {
  expect(safeUrl(text)).toBeNull();
});

test.each([
  ['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
  ['HTTP://EXAMPLE.com', 'http://example.com/'],
  ['https://example.com/"onclick=', 'https://example.com/%22onclick='],
])('%s becomes a link', (text, href) => {
  expect(safeUrl(text)).toBe(href);
});
