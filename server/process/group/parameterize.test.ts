import { expect, test } from 'vitest';
import { PARAMETERIZED_CHARS_MAX, parameterize } from './parameterize.ts';

const REPLACED: [text: string, expected: string][] = [
  ['mail ada@shop.example now', 'mail <email> now'],
  ['ada.l+list@shop.co.uk', '<email>'],
  ['GET https://shop.example/cart?id=4#top failed', 'GET <url> failed'],
  ['see redis://user:secret@cache:6379/0.', 'see <url>.'],
  ['(ws://localhost:3000)', '(<url>'],
  ['cannot reach db.shop.com', 'cannot reach <hostname>'],
  ['cannot reach DB.SHOP.COM', 'cannot reach <hostname>'],
  ['in shop.cart.total', 'in shop.cart.total'],
  ['cannot open cart.txt', 'cannot open cart.txt'],
  ['peer 10.0.0.12:443 closed', 'peer <ip>:<int> closed'],
  ['peer 2001:db8::7 closed', 'peer <ip> closed'],
  ['peer ::ffff:192.168.1.1 closed', 'peer <ip> closed'],
  ['route fc00::/7', 'route <ip>'],
  ['version 1.2.3.4.5', 'version <ip>.<int>'],
  ['999.1.1.1', '<int>.<int>.<int>.<int>'],
  ['Option::unwrap()', 'Option::unwrap()'],
  ['12345::6:789', '<int>::<int>:<int>'],
  ['trace 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'trace <traceparent>'],
  ['trace 1-67891233-abcdef012345678912345678', 'trace <traceparent>'],
  ['user 7c1811ed-e98f-4c9c-a9f9-58c757ff494f', 'user <uuid>'],
  ['blob 5fc35719b9cf96ec602dbc748ff31c587a46961d', 'blob <sha1>'],
  ['etag 0751007cd28df267e8e051b51f918c60', 'etag <md5>'],
  ['at 2024-02-20T22:16:36.5Z', 'at <date>'],
  ['at 2024-02-20 22:16:36+01:00', 'at <date>'],
  ['file_20240220T221636.log', 'file_<date>.log'],
  ['on Mon, 02 Jan 2006 15:04:05 -0700', 'on <date>'],
  ['on Monday, 02-Jan-06 15:04:05 MST', 'on <date>'],
  ['on Mon Jan 02 2006 14:04:05 GMT+0800 (China Standard Time)', 'on <date>'],
  ['on Wed Apr 17 22:31:45 2019', 'on <date>'],
  ['on Jan 18, 2019', 'on <date>'],
  ['on 2006-01-02', 'on <date>'],
  ['at 11:21PM', 'at <date>'],
  ['at 23:21:12', 'at <date>'],
  ['at 31:21', 'at <int>:<int>'],
  ['2006-20-02', '<int>-<int>-<int>'],
  ['due datetime.datetime(2025, 6, 24, 18)', 'due <date>'],
  ['took 150ms, 1.25s', 'took <duration>, <duration>'],
  ['nic 00:1b:44:11:3a:b7', 'nic <mac_addr>'],
  ['nic 001b.4411.3ab7', 'nic <mac_addr>'],
  ['tx274a77a8975c4a66aeb24-0052d95365-eu1', '<swift_txn_id>'],
  ['at 0xDEADbeef', 'at <hex>'],
  ['id 9af8c3be', 'id <hex>'],
  ['id 9AF8', 'id <hex>'],
  ['id deadbeef', 'id <hex>'],
  ['a cafe', 'a cafe'],
  ['bundle_a1b2c3.js', 'bundle_<hex>.js'],
  ['serial 12345678', 'serial <hex>'],
  ['commit a93c7d2', 'commit <git_sha>'],
  ['invoice k9Mtd2gDcgG', 'invoice <random_id>'],
  ['invoice K9MTD2GDCGG_small', 'invoice <random_id>_small'],
  ['bball4lyfe', 'bball4lyfe'],
  ['a ratio of -0.25', 'a ratio of <float>'],
  ['1.2.3', '<int>.<int>.<int>'],
  ['order #4711', 'order #<int>'],
  ['value: -17502', 'value: <int>'],
  ['4,150,908', '<int>,<int>,<int>'],
  [`name='Ada L' ok="yes"`, 'name=<quoted_str> ok=<quoted_str>'],
  [`name = 'Ada'`, `name = 'Ada'`],
  ['retry=true, last=False', 'retry=<bool>, last=<bool>'],
  ['true', 'true'],
  ['nothing to see', 'nothing to see'],
  ['заказ №42 не найден', 'заказ №<int> не найден'],
  ['訂單٤٢失敗', '訂單<int>失敗'],
  ['٤٢', '<int>'],
  ['', ''],
];

test.each(REPLACED)('%j becomes %j', (text, expected) => {
  expect(parameterize(text)).toBe(expected);
});

test.each([
  // Mistakes that groups depend on by now.
  ['Encoding: utf-8', 'Encoding: utf-<int>'],
  ['Fee::add() called', '<ip>() called'],
  ['fn main.rs', 'fn <hostname>'],
])('the known mistake stays: %j becomes %j', (text, expected) => {
  expect(parameterize(text)).toBe(expected);
});

test.each(REPLACED)('what stands around %j does not matter', (text, expected) => {
  expect(parameterize(`Failed: ${text} (again)`)).toBe(`Failed: ${expected} (again)`);
});

test('a match that is not what it seemed does not hide what is in it', () => {
  // `12ab.cart.34cd` looks like a host name and is none.
  expect(parameterize('12ab.cart.34cd')).toBe('<hex>.cart.<hex>');
});

test('texts beyond the limit are left alone', () => {
  const text = `${'x '.repeat(PARAMETERIZED_CHARS_MAX / 2)}42`;
  expect(parameterize(text)).toBe(text);
  expect(parameterize(text.slice(3))).toMatch(/<int>$/);
});

/** Each repeats something that patterns start on and cannot finish. */
const HOSTILE = [
  ...[
    'a',
    'a.',
    'a-',
    'a1',
    '1',
    '1.',
    '-1',
    '-1.',
    'f',
    '0x',
    ':',
    'a:',
    '::',
    '1:',
    'aa:',
    '@',
    'a@',
    'a+',
  ],
  ...['://', 'a://', 'http://.', "='", '="', `='="`, 'datetime.datetime(', 'Mon ', 'Jan ', 'Mon, 1 Jan 1'],
  ...['Mon Jan 02 2006 14:04:05 GMT-0800 (', '2006-01-02T15:04:05.', '20060102 1504', ' ', '\n', '_', '日1'],
  ...['00-', '1-67891233-', 'tx0', '00 11 ', 'é.', '%', '::1%', '1.1.1.1/', 'k9M', '9.9.9.'],
];

test.each(HOSTILE)('%j over and over comes to an end', (part) => {
  for (const tail of ['', '!', '"', ')', '@', '.com']) {
    const text = part.repeat(PARAMETERIZED_CHARS_MAX).slice(0, PARAMETERIZED_CHARS_MAX - 8) + tail;
    expect(typeof parameterize(text)).toBe('string');
  }
});
