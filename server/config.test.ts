import { expect, test } from 'vitest';
import { ConfigError, publicAddress, readConfig } from './config.ts';

test.each([
  ['127.0.0.1', '', 'http://127.0.0.1:4000'],
  ['0.0.0.0', '', 'http://localhost:4000'],
  ['::', '', 'http://localhost:4000'],
  ['::1', '', 'http://[::1]:4000'],
  ['tandem.lan', '', 'http://tandem.lan:4000'],
  ['0.0.0.0', 'https://example.org/tandem', 'https://example.org/tandem'],
])('who listens on %s with the public address %j is linked to as %s', (host, publicUrl, address) => {
  expect(publicAddress({ host, publicUrl }, 4000)).toBe(address);
  expect(URL.canParse(address)).toBe(true);
});

test.each([
  ['TANDEM_PORT', '80a', 'a whole number from 0 to 65535'],
  ['TANDEM_PUBLIC_URL', 'http://::1:4000', 'an http:// or https:// address'],
  ['TANDEM_PUBLIC_URL', 'example.org', 'an http:// or https:// address'],
  ['TANDEM_METADATA_URL', 'postgress://user:secret@host/db', 'a postgres:// address'],
  ['TANDEM_TELEMETRY_URL', 'http://user:secret@host:port/db', 'an http:// or https:// address'],
  ['TANDEM_BOOTSTRAP_PASSWORD', 'secret', 'at least 10 characters'],
  ['TANDEM_SYSLOG_PORT', 'udp', 'a whole number from 0 to 65535'],
  ['TANDEM_SYSLOG_TIMEZONE', 'Middle/Earth', 'a time zone such as Europe/Vienna'],
  ['TANDEM_PROT', '4000', 'not a setting'],
])('%s=%s is refused in a sentence that gives no secret away', (key, value, sentence) => {
  const read = () => readConfig({ [key]: value });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(sentence);
  expect(read).not.toThrow('secret');
});
