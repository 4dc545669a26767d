/** What a project is set to: its keys (public by nature), how long it keeps what, filters, rules, owners, saved queries. */
import { assert } from '#server/platform/assert.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

/** Texts of settings that are JSON, given as what they say. */
const JSON_COLUMNS: ReadonlySet<string> = new Set(['settings', 'rules', 'view']);

export async function readSettings(db: MetadataDb, project: number): Promise<Record<string, unknown>> {
  const row = await db.selectFrom('project').selectAll().where('id', '=', project).executeTakeFirst();
  assert(row, `project ${project} is exported and does not exist`);
  const ofProject = async (
    table:
      | 'project_filter'
      | 'grouping_rules'
      | 'noise_rule'
      | 'ownership'
      | 'project_workflow'
      | 'ingest_key'
      | 'saved_query',
  ) => {
    const rows = await db.selectFrom(table).selectAll().where('project_id', '=', project).execute();
    return (rows as Record<string, unknown>[])
      .map((each) => read(each, table !== 'ownership'))
      .sort((a, b) => Number(a.id ?? 0) - Number(b.id ?? 0));
  };
  const mappings = await db
    .selectFrom('code_mapping')
    .innerJoin('repository', 'repository.id', 'code_mapping.repository_id')
    .selectAll('code_mapping')
    .select(['repository.name as repository', 'repository.url', 'repository.host', 'repository.template'])
    .where('code_mapping.project_id', '=', project)
    .orderBy('code_mapping.id')
    .execute();
  const teams = await db
    .selectFrom('team_project')
    .innerJoin('team', 'team.id', 'team_project.team_id')
    .select(['team.slug', 'team.name'])
    .where('team_project.project_id', '=', project)
    .orderBy('team.slug')
    .execute();
  return {
    project: read(row, true),
    keys: await ofProject('ingest_key'),
    filters: (await ofProject('project_filter'))[0] ?? null,
    grouping: (await ofProject('grouping_rules'))[0] ?? null,
    noiseRules: await ofProject('noise_rule'),
    ownership: (await ofProject('ownership'))[0] ?? null,
    workflow: (await ofProject('project_workflow'))[0] ?? null,
    savedQueries: (await ofProject('saved_query')).filter(({ owner_id }) => owner_id === ''),
    codeMappings: mappings,
    teams,
  };
}

/** The rules of owners are no JSON. */
function read(row: Record<string, unknown>, hasJson: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      hasJson && JSON_COLUMNS.has(name) && typeof value === 'string' && value !== ''
        ? JSON.parse(value)
        : value,
    ]),
  );
}
