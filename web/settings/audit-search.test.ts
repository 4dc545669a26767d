import { expect, it } from 'vitest';
import { auditFilter, readAuditSearch } from './audit-search.ts';

it('reads what narrows the trail down, and nothing else', () => {
  expect(
    readAuditSearch({
      person: 'ada',
      noun: '',
      from: '2026-11-01',
      to: 'soon',
      other: 'x',
      outcome: 'refused',
    }),
  ).toEqual({ person: 'ada', from: '2026-11-01', outcome: 'refused' });
});

it('asks for whole days', () => {
  const { from, to } = auditFilter({ from: '2026-11-01', to: '2026-11-01' });
  expect(Date.parse(to!) - Date.parse(from!)).toBe(86_400_000 - 1);
  expect(auditFilter({ query: 'role' })).toEqual({ query: 'role' });
  expect(auditFilter({ from: '2026-99-99' })).toEqual({ from: '' });
});
