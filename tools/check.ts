/** `npm run check`: everything that must hold before a commit, in under two minutes. */
import { runSteps } from './run-steps.ts';

runSteps([
  { name: 'format, lint, import table', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'types of the server', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types of the web', command: 'tsc', args: ['-p', 'tsconfig.web.json'] },
  { name: 'dead code', command: 'knip', args: ['--no-progress'] },
  { name: 'unit tests', command: 'vitest', args: ['run', '--project', 'unit', '--reporter=dot'] },
]);
