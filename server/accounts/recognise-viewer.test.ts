import { describe, expect, it } from 'vitest';
import { authorizationToken } from './recognise-viewer.ts';
import { readCookie } from './session-cookie.ts';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('the token of an Authorization header', () => {
  it.each([
    ['Bearer tdm_abc', { token: 'tdm_abc', basic: false }],
    ['bearer   tdm_abc ', { token: 'tdm_abc', basic: false }],
    [basic('anybody:tdm_abc'), { token: 'tdm_abc', basic: true }],
    [basic(':tdm_abc'), { token: 'tdm_abc', basic: true }],
    [basic('user:pass:with:colons'), { token: 'pass:with:colons', basic: true }],
    [basic('user:'), null],
    [basic('no colon'), null],
    ['Basic %%%', null],
    ['Bearer', null],
    ['Bearer a b', null],
    ['Digest username="x"', null],
    ['', null],
    [undefined, null],
  ])('%j', (header, found) => {
    expect(authorizationToken(header)).toEqual(found);
  });
});

describe('the session cookie among others', () => {
  it.each([
    ['tandem.session_token=a.b%3D', 'tandem.session_token=a.b%3D'],
    ['theme=dark; tandem.session_token=x; other=y', 'tandem.session_token=x'],
    ['not.tandem.session_token=x', undefined],
    ['tandem.session_token', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j', (header, found) => {
    expect(readCookie(header, 'tandem.session_token')).toBe(found);
  });
});
