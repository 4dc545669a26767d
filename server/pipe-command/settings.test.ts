import { describe, expect, it } from 'vitest';
import { readSettings, WrongUsage } from './settings.ts';

const targetOf = (args: string[], environment: Record<string, string> = {}) => {
  const { target } = readSettings([...args, '--host', 'h'], environment);
  return target && [String(target.url), target.key];
};

describe('where to send', () => {
  it.each<[string, string[], Record<string, string>, string[]]>([
    [
      'options',
      ['--url', 'http://t:4000/', '--key', 'k', '--service', 'a b'],
      { TANDEM_URL: 'http://other' },
      ['http://t:4000/ingest/jsonl?service=a+b&host=h', 'k'],
    ],
    [
      'the environment, under a path',
      [],
      { TANDEM_URL: 'https://example.org/tandem', TANDEM_KEY: 'k', SENTRY_DSN: 'https://other@host/1' },
      ['https://example.org/tandem/ingest/jsonl?host=h', 'k'],
    ],
    [
      'a DSN',
      ['--release', '1.4.0', '--environment', 'test'],
      { SENTRY_DSN: 'https://k@example.org/tandem/7' },
      ['https://example.org/tandem/ingest/jsonl?environment=test&release=1.4.0&host=h', 'k'],
    ],
  ])('%s', (_, args, environment, expected) => expect(targetOf(args, environment)).toEqual(expected));

  it.each<[string, string[], RegExp]>([
    ['nothing', [], /where to send/],
    ['no key', ['--url', 'http://t'], /ingest key/],
    ['no address', ['--url', 'ftp://t', '--key', 'k'], /not an http address/],
    ['a key with a line break', ['--url', 'http://t', '--key', 'k\n'], /characters/],
    ['a DSN without a key', ['--dsn', 'https://host/1'], /DSN/],
  ])('is nowhere with %s, and a sentence says so', (_, args, sentence) => {
    const settings = readSettings(args, {});
    expect(settings.target).toBeNull();
    expect(settings.problem).toMatch(sentence);
  });

  it('is wrong usage with an option that is none', () => {
    expect(() => readSettings(['--nope'], {})).toThrow(WrongUsage);
  });
});
