/** SQLite in memory with the tables of issues, for the tests of this folder until the metadata store opens here. */
import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { Database } from '#server/store/metadata/schema.ts';

const TABLES = `
  create table project (id integer primary key, organization_id integer not null, slug text not null, name text not null,
    platform text not null default '', created_at integer not null default 0, first_event_at integer,
    last_issue_number integer not null default 0, settings text not null default '{}');
  create table issue (id integer primary key autoincrement, project_id integer not null references project (id) on delete cascade,
    number integer not null, title text not null, culprit text not null, type text not null, exception_type text not null,
    exception_value text not null, level text not null, platform text not null, logger text not null,
    status text not null default 'unresolved', substate text not null default 'new', substate_at integer not null,
    first_seen integer not null, last_seen integer not null, event_count integer not null default 0,
    user_count integer not null default 0, first_release text not null, last_release text not null,
    last_event_id text not null, unhandled integer not null default 0, resolved_at integer, resolved_by text,
    created_at integer not null, unique (project_id, number));
  create table issue_hash (project_id integer not null, hash text not null,
    issue_id integer not null references issue (id) on delete cascade, created_at integer not null, primary key (project_id, hash));
  create table issue_user (issue_id integer not null references issue (id) on delete cascade, user_hash text not null,
    primary key (issue_id, user_hash)) without rowid;
  create table issue_activity (id integer primary key autoincrement, issue_id integer not null, project_id integer not null,
    kind text not null, user_id text, data text not null default '{}', created_at integer not null);
  insert into project (id, organization_id, slug, name) values (1, 1, 'shop', 'Shop'), (2, 1, 'web', 'Web'), (3, 2, 'other', 'Other');
`;

export function openMetadataFixture(): MetadataDb {
  const database = new DatabaseSync(':memory:');
  database.exec(TABLES);
  return new Kysely<Database>({
    dialect: new SqliteDialect({
      database: {
        close: () => database.close(),
        prepare: (text) => {
          const statement = database.prepare(text);
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...(parameters as never[])),
            run: (parameters) => statement.run(...(parameters as never[])) as never,
            iterate: (parameters) => statement.iterate(...(parameters as never[])),
          };
        },
      },
    }),
  });
}
