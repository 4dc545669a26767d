/** Why a form was refused, in the server's words, read out as soon as it appears. */
import { sentenceOf } from './error-state.tsx';

export function FormProblem({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
      {sentenceOf(error)}
    </p>
  );
}
