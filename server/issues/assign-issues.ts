/**
 * Which issue each entry of a batch belongs to: pure, decided from the hashes that are known. An entry goes to
 * the issue of the first of its hashes that points anywhere, be it from before or from an earlier entry of the
 * same batch; else it opens a new issue. Its unknown hashes then point there too. A hash that already points
 * elsewhere stays where it is: nothing is merged unseen.
 */
import type { BatchIssue } from './batch-issue.ts';

/** One issue that the batch touches. */
export interface Assignment {
  /** Null: a new issue. */
  issueId: number | null;
  project: number;
  /** Positions in the batch, in order; at least one. */
  entries: number[];
  /** Hashes that pointed nowhere until now. */
  newHashes: string[];
}

export const hashKey = (project: number, hash: string) => `${project}:${hash}`;

/** Assignments in the order in which the batch first touches their issues. `known` is by hashKey. */
export function assignIssues(batch: readonly BatchIssue[], known: ReadonlyMap<string, number>): Assignment[] {
  const assignments: Assignment[] = [];
  const byIssue = new Map<number, Assignment>();
  const byHash = new Map<string, Assignment>();

  const open = (issueId: number | null, project: number): Assignment => {
    const assignment: Assignment = { issueId, project, entries: [], newHashes: [] };
    assignments.push(assignment);
    if (issueId !== null) byIssue.set(issueId, assignment);
    return assignment;
  };
  const find = (project: number, hash: string): Assignment | undefined => {
    const issueId = known.get(hashKey(project, hash));
    if (issueId === undefined) return byHash.get(hashKey(project, hash));
    return byIssue.get(issueId) ?? open(issueId, project);
  };

  for (const [at, { project, hashes }] of batch.entries()) {
    const pointing = hashes.find(
      (hash) => known.has(hashKey(project, hash)) || byHash.has(hashKey(project, hash)),
    );
    const assignment = (pointing !== undefined && find(project, pointing)) || open(null, project);
    assignment.entries.push(at);
    for (const hash of hashes) {
      const key = hashKey(project, hash);
      if (known.has(key) || byHash.has(key)) continue;
      byHash.set(key, assignment);
      assignment.newHashes.push(hash);
    }
  }
  return assignments;
}
