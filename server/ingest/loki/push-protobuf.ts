/**
 * A push as protobuf in snappy's block format. Message shapes: grafana/loki, pkg/push/push.proto (Apache-2.0). Labels
 * come as text, `{app="shop", env="prod"}`; libraries build that text by hand, so it is read leniently.
 */
import { PbfReader } from 'pbf';
import { uncompress } from 'snappyjs';
import type { LogGroup, LogRecord } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import { readLabelText } from './label-text.ts';
import { PROBLEMS_MAX, type Problem, type Push } from './push.ts';

/** As large as the door takes bodies; a bomb says its size in its first bytes. */
const UNCOMPRESSED_BYTES_MAX = 100 * 1024 * 1024;

export function readProtobufPush(body: Buffer): Push {
  const push: Push = { batch: { groups: [] }, problems: [] };
  try {
    new PbfReader(unsnapped(body)).readFields((tag, _, pbf) => {
      if (tag === 1) readStream(pbf.readMessage(streamField, { labels: '', entries: [] }), push);
    }, null);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) throw cause;
    throw reject('push_invalid', 'the body is not a push request in protobuf', { cause });
  }
  return push;
}

function unsnapped(body: Buffer): Uint8Array {
  try {
    return uncompress(body, UNCOMPRESSED_BYTES_MAX);
  } catch (cause) {
    throw reject('push_invalid', 'the body is not in the block format of snappy', { cause });
  }
}

interface Stream {
  labels: string;
  entries: LogRecord[];
}

function readStream({ labels, entries }: Stream, push: Push): void {
  if (entries.length === 0) return;
  const read = readLabelText(labels);
  if (read !== null) push.batch.groups.push({ labels: read, records: entries } satisfies LogGroup);
  else {
    const problem: Problem = {
      sentence: `the labels ${labels.slice(0, 200)} of a stream cannot be read`,
      records: entries.length,
    };
    if (push.problems.length < PROBLEMS_MAX) push.problems.push(problem);
    else push.problems[PROBLEMS_MAX - 1]!.records += entries.length;
  }
}

function streamField(tag: number, stream: Stream, pbf: PbfReader): void {
  if (tag === 1) stream.labels = pbf.readString();
  else if (tag === 2) stream.entries.push(pbf.readMessage(entryField, { body: '' }));
}

function entryField(tag: number, entry: LogRecord, pbf: PbfReader): void {
  if (tag === 1) entry.time = nanoseconds(pbf.readMessage(timeField, { seconds: 0, nanos: 0 }));
  else if (tag === 2) entry.body = pbf.readString();
  else if (tag === 3) {
    const { name, value } = pbf.readMessage(pairField, { name: '', value: '' });
    entry.attributes ??= {};
    entry.attributes[name] = value;
  }
}

function timeField(tag: number, time: { seconds: number; nanos: number }, pbf: PbfReader): void {
  if (tag === 1) time.seconds = pbf.readVarint(true);
  else if (tag === 2) time.nanos = pbf.readVarint(true);
}

function pairField(tag: number, pair: { name: string; value: string }, pbf: PbfReader): void {
  if (tag === 1) pair.name = pbf.readString();
  else if (tag === 2) pair.value = pbf.readString();
}

function nanoseconds({ seconds, nanos }: { seconds: number; nanos: number }): string {
  return seconds > 0 && nanos >= 0 ? `${seconds}${String(nanos).padStart(9, '0')}` : '0';
}
