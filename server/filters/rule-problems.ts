/** What is wrong with rules as somebody wrote them: the list, the line and the column, and what to write instead. */
import { addressProblem } from './addresses.ts';
import { type FilterRules, LISTS, type ListName } from './filter-rules.ts';
import { globProblem } from './glob.ts';

const NAMES: Record<ListName, string> = {
  messages: 'Messages',
  errorTypes: 'Error types',
  releases: 'Releases',
  addresses: 'Addresses',
};

/** The first problem, as a sentence; null: none. */
export function ruleProblem(rules: Partial<FilterRules>): string | null {
  for (const list of LISTS) {
    const problemOf = list === 'addresses' ? addressProblem : globProblem;
    for (const [index, line] of (rules[list] ?? []).entries()) {
      const problem = problemOf(line);
      if (problem)
        return `${NAMES[list]}, line ${index + 1}, column ${problem.column}: "${shortened(line)}" ${problem.message}`;
    }
  }
  return null;
}

const shortened = (line: string) => (line.length > 60 ? `${line.slice(0, 60)}…` : line);
