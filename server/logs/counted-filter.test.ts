import { expect, it } from 'vitest';
import { countedFilter } from './counted-filter.ts';
import { searchLogs } from './log-search.ts';

const counted = (query: string) => countedFilter(searchLogs(query));

it.each(['', 'service:web', 'service:web* !level:debug', 'pattern:4711 level:>=warn', '!service:[web, api]'])(
  'all of "%s" can be asked of what was counted',
  (query) => {
    expect(counted(query)).toEqual({ filter: searchLogs(query), isWhole: true });
  },
);

it.each([
  ['"timed out"', ''],
  ['service:web "timed out" user:42', 'service:web'],
  ['service:web !"timed out"', 'service:web'],
  ['has:order.id level:info', 'level:info'],
  // A record of the other kind may be of any service.
  ['(service:web OR host:h1) level:info', 'level:info'],
  ['!(service:web "timed out")', ''],
])('of "%s" only "%s" can', (query, known) => {
  expect(counted(query)).toEqual({ filter: searchLogs(known), isWhole: false });
});
