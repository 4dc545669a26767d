import { expect, test } from 'vitest';
import { columnText, fieldGroups, knownFields } from './fields.ts';
import { logRecord } from './test-records.ts';

const record = logRecord({
  service: 'web',
  userId: '42',
  attributes: { 'user.id': '42', amount: 19.5, cart: { items: [1] }, level: 'loud', region: 'eu' },
  labels: { region: 'us', job: 'shop' },
  resource: { 'service.name': 'web', region: 'eu' },
});
const filters = Object.fromEntries(
  fieldGroups(record).map(({ title, fields }) => [title, fields.map((field) => field.filter)]),
);

test('a record is told in groups, empty fields left out', () => {
  expect(fieldGroups(record).map(({ title, fields }) => [title, fields.map(({ key }) => key)])).toEqual([
    ['Fields', ['level', 'service', 'user']],
    ['Attributes', ['user.id', 'amount', 'cart', 'level', 'region']],
    ['Labels', ['region', 'job']],
    ['Resource', ['service.name', 'region']],
  ]);
  expect(fieldGroups(logRecord()).map(({ title }) => title)).toEqual(['Fields']);
});

test('a filter is offered where it would find the record', () => {
  expect(filters.Fields).toEqual(['level:info', 'service:web', 'user:42']);
  // The attribute "level" hides behind the level of the record.
  expect(filters.Attributes).toEqual([
    'user.id:42',
    'amount:19.5',
    'cart:"{\\"items\\":[1]}"',
    null,
    'region:eu',
  ]);
  expect(filters.Labels).toEqual([null, 'job:shop']);
  expect(filters.Resource).toEqual(['service.name:web', null]);
});

test('a column shows what the search means by its key', () => {
  expect(
    ['service', 'service.name', 'user.id', 'region', 'cart', 'amount', 'none'].map((key) =>
      columnText(record, key),
    ),
  ).toEqual(['web', 'web', '42', 'eu', '{"items":[1]}', '19.5', '']);
});

test('what the records hold can be suggested, each value once', () => {
  const known = knownFields([record, logRecord({ service: 'api', attributes: { amount: 3 } })]);
  expect(known.get('service')).toEqual(['web', 'api']);
  expect(known.get('amount')).toEqual(['19.5', '3']);
  expect(known.get('host')).toEqual([]);
});
