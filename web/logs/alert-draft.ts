/** What is shown as an alert that has begun to be written: its search, and its chart or its patterns. */
import { byOf, type LogsSearch } from './logs-search.ts';

export function alertOf(search: LogsSearch): { project?: string; draft: string } {
  const { project, query = '', view, measure = 'count', field = '' } = search;
  const isCount = measure === 'count' || measure === 'rate';
  const source = { dialect: 'search', query };
  const charted = { ...source, measure, field: isCount ? '' : field, by: byOf(search) };
  const condition =
    view === 'patterns'
      ? { kind: 'log', source, test: { is: 'newPattern' } }
      : view === 'compare'
        ? { kind: 'log', source, test: { is: 'change', against: search.against ?? 'previous' } }
        : { kind: 'log', source: view === 'chart' ? charted : source, test: { is: 'above' } };
  return { ...(project ? { project } : {}), draft: JSON.stringify({ condition }) };
}
