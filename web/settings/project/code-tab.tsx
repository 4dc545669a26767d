/** Where a project's code lies, and whose it is. */
import { CodeMappingsCard } from './code-mappings-card.tsx';
import { OwnershipCard } from './ownership-card.tsx';
import type { ProjectTabProps } from './project-screen.tsx';

export function CodeTab({ project: { slug } }: ProjectTabProps) {
  return (
    <>
      <CodeMappingsCard slug={slug} />
      <OwnershipCard slug={slug} />
    </>
  );
}
