/**
 * The whole wiring on one page: open in order, start, stop in reverse order. Nobody imports it.
 *
 *   lock -> metadata, telemetry, blobs -> journal -> process -> door and people's routes -> listen
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { requireViewer } from '#server/accounts/accounts.ts';
import { openAccounts } from '#server/accounts/open-accounts.ts';
import { viewerTurns } from '#server/accounts/viewer-turns.ts';
import { type Alerts, openAlerts } from '#server/alerts/open-alerts.ts';
import { openArtifacts } from '#server/artifacts/open-artifacts.ts';
import { openAudit } from '#server/audit/open-audit.ts';
import { lokiApi } from '#server/compat/loki/loki-api.ts';
import { sentryApi } from '#server/compat/sentry/sentry-api.ts';
import { uploadRoutes } from '#server/compat/sentry/upload-routes.ts';
import { type Config, ConfigError, publicAddress, readConfig } from '#server/config.ts';
import { differenceRoutes } from '#server/differences/difference-routes.ts';
import { projectExportRoutes } from '#server/exports/export-routes.ts';
import { feedbackRoutes } from '#server/feedback/feedback-routes.ts';
import { filterRoutes } from '#server/filters/filter-routes.ts';
import { groupingRoutes } from '#server/grouping/grouping-routes.ts';
import { selectRules } from '#server/grouping/rule-store.ts';
import { createBodies } from '#server/http/body.ts';
import { openEventStream } from '#server/http/event-stream.ts';
import { createListener } from '#server/http/listener.ts';
import { createLiveHub } from '#server/http/live.ts';
import { importRoutes } from '#server/imports/import-routes.ts';
import { createAcceptance } from '#server/ingest/acceptance.ts';
import { createAdmission } from '#server/ingest/admit.ts';
import { createIngest } from '#server/ingest/ingest.ts';
import { createPressure } from '#server/ingest/pressure.ts';
import type { Append } from '#server/ingest/protocol.ts';
import { protocols } from '#server/ingest/protocols.ts';
import { pythonSocketProtocol } from '#server/ingest/python/python-socket.ts';
import { openQuotaCounter } from '#server/ingest/quota.ts';
import { redrive } from '#server/ingest/redrive.ts';
import { createRefusals } from '#server/ingest/refusals.ts';
import { readSetupGuides } from '#server/ingest/setup-guides.ts';
import { openSocketDoor } from '#server/ingest/socket-door.ts';
import { createSyslogProtocol } from '#server/ingest/syslog/syslog.ts';
import { openActiveUsers } from '#server/issues/active-users.ts';
import { eventRoutes } from '#server/issues/event-routes.ts';
import { impactRoutes } from '#server/issues/impact-routes.ts';
import { finishDeletions } from '#server/issues/issue-deletion.ts';
import { finishRecounts } from '#server/issues/issue-recount.ts';
import { issueRoutes } from '#server/issues/issue-routes.ts';
import { createIssueSweep } from '#server/issues/issue-sweep.ts';
import { mergeRoutes } from '#server/issues/merge-routes.ts';
import { shareRoutes } from '#server/issues/teamwork/share-routes.ts';
import { teamworkRoutes } from '#server/issues/teamwork/teamwork-routes.ts';
import { workflowRoutes } from '#server/issues/workflow-routes.ts';
import { aggregateRoutes } from '#server/logs/aggregate-routes.ts';
import { exportRoutes } from '#server/logs/export/export-routes.ts';
import { logRoutes } from '#server/logs/log-routes.ts';
import { savedQueryRoutes } from '#server/logs/saved-query-routes.ts';
import { sqlRoutes } from '#server/logs/sql-routes.ts';
import { createTailHub } from '#server/logs/tail-hub.ts';
import { tailRoutes } from '#server/logs/tail-routes.ts';
import { monitorRoutes } from '#server/monitors/monitor-routes.ts';
import { startWatch } from '#server/monitors/watch.ts';
import { noiseRoutes } from '#server/noise/noise-routes.ts';
import { listRules, ruleOf } from '#server/noise/noise-rules.ts';
import { openNotify } from '#server/notify/open-notify.ts';
import { systemClock } from '#server/platform/clock.ts';
import { DirectoryLocked, lockDirectory } from '#server/platform/directory-lock.ts';
import { bytesOfFiles } from '#server/platform/disk-usage.ts';
import { writeFileDurably } from '#server/platform/durable-file.ts';
import { freePort } from '#server/platform/free-port.ts';
import { createLog, type Log } from '#server/platform/log.ts';
import { createMetrics } from '#server/platform/metrics.ts';
import { undefinedWhenMissing } from '#server/platform/missing-file.ts';
import { createOutbound } from '#server/platform/outbound.ts';
import { repeatedly } from '#server/platform/repeatedly.ts';
import { openSecretBox } from '#server/platform/secret-box.ts';
import { markInApp } from '#server/process/in-app/mark-in-app.ts';
import { openLane } from '#server/process/lane.ts';
import { startTellingLogErrors } from '#server/process/log-errors/tell-log-errors.ts';
import { patternOf } from '#server/process/patterns/pattern.ts';
import { groupingRules } from '#server/process/rules/grouping-rules.ts';
import { STAGES, type Stage } from '#server/process/stage-clock.ts';
import { createSymbolicator } from '#server/process/symbolicate/symbolicator.ts';
import { openProjects } from '#server/projects/open-projects.ts';
import { createProjectOrganizations } from '#server/projects/project-organizations.ts';
import { createQuotaMemory } from '#server/projects/quota-memory.ts';
import { createLiveTails } from '#server/query/plan/tail.ts';
import { encodeAccepted, type LaneName } from '#server/record/accepted.ts';
import type { EventPayload } from '#server/record/event.ts';
import { reject } from '#server/record/rejections.ts';
import { codeRoutes } from '#server/releases/code-routes.ts';
import { createReleaseLookups } from '#server/releases/release-lookups.ts';
import { releaseRoutes } from '#server/releases/release-routes.ts';
import { openFileBlobs } from '#server/store/blobs/file-blobs.ts';
import { openMetadata } from '#server/store/metadata/open-metadata.ts';
import { openTelemetry } from '#server/store/telemetry/open-telemetry.ts';
import { refuseCutShort } from '#server/store/telemetry/refuse-cut-short.ts';
import { openFindCause } from '#server/story/likely-cause.ts';
import { storyRoutes } from '#server/story/story-routes.ts';
import { teamRoutes } from '#server/teams/team-routes.ts';
import { traceRoutes } from '#server/traces/trace-routes.ts';
import { trackerRoutes } from '#server/trackers/tracker-routes.ts';
import { startRetention } from '#server/usage/retention.ts';
import { statusRoutes } from '#server/usage/status-routes.ts';
import { readStored } from '#server/usage/stored.ts';
import { usageRoutes } from '#server/usage/usage-routes.ts';

/** A stop takes at most 10 s: requests under way get this much, the batch under way the rest. */
const CLOSE_REQUESTS_MS = 4_000;
const STOP_PROCESS_MS = 4_000;

/** How often deletions that wait for rows on their way, or for an engine that is away, are looked at: process may wait. */
const DELETIONS_EVERY_MS = 1_000;

/** Frames that may wait for the disk beside one of the largest size, bytes. */
const JOURNAL_QUEUE_BYTES = 64 * 1024 * 1024;

/** How often time is looked at for what it does to issues: what is archived for an hour is back within it. */
const ISSUE_SWEEP_EVERY_MS = 10_000;

/** How often artifacts that nothing needs any more are looked for: they go by days. */
const ARTIFACT_EXPIRY_EVERY_MS = 3_600_000;

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

async function serve(config: Readonly<Config>, log: Log): Promise<void> {
  const { dataDirectory } = config;
  const clock = systemClock;
  const lock = await lockDirectory(dataDirectory);
  const port = config.port || (await freePort(config.host));
  const publicUrl = publicAddress(config, port);
  const metrics = createMetrics();

  const [metadata, telemetry, blobs] = await Promise.all([
    openMetadata({ url: config.metadataUrl, dataDirectory, log }).then(async (store) => {
      await store.migrate();
      return store;
    }),
    openTelemetry({
      url: config.telemetryUrl,
      dataDirectory,
      memoryBytesMax: config.engineMemoryBytesMax,
      log,
    }),
    openFileBlobs(join(dataDirectory, 'blobs')),
  ]);
  const { db } = metadata;

  const syslogProtocol = createSyslogProtocol({ timeZone: config.syslog.timeZone, clock });
  const quotas = await openQuotaCounter(createQuotaMemory(db), log);
  const artifacts = await openArtifacts({
    ...{ db, blobs, dataDirectory, clock, artifactBytesMax: config.artifactBytesMax },
    retentionDays: config.retentionDays,
    listProjects: (organizationId) => projects.listProjects(organizationId),
  });
  const projects = openProjects({
    store: metadata,
    clock,
    publicUrl: () => publicUrl,
    guides: readSetupGuides([...protocols, syslogProtocol]),
    remains: {
      deleteTelemetry: (projectId) => telemetry.store.deleteProject(projectId),
      deleteArtifacts: artifacts.deleteProject,
      removeBlob: (name) => blobs.remove(name),
    },
    limits: {
      retentionDays: config.retentionDays,
      quotaUse: quotas.useOf,
      stored: (retention) =>
        readStored({ db, telemetry: refuseCutShort(telemetry.store) }, retention, clock.now()),
    },
  });
  const accounts = openAccounts({
    store: metadata,
    clock,
    log,
    version,
    publicUrl: () => publicUrl,
    listProjects: projects.listProjects,
  });
  const { setupUrl } = await accounts.firstStart({
    bootstrap: config.bootstrap,
    createFirstProject: projects.createFirstProject,
  });

  // A page shows what was uploaded since an event came; process has one of its own, before it groups.
  const symbolicator = createSymbolicator({ db, blobs, clock, log });
  const reading = { db, telemetry: refuseCutShort(telemetry.store), clock };
  const issueStores = {
    metadata,
    readActiveUsers: openActiveUsers(reading),
    releases: createReleaseLookups(reading),
    readStacks: async (project: number, event: EventPayload) => {
      const problems = await symbolicator.round().symbolicate(project, event, { explain: true });
      if (problems) markInApp(event, groupingRules(await selectRules(db, project))?.stack);
      return problems ?? [];
    },
    telemetry: reading.telemetry,
    blobs,
    clock,
    listProjects: projects.listProjects,
    peopleNames: accounts.peopleNames,
  };

  const program = await nameOfJournal(dataDirectory);
  const secrets = await openSecretBox(dataDirectory);

  const outbound = createOutbound({ allow: config.outboundAllow });
  const notify = openNotify({
    ...{ metadata, secrets, outbound, clock, log, metrics, program, publicUrl: () => publicUrl },
    ...{ smtpUrl: config.smtpUrl, mailFrom: config.mailFrom },
    ...{ peopleNames: accounts.peopleNames, emailOf: accounts.emailOf },
  });

  const organizations = createProjectOrganizations(db);
  const live = createLiveHub({
    authorize: (request) => {
      const { organization } = requireViewer(request, 'event:read');
      return (projectId) => organizations.of(Number(projectId)) === organization.id;
    },
  });

  const templateOf = (body: string) => patternOf(body).template;
  const tails = createLiveTails({ telemetry: telemetry.store, clock });

  // Made after the lanes, whose batches it hears of.
  let alerts: Alerts | undefined;
  const stageMs: Partial<Record<LaneName, Partial<Record<Stage, number>>>> = {};
  const laneOf = (name: LaneName) =>
    openLane({
      name,
      program,
      dataDirectory,
      metadataUrl: config.metadataUrl,
      telemetry: telemetry.address,
      logLevel: config.logLevel,
      // The largest body fits beside what else waits for the disk.
      queueBytesMax: config.bodyBytesMax + JOURNAL_QUEUE_BYTES,
      db,
      log,
      listeners: {
        onStored: ({ messages, counts, logsReceivedFrom }) => {
          if (logsReceivedFrom !== null) tails.stored(logsReceivedFrom);
          for (const { kind, outcome, quantity } of counts)
            if (quantity > 0) metrics.processedRecords.inc({ kind, outcome }, quantity);
          for (const message of messages) alerts?.stored(message);
          for (const message of messages)
            void organizations
              .learn(Number(message.projectId))
              .then(() => live.publish(message))
              .catch((error) => log.warn({ err: error }, 'a live update could not be sent'));
        },
        onStages: (ms) => {
          stageMs[name] = ms;
        },
      },
    });
  const lanes = { records: await laneOf('records'), bulk: await laneOf('bulk') };
  const everyLane = Object.values(lanes);
  alerts = openAlerts(
    {
      ...issueStores,
      telemetry: reading.telemetry,
      templateOf,
      publicUrl: () => publicUrl,
      findCause: openFindCause(issueStores, () => publicUrl, log),
      enqueue: notify.enqueue,
    },
    {
      ...{ log, program },
      marks: {
        records: () => lanes.records.mark(),
        all: () => areProcessed(everyLane.map((lane) => lane.mark())),
      },
    },
  );
  const backlogBytes = () => everyLane.reduce((sum, lane) => sum + lane.backlogBytes(), 0);
  const append: Append = (lane, parts) => lanes[lane].append(parts);
  const areRunning = () => everyLane.every((lane) => lane.running);
  const areRefusing = () => everyLane.some((lane) => lane.refusing);

  const pressure = createPressure(
    async () => ({
      backlogBytes: backlogBytes(),
      diskFreeBytes: await freeBytes(dataDirectory),
      engineReady: telemetry.state === 'ready',
    }),
    log,
  );
  const refusals = createRefusals({ append: (parts) => lanes.records.append(parts), clock, log });
  const acceptance = createAcceptance({
    append,
    admission: createAdmission(pressure, quotas),
    refusals,
    metrics,
  });
  const ingest = createIngest({
    protocols,
    keys: projects.keys,
    acceptance,
    withBody: createBodies({ bodyBytesMax: config.bodyBytesMax, reject }).withBody,
    clock,
    metrics,
  });

  metrics.gauge('backlog_bytes', 'Bytes in the journal that are not processed yet.', backlogBytes);
  metrics.gauge('engine_ready', '1 while the telemetry engine answers.', () =>
    telemetry.state === 'ready' ? 1 : 0,
  );
  for (const stage of STAGES)
    metrics.gauge(
      `process_${stage}_seconds_total`,
      `Time process spent in its stage ${stage}.`,
      () => everyLane.reduce((sum, { name }) => sum + (stageMs[name]?.[stage] ?? 0), 0) / 1000,
    );

  const problems = () => [
    ...(telemetry.state === 'ready'
      ? []
      : ['The telemetry engine is being started again. What arrives is kept and shown then.']),
    ...(areRunning() ? [] : ['Processing is being started again. What arrives is kept and shown then.']),
    ...(areRefusing()
      ? ['The disk takes no more records: it is full or failing. Senders are told to try again.']
      : []),
    ...(pressure.level > 0
      ? ['The server is behind or short of disk; less important records are refused for now.']
      : []),
    ...notify.problems(),
  ];
  const notReady = () => [
    ...(telemetry.state === 'ready' ? [] : ['telemetry']),
    ...(areRunning() ? [] : ['process']),
    ...(areRefusing() ? ['journal'] : []),
  ];
  const audit = openAudit({ db, clock, log, days: config.auditDays });
  const listener = await createListener({
    log,
    metrics,
    reject,
    version,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    ingest: [ingest],
    viewers: [accounts.recogniseViewer, audit.trail, viewerTurns()],
    nouns: [
      accounts.routes,
      audit.routes,
      projects.routes,
      teamRoutes(issueStores),
      projectExportRoutes({ ...issueStores, telemetry: telemetry.store, version }),
      importRoutes({
        ...issueStores,
        acceptance,
        retentionPolicy: projects.retentionPolicy,
        forgetKeys: projects.keys.forget,
      }),
      filterRoutes({ ...issueStores, db }),
      issueRoutes(issueStores),
      workflowRoutes(issueStores),
      teamworkRoutes(issueStores),
      mergeRoutes(issueStores),
      groupingRoutes(issueStores),
      impactRoutes(issueStores),
      differenceRoutes({ ...issueStores, templateOf }),
      shareRoutes(issueStores),
      trackerRoutes({ ...issueStores, outbound, secrets }),
      notify.routes,
      eventRoutes(issueStores),
      releaseRoutes({ ...issueStores, templateOf }),
      codeRoutes(issueStores),
      logRoutes({
        ...{ ...issueStores, templateOf },
        noiseRules: async (of) => (await listRules(db, of)).map(ruleOf),
      }),
      traceRoutes(issueStores),
      storyRoutes(issueStores),
      sqlRoutes(issueStores),
      aggregateRoutes({ ...issueStores, templateOf }),
      savedQueryRoutes({ db, clock, listProjects: projects.listProjects }),
      exportRoutes({ ...issueStores, telemetry: telemetry.store }),
      monitorRoutes(issueStores),
      alerts.routes,
      feedbackRoutes(issueStores),
      noiseRoutes({ ...issueStores, templateOf }),
      tailRoutes({ ...issueStores, tails: createTailHub({ tails, clock, log }), openEventStream }),
      sentryApi({ ...issueStores, version, publicUrl: () => publicUrl }),
      uploadRoutes({ ...issueStores, version, publicUrl: () => publicUrl, artifacts }),
      artifacts.routes,
      lokiApi({
        telemetry: telemetry.store,
        tails,
        clock,
        log,
        version,
        listProjects: projects.listProjects,
        templateOf,
        notReady,
      }),
      usageRoutes({
        db,
        blobs,
        clock,
        telemetry: telemetry.store,
        listProjects: projects.listProjects,
        usedQuotas: projects.usedQuotas,
        backlogBytes,
        diskUsage: async () => [
          {
            what: 'journal',
            rows: null,
            bytes:
              (await bytesOfFiles(join(dataDirectory, 'journal'))) +
              (await bytesOfFiles(join(dataDirectory, 'journal-bulk'))),
          },
          { what: 'metadata', rows: null, bytes: await bytesOfFiles(dataDirectory, /^metadata\.sqlite/) },
          {
            what: 'attachments, source maps and dead letters',
            rows: null,
            bytes: (await blobs.usage()).bytes,
          },
        ],
        redrive: async (letter) => redrive(String(letter.id), await blobs.get(letter.blob), append),
      }),
      live.routes,
      statusRoutes(() => ({
        version,
        engine: telemetry.state === 'ready' ? 'ready' : 'restarting',
        backlogBytes: backlogBytes(),
        problems: problems(),
      })),
    ],
    health: { notReady },
    webDirectory: join(root, 'dist', 'web'),
    timeouts: { closeMs: CLOSE_REQUESTS_MS },
  });
  const retention = startRetention(
    { db, telemetry: telemetry.store, blobs },
    { policy: projects.retentionPolicy, clock, log },
  );
  await listener.listen(config.host, port);
  const socketDoors = await Promise.all(
    [
      { ...config.syslog, protocol: syslogProtocol },
      { ...config.pythonSocket, protocol: pythonSocketProtocol },
    ]
      .filter((door) => door.port > 0)
      .map((door) =>
        openSocketDoor({ ...door, findKey: projects.keyOfProject(door.project), acceptance, clock, log }),
      ),
  );
  const deletions = repeatedly(
    async () => {
      await finishDeletions(issueStores);
      await finishRecounts(issueStores);
      await projects.finishDeletions();
    },
    DELETIONS_EVERY_MS,
    (error) => log.warn({ err: error }, 'a deletion waits to be completed'),
  );

  const monitorWatch = await startWatch({
    ...issueStores,
    telemetry: telemetry.store,
    log,
    accept: (request) => append('records', encodeAccepted(request)),
    mark: () => lanes.records.mark(),
    isTaking: () => !lanes.records.refusing,
  });

  const logErrors = startTellingLogErrors({
    ...{ db, clock, log, journal: lanes.bulk.journal },
    append: (frame) => append('records', frame),
    isTaking: () => !lanes.records.refusing,
  });
  await notify.start();
  const issueSweep = repeatedly(createIssueSweep(issueStores).run, ISSUE_SWEEP_EVERY_MS, (error) =>
    log.warn({ err: error }, 'issues that time changes could not be looked at; trying again'),
  );
  const artifactExpiry = repeatedly(artifacts.expire, ARTIFACT_EXPIRY_EVERY_MS, (error) =>
    log.warn({ err: error }, 'artifacts that nothing needs could not be deleted; trying again'),
  );

  console.log(`Tandem ${version} is listening on ${publicUrl}`);
  if (setupUrl) console.log(`  Choose your e-mail and password (the link works once):\n    ${setupUrl}`);
  const dsn = await projects.firstDsn();
  if (dsn) console.log(`  DSN of the first project:\n    ${dsn}`);

  const stop = once(async () => {
    await monitorWatch.stop();
    await logErrors.stop();
    await alerts?.stop();
    await notify.stop();
    await Promise.all([listener.close(), ...socketDoors.map((door) => door.close())]);
    pressure.close();
    await retention.stop();
    await deletions.stop();
    await audit.stop();
    await issueSweep.stop();
    await artifactExpiry.stop();
    await refusals.close();
    await quotas.close();
    await Promise.all(everyLane.map((lane) => lane.stop(STOP_PROCESS_MS)));
    await symbolicator.close();
    await telemetry.close();
    await metadata.close();
    metrics.close();
    await lock.release();
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      stop().then(
        () => process.exit(0),
        (error) => {
          log.fatal({ err: error }, 'the program could not stop in order');
          process.exit(1);
        },
      );
    });
}

/** The journal's name in the stores, unique among all processes that share them; made once per data directory. */
async function nameOfJournal(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, 'journal-name');
  const known = await readFile(path, 'utf8').catch(undefinedWhenMissing);
  if (known) return known;
  const name = randomBytes(6).toString('hex');
  await writeFileDurably(path, name);
  return name;
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

const areProcessed = (marks: readonly (() => boolean)[]) => () => marks.every((isProcessed) => isProcessed());

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

try {
  const config = readConfig();
  await serve(config, createLog(config.logLevel));
} catch (error) {
  // What the person who starts it can change is said in a sentence; anything else with all we know.
  console.error(
    error instanceof ConfigError || error instanceof DirectoryLocked
      ? `Tandem did not start. ${error.message}`
      : error,
  );
  process.exit(1);
}
