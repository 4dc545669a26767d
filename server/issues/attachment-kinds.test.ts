import { expect, test } from 'vitest';
import { imageTypeOf, previewOf, textOf } from './attachment-kinds.ts';

test.each([
  ['screenshot.png', 'image/png', 'event.attachment', 'image'],
  ['screen shot.JPG', 'application/octet-stream', 'event.attachment', 'image'],
  ['logo.svg', 'image/svg+xml', 'event.attachment', null],
  ['page.html', 'text/html', 'event.attachment', 'text'],
  ['view-hierarchy.json', 'application/json', 'event.view_hierarchy', 'view_hierarchy'],
  ['state.json', '', 'event.attachment', 'json'],
  ['report', 'application/problem+json', 'event.attachment', 'json'],
  ['game.log', 'application/octet-stream', 'unreal.logs', 'text'],
  ['MyApp.ips', 'application/octet-stream', 'event.applecrashreport', 'text'],
  ['crash.dmp', 'application/octet-stream', 'event.minidump', null],
  ['core.bin', 'application/octet-stream', 'event.attachment', null],
])('%s, %s, %s: %s', (name, contentType, attachmentType, kind) => {
  expect(previewOf(name, contentType, attachmentType)).toBe(kind);
});

const bytes = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'image/png'],
  ['\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
  ['GIF89a', 'image/gif'],
  ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
  ['\0\0\0 ftypavif', 'image/avif'],
  ['<svg xmlns="http://www.w3.org/2000/svg">', null],
  ['<html>', null],
  ['BM<script>alert(1)</script>', null],
  ['', null],
])('the bytes say what a picture is: %j', (text, type) => {
  expect(imageTypeOf(bytes(text))).toBe(type);
});

test('text is UTF-8, or UTF-16 where it says so; bytes are none', () => {
  expect(textOf(Buffer.from('Grüße\n'))).toBe('Grüße\n');
  expect(textOf(Buffer.from('\ufeffGrüße', 'utf16le'))).toBe('Grüße');
  expect(textOf(Buffer.from([1, 0, 2]))).toBeNull();
  expect(textOf(Buffer.from([0x41, 0xff]))).toBe('A\ufffd');
});
